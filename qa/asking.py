"""What is asked for beside the topic: who asked or replied, and decisions, instructions, requests, objections.

These are wishes, not filters: they put what fits first and leave nothing out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from index.minutes import Statement
from index.search import Hit, Snapshot
from qa.occasions import Understood
from qa.words import words

Act = Literal["asked", "replied"]

BOOST = 0.3
"""The share of its score that a statement gains for being of a kind that is asked for: what is far stays far."""

# A statement that asks, at the end of one of its sentences.
ASKS = re.compile(
    r"(?:でしょうか|ますか|ましたか|ませんか|ですか|でしたか|のか|いかが|いかん|ないか)[。?？]?$|伺い(?:ます|たい)|お尋ね|"
    r"お聞き(?:し|いた|します)|(?:見解|所見|認識|考え|答弁|説明)を(?:求め|お願い|伺|お聞|お示し)|[?？]",
    re.MULTILINE,
)


def act_asked(text: str) -> Understood | None:
    """Whether somebody's question (…と質問したのは誰) or what was replied (…にどう答えたか) is asked for."""
    for act, pattern in words().acts.items():
        if found := pattern.search(text):
            return Understood("act", act, found.group())
    return None


def cues_asked(text: str) -> list[Understood]:
    """The kinds of statement that are asked for: decision, instruction, request, opposition."""
    found = ((cue, table.asked.search(text)) for cue, table in words().cues.items())
    return [Understood("cue", cue, match.group()) for cue, match in found if match]


def cue_phrases(text: str) -> tuple[str, ...]:
    """Every phrase of a statement that shows where it stands (必要, 慎重, 丁寧な検討), as it is there, in order."""
    patterns = (words().stance, *(table.said for table in words().cues.values()))
    found = {match.span(): match.group() for pattern in patterns for match in pattern.finditer(text)}
    return tuple(dict.fromkeys(found[span] for span in sorted(found)))


def fitting_first(wished: Sequence[Understood], hits: Sequence[Hit], snapshot: Snapshot) -> list[Hit]:
    """The hits with those first that are of the kind wished for, by BOOST; otherwise in the order given.

    Scores stay relative to the best.
    """
    if not wished or not hits:
        return list(hits)
    statements = snapshot.whole([hit.row for hit in hits])
    known = [statements.get(hit.row) for hit in hits]
    gains = [BOOST * sum(_fits(part, one) for part in wished) if one else 0.0 for one in known]
    scores = [hit.score * (1 + gain) for hit, gain in zip(hits, gains, strict=True)]
    best = max(1.0, *scores)
    order = sorted(range(len(hits)), key=lambda place: -scores[place])
    return [replace(hits[place], score=scores[place] / best) for place in order]


def _fits(wish: Understood, statement: Statement) -> bool:
    if wish.field == "act":
        replies = statement.reply_to is not None
        return replies if wish.value == "replied" else not replies and bool(ASKS.search(statement.text))
    return bool(words().cues[wish.value].said.search(statement.text))
