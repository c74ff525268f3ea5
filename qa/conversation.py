"""A question in its conversation: what a follow-up takes over from the questions before it, swaps or drops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from index.errors import QuestionRejected
from index.lexical import tokens
from index.matching import name_key
from index.search import Snapshot
from qa.nearby import OCCASION, beside, names_day, neighbouring, same_series, without_opening
from qa.occasions import Understood
from qa.question import Question, alone, kinds_of, normalised
from qa.thesaurus import alternatives
from qa.words import words

HISTORY_TURNS = 20
"""Earlier questions that a follow-up may lean on; older ones are forgotten."""

BARE_CHARS = 14
"""A question no longer than this that only names something (期限は？) leans on the one before."""
OPENED_CHARS = 40
"""The same for one that goes on with では or じゃあ."""


def understand(
    text: str, history: Sequence[str], snapshot: Snapshot, today: date, named: frozenset[str] = frozenset()
) -> Question:
    """The question as understood, with what it takes over from earlier ones.

    `history` holds earlier questions, oldest first; those that could not be asked are passed over. `named` holds
    people in the question who are its speakers however they stand in it. Raises QuestionRejected.
    """
    before: Question | None = None
    for earlier in history[-HISTORY_TURNS:]:
        try:
            before = _following(alone(normalised(earlier), snapshot, today), before, snapshot)
        except QuestionRejected:
            continue
    question = _following(alone(normalised(text), snapshot, today, named), before, snapshot)
    return replace(question, alternatives=alternatives(question.topic, question.words, snapshot.synonyms))


def _following(question: Question, before: Question | None, snapshot: Snapshot) -> Question:
    """A question alone, or with topic and filters of the one before where it leans on it."""
    if before is None:
        return question
    question = neighbouring(question, before, snapshot)
    if _leans(question):
        question = same_series(question, before, snapshot)
    if question.head:
        return _same_meeting(question, before)
    if not _leans(question):
        return question
    own = [*question.understood, *beside(question, before, snapshot)]
    carried = [part for part in _carried(question, own, before) if part.value not in {one.value for one in own}]
    understood = tuple(_left_out(question, own, before)) + tuple(replace(part, carried=True) for part in carried)
    together = _same_topic(question)
    if together and before.topic:
        understood += (Understood("topic", before.topic, before.topic, carried=True),)
    return replace(
        question,
        topic=" ".join(filter(None, [before.topic, question.topic])) if together else question.topic,
        words=tuple(dict.fromkeys((*before.words, *question.words))) if together else question.words,
        understood=understood,
        kinds=kinds_of(question.text, any(part.field == "speakers" for part in understood)),
        carried=True,
        asked_before=before.asked_before + tuple(_speakers(before.understood)),
    )


def _same_meeting(question: Question, before: Question) -> Question:
    """その会議はいつ？ 誰が出席していた？: the meeting that was talked about, where the question names none itself."""
    if any(part.field in OCCASION for part in question.understood):
        return question
    carried = tuple(replace(part, carried=True) for part in before.understood if part.field in OCCASION)
    return replace(question, understood=question.understood + carried, carried=bool(carried))


def _speakers(understood: Iterable[Understood]) -> list[Understood]:
    return [part for part in understood if part.field == "speakers"]


def _carried(question: Question, own: Sequence[Understood], before: Question) -> Iterable[Understood]:
    """The filters of the question before that hold on: each kind unless the question has its own."""
    fields = {part.field for part in own}
    dropped: set[str] = {"act", "cue"} if question.words or fields & {"act", "cue"} else set()
    if fields & OCCASION:
        dropped |= {"since", "until"} if fields & {"since", "until"} else OCCASION
    if question.text.startswith(words().later):
        dropped |= OCCASION
    if "speakers" in fields:
        dropped |= {"speakers", "not_speakers"}
    if _asks_others(question) or _asks_everybody(question) or _asks_reply(question, before):
        dropped |= {"speakers", "not_speakers"}
    return [part for part in before.understood if part.field not in dropped | {"topic"}]


def _left_out(question: Question, own: Sequence[Understood], before: Question) -> Iterable[Understood]:
    """他の大臣は, 他の人は, それに対する答弁は: without those who were asked about before."""
    if not (_asks_others(question) or _asks_reply(question, before)):
        return own
    asked = (*before.asked_before, *_speakers(before.understood))
    keys = {name_key(part.value) for part in asked}
    kept = [part for part in own if part.field != "speakers" or name_key(part.value) not in keys]
    return [*kept, *dict.fromkeys(replace(part, field="not_speakers", carried=True) for part in asked)]


# そのほかの閣僚|への指示は: the others are whom somebody speaks to or about.
_TO_THEM = re.compile(r"[一-龯々ァ-ヴー]{0,8}(?:への|に対する|について|に関する|を)")


def _asks_others(question: Question) -> bool:
    """他の大臣は, ほかには, 残りの委員の発言も, 事務局以外の他の人は."""
    tables = words()
    start = without_opening(question.text)
    if others := next((word for word in tables.others if start.startswith(word)), None):
        return not _TO_THEM.match(start, len(others))
    somebody = "|".join(tables.anybody)
    named = any(part.field == "speakers" for part in question.understood)
    return not named and re.search(rf"(?:他|ほか|別)の(?:{somebody})", start) is not None


def _asks_everybody(question: Question) -> bool:
    return any(word in question.text for word in words().everybody)


def _asks_reply(question: Question, before: Question) -> bool:
    """それに対する答弁は: not the words of the one whose question it was."""
    return question.act == "replied" and before.act != "replied" and not _speakers(question.understood)


def _same_topic(question: Question) -> bool:
    """それはいつまでに？ and 期限は？ stay with the topic before, では海上運送状は？ brings its own."""
    return (
        _is_general(question)
        or (question.act == "replied" and len(question.words) <= 1)
        or _points_back(question.text)
        or _asks_attribute(question.text)
        or names_day(question.text)
    )


def _is_general(question: Question) -> bool:
    """Whether no word of a question says what it is about: 始まるのはいつごろ."""
    return not any(word not in words().general_words for word in question.words)


def _asks_attribute(text: str) -> bool:
    """期限は, 来年度の発行額は: a property of what was spoken about."""
    bare = without_opening(text).rstrip("?？。")
    asking = r"(?:(?:どう|どの|どれ|いつ|いくら|何).{0,6})?"
    ending = rf"(?:(?:は|も|について|についても?は?){asking})?"
    pattern = rf"(?:[^は]{{0,10}}の)?(?:{words().attribute.pattern}){ending}"
    return re.fullmatch(pattern, bare) is not None


_NAMES_ONLY = re.compile(r"(?:は|も|について(?:は|も)?|に関して(?:は|も)?)(?:どう(?:です|なの|でしょう)?か?)?[??]?$")


def _leans(question: Question) -> bool:
    """Whether a question cannot stand alone: it has no topic, points back, or is a bare 期限は？."""
    text = question.text
    if _points_back(text) or not (question.words or _says_something(question.rest)):
        return True
    if (len(text) <= OPENED_CHARS / 2 and _is_general(question)) or _asks_attribute(text):
        return True
    if question.act == "replied" and len(text) <= OPENED_CHARS / 2 and len(question.words) <= 1:
        return True  # で、都はどう答えたんですか
    opened = without_opening(text) != text
    if opened and len(text) <= BARE_CHARS:
        return True
    if not _NAMES_ONLY.search(text) or _speakers(question.understood):
        return False
    return (len(text) <= BARE_CHARS and len(question.words) <= 3) or (opened and len(text) <= OPENED_CHARS)


def _says_something(rest: str) -> bool:
    """Whether what is left of a question is more than words of asking (最後に…締めくくった)."""
    return any(word not in words().asking for word in tokens(rest))


def _points_back(text: str) -> bool:
    """Whether a question names the one before: それは, 他の大臣は, その後, もっと詳しく."""
    tables = words()
    start = without_opening(text)
    nearby = (*tables.previous, *tables.next, *tables.day_before, *tables.day_after)
    return (
        start.startswith((*tables.pointers, *tables.others, *tables.later, *nearby))
        or any(word in text for word in (*tables.more, *tables.everybody))
        or re.search(r"(?:他|ほか|別)の(?:人|方|者)", text) is not None
    )
