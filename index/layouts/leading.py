"""Who leads a meeting: by the role on the label, and by what is said where no label tells, as in anonymous minutes."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from index.layouts.people import chairs
from index.minutes import Speaker

# Said by whoever presides and by nobody else: a member asks for an answer, not whether there are questions.
_PRESIDES = re.compile(
    r"異議(?:が|は)?(?:なし|ない|ござい|あり)|議題(?:と(?:いた|し|する)|に(?:供|移|入))|(?:開会|散会|閉会|休憩|再開)(?:を?(?:いたし|し)ます|させて)|"
    r"開催(?:を?いたします|させていただ)|(?:会議|会合)を(?:開き|閉じ|閉会)|休憩前に引き続き|発言を許|発言願います|動議は|起立(?:を|多数|少数|全員)|"
    r"挙手(?:を|多数|全員)|採決(?:いた|に入)|(?:答弁|説明|朗読|弁明|報告|証言)を求めます|(?:説明|報告|朗読|質疑|討論)[がは](?:終わり|終了|終局)|"
    r"互選を行|どの点(?:から)?でも|(?:意見|質問|質疑|発言|コメント)[^。]{0,24}(?:ございま|ありま)(?:すか|すでしょうか|せんか|したら)|"
    r"次に[、，]?[^、，。]{1,14}(?:委員|議員|君|さん)(?:[、，]?お願い(?:いた|致|し)します)?。|"
    r"[^、，。]{0,14}(?:委員|幹事|先生|さん|議員|●)(?:[、，]|から)?(?:どうぞ|お願い(?:いた|致|し)します)。?$"
)
# A reporter asks whoever answers; nobody presides over a press conference with questions.
_ASKS_ONLY = re.compile("記者|問$|問[)）】]")
_ACTING = 2
_ACTING_SHARE = 0.5
_FOREMOST = 3
_END = 500
_DEPUTY = re.compile("副(?!議長)|代理|代行")


def leading(said: Iterable[tuple[int, Speaker, str]]) -> frozenset[str]:
    """The labels of those who lead: the chairs, and whoever is seen to preside.

    `said` is turn, speaker and words, in any number of pieces to a turn. Somebody presides who does so in half of
    their own turns, or at least three times and three times as often as anybody else.
    """
    turns: dict[int, list[str]] = {}
    speakers: dict[int, Speaker] = {}
    for turn, speaker, words in said:
        turns.setdefault(turn, []).extend(words.split())
        speakers[turn] = speaker
    spoke: Counter[str] = Counter()
    presided: Counter[str] = Counter()
    forms: dict[str, set[str]] = {}
    for turn, speaker in speakers.items():
        # （A） and （Ａ） are one person, misprinted.
        label = unicodedata.normalize("NFKC", speaker.label)
        forms.setdefault(label, set()).add(speaker.label)
        spoke[label] += 1
        presided[label] += bool(_PRESIDES.search(_ends("".join(turns[turn]))))
    found = {label for label, times in presided.items() if times >= max(_ACTING, spoke[label] * _ACTING_SHARE)}
    found |= _foremost(presided)
    found -= {label for label in found if _ASKS_ONLY.search(label)}
    return _by_role(speakers.values()) | frozenset(printed for label in found for printed in forms[label])


def _ends(words: str) -> str:
    """Where a long turn hands over, if it does: who opens or closes a matter says so first or last."""
    return words if len(words) <= 2 * _END else f"{words[:_END]}\n{words[-_END:]}"


def _by_role(speakers: Iterable[Speaker]) -> frozenset[str]:
    """The chairs; a deputy leads only where no chair speaks."""
    found = chairs(speakers)
    return frozenset(label for label in found if not _DEPUTY.search(label)) or found


def _foremost(presided: Counter[str]) -> set[str]:
    (first, times), (_, next_times) = [*presided.most_common(2), ("", 0), ("", 0)][:2]
    return {first} if times >= _FOREMOST and times >= 3 * next_times else set()
