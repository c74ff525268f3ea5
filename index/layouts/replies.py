"""Which statement replies to which: proved by order, by who asks and who answers, and by the words of the matter."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace
from itertools import groupby

from index.minutes import Speaker, Statement

_ASKS = re.compile(
    r"(?:でしょうか|ますか|ましたか|ませんか|ですか|でしたか|のか|いかが|いかん)[。？?]|伺い(?:ます|たい|まして)|お尋ね|お聞き(?:し|いた|します)|お聞かせ|"
    r"(?:見解|所見|認識|考え|答弁|説明|回答)を(?:求め|お願い|伺|お聞|お示し|お尋ね)|お答え(?:ください|願い|いただ)|教えて(?:ください|いただ)|[？?]"
)
_MEMBER = re.compile(r"(?:委員|議員|番|記者|問|Ｑ|Q|質問者)$")
_ANSWERS = re.compile(
    r"(?:知事|市長|区長|町長|村長|大臣|副大臣|政務官|長官|局長|部長|課長|室長|次長|所長|本部長|教育長|技監|総監|管理者|参事官|参事|審議官|"
    r"政府参考人|参考人|政策統括官|事務局|事務局長|主幹|担当|監査委員|人事委員長|選挙管理委員|次官|総裁|理事者|答|Ａ|A|回答者|●|官)$"
)
_NEW_MATTER = re.compile(
    r"議題と(?:いた|し)|日程第?.{1,8}(?:を|、)|(?:説明|報告)を(?:求め|お願い|願い)|次の(?:議題|案件)|休憩(?:いた|し)|散会|採決"
)
_LONG_AGO = 400
_MIN_OVERLAP = 0.12
_RARE, _COMMON = 5, 200


@dataclass(slots=True)
class _Question:
    """The turn that waits for an answer, and how far back it was asked."""

    statements: list[Statement]
    at: int


def with_replies(statements: tuple[Statement, ...], leading: Collection[str]) -> tuple[Statement, ...]:
    """The statements, those that reply with `reply_to` (the position of the question, while ids are not known).

    A reply is a turn of somebody in office after a turn of a member that asks, with nobody but the chair and
    others who answer between them, unless the chair goes on to another matter. Within the two turns the statement
    is taken whose rare words it shares most; a paragraph without any goes on with the matter before it.
    """
    words: _Words | None = None
    replies: dict[int, int] = {}
    question: _Question | None = None
    for _, of_turn in groupby(statements, lambda one: one.turn):
        turn = [one for one in of_turn if one.kind == "speech" or one.kind == "procedure"]
        speaker = turn[0].speaker if turn else None
        if speaker is None:
            continue
        if speaker.label in leading:
            if any(one.kind == "procedure" and _NEW_MATTER.search(one.text) for one in turn):
                question = None
        elif _is_member(speaker):
            spoken = [one for one in turn if one.kind == "speech"]
            if any(_ASKS.search(one.text) for one in spoken):
                question = _Question(spoken, turn[0].position)
            elif sum(len(one.text) for one in spoken) > _SHORT_TURN:
                question = None
        elif question and _is_answering(speaker) and turn[0].position - question.at < _LONG_AGO:
            words = words or _Words(statements)
            replies |= _matched(question.statements, [one for one in turn if one.kind == "speech"], words)
    return tuple(
        replace(one, reply_to=str(replies[one.position])) if one.position in replies else one for one in statements
    )


_SHORT_TURN = 60


def _is_member(speaker: Speaker) -> bool:
    role = speaker.role or speaker.label.strip("○◯〇◆◎（）()：: ")
    # A seat number is a member's: ２９番（木村ひでこ議員）.
    return bool(_MEMBER.search(role) or re.search(r"番(?:[（(]|$)", speaker.label)) and not _ANSWERS.search(role)


def _is_answering(speaker: Speaker) -> bool:
    return bool(_ANSWERS.search(speaker.role or speaker.label.strip("○◯〇◆◎【】（）()：: ")))


def _matched(asked: list[Statement], answered: list[Statement], words: _Words) -> dict[int, int]:
    """Position of the question by position of the reply."""
    found: dict[int, int] = {}
    current = next((one.position for one in reversed(asked) if _ASKS.search(one.text)), asked[-1].position)
    by_gram: dict[str, list[Statement]] = {}
    for one in asked:
        for gram in words.grams[one.position]:
            by_gram.setdefault(gram, []).append(one)
    for one in answered:
        shared: dict[int, float] = {}
        for gram in words.grams[one.position] & by_gram.keys():
            for other in by_gram[gram]:
                shared[other.position] = shared.get(other.position, 0.0) + words.weights[gram]
        best, at = max(
            (
                (weight / math.sqrt(words.total(one.position) * words.total(position)), -position)
                for position, weight in shared.items()
            ),
            default=(0.0, 0),
        )
        if best >= _MIN_OVERLAP:
            current = -at
        found[one.position] = current
    return found


class _Words:
    """The pairs of characters of each statement, and how much each weighs: its inverse document frequency."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.grams = {one.position: _grams(one.text) for one in statements}
        counts = Counter(gram for grams in self.grams.values() for gram in grams)
        # What stands in every tenth statement says nothing about the matter.
        self.weights = {
            gram: math.log(len(statements) / count)
            for gram, count in counts.items()
            if count <= min(max(len(statements) / 10, _RARE), _COMMON)
        }
        self.grams = {position: grams & self.weights.keys() for position, grams in self.grams.items()}
        self._totals: dict[int, float] = {}

    def total(self, position: int) -> float:
        """The weight of a whole statement; never 0."""
        if position not in self._totals:
            self._totals[position] = sum(self.weights[gram] for gram in self.grams[position]) or 1.0
        return self._totals[position]


_KANA_OR_PAUSE = re.compile(r"[\u3040-\u309f\s、。，．・「」（）]+")


def _grams(text: str) -> Set[str]:
    """Pairs of characters that stand together without kana or punctuation between: what the matter is called."""
    runs = _KANA_OR_PAUSE.split(text)
    return {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
