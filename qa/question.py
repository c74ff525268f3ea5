"""Question: what somebody asks, as far as tables and rules understand it. No language model.

Understanding is shown, part by part, with the words it came from, so that a mistake costs one click.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal

from index.errors import QuestionRejected
from index.lexical import tokens
from index.minutes import Kind
from index.search import Filters, Snapshot, name_key
from qa.occasions import Field, Understood, days_named, meetings_named
from qa.speakers import Mention, extent, mentions, spoken_by, with_particle
from qa.thesaurus import Alternatives, alternatives
from qa.words import words

QUESTION_CHARS = 1_000
"""A longer question is refused: nobody asks in more, and every character costs time."""
HISTORY_TURNS = 20
"""Earlier questions that a follow-up may lean on; older ones are forgotten."""

BARE_CHARS = 14
"""A question no longer than this that only names something (期限は？) leans on the one before."""

Head = Literal["date", "place", "attendees", "absentees", "agenda"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `topic` is what is left without filters and words of asking, `words` its tokens.

    `head` lists what is asked about the meeting itself (date, place, attendees, agenda).
    """

    text: str
    topic: str
    words: tuple[str, ...]
    understood: tuple[Understood, ...]
    kinds: tuple[Kind, ...]
    head: tuple[Head, ...] = ()
    carried: bool = False
    rest: str = ""
    """What is left of a question without a topic (今後どう関わるか): too general to search by, enough to order by."""
    alternatives: Alternatives = field(default_factory=dict)
    """What else the words may be called: synonyms and thesaurus.toml."""

    @property
    def searched(self) -> tuple[str, ...]:
        """The tokens that BM25 looks for: the words and what else they may be called."""
        others = (token for sequences in self.alternatives.values() for sequence in sequences for token in sequence)
        content = sorted(token for token in others if token not in words().asking)
        return tuple(dict.fromkeys((*self.words, *content)))

    @property
    def filters(self) -> Filters:
        """The filters of the search."""
        since = [date.fromisoformat(part.value) for part in self.understood if part.field == "since"]
        until = [date.fromisoformat(part.value) for part in self.understood if part.field == "until"]
        return Filters(
            speakers=self._values("speakers"),
            meetings=self._values("meetings"),
            since=max(since, default=None),
            until=min(until, default=None),
            kinds=self.kinds,
        )

    def _values(self, field: Field) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.value for part in self.understood if part.field == field))


def normalised(text: str) -> str:
    """NFKC without control and formatting characters. Raises QuestionRejected beyond the limits."""
    if len(text) > QUESTION_CHARS:
        raise QuestionRejected(
            f"the question has {len(text):,} characters, at most {QUESTION_CHARS:,} are read; ask it in fewer words"
        )
    if any(unicodedata.category(char) == "Cs" for char in text):
        raise QuestionRejected("the question holds half of a character (a lone surrogate); type it again")
    if "\0" in text:
        raise QuestionRejected("the question holds a NUL character; type it again")
    visible = "".join(char if unicodedata.category(char) not in {"Cc", "Cf"} else " " for char in text)
    folded = unicodedata.normalize("NFKC", visible).strip()
    if not any(char.isalnum() for char in folded):
        raise QuestionRejected(
            "the question is empty; ask about what was said, for example: 総務大臣は何と言いましたか"
        )
    return folded


def understand(text: str, history: Sequence[str], snapshot: Snapshot, today: date) -> Question:
    """The question as understood, with what it takes over from earlier ones.

    `history` holds earlier questions, oldest first; those that could not be asked are passed over.
    Raises QuestionRejected.
    """
    before: Question | None = None
    for earlier in history[-HISTORY_TURNS:]:
        try:
            before = _follow(normalised(earlier), before, snapshot, today)
        except QuestionRejected:
            continue
    question = _follow(normalised(text), before, snapshot, today)
    return replace(question, alternatives=alternatives(question.topic, question.words, snapshot.synonyms))


def _follow(text: str, before: Question | None, snapshot: Snapshot, today: date) -> Question:
    """A question alone, or with topic and filters of the one before where it leans on it."""
    alone = _alone(text, snapshot, today, before)
    if before is None or alone.head or not _leans(text, alone):
        return alone
    if text.startswith(words().later):
        before = _afterwards(before, snapshot)
    own = {part.field for part in alone.understood}
    dated = own & {"since", "until"}
    carried = tuple(
        replace(part, carried=True)
        for part in before.understood
        if part.field not in own and not (part.field in {"since", "until"} and dated)
    )
    kinds: tuple[Kind, ...] = (
        ("speech",) if any(p.field == "speakers" for p in (*carried, *alone.understood)) else alone.kinds
    )
    # 期限は？ brings a topic of its own, それはいつまでに？ stays with the one before.
    together = not alone.words or _points_back(text)
    return replace(
        alone,
        topic=" ".join(filter(None, [before.topic, alone.topic])) if together else alone.topic,
        words=tuple(dict.fromkeys((*before.words, *alone.words))) if together else alone.words,
        understood=(*alone.understood, *carried),
        kinds=kinds,
        carried=True,
    )


def _afterwards(before: Question, snapshot: Snapshot) -> Question:
    """その後: not the meeting that was asked about but what came after it."""
    days = [row.meeting.date for row in snapshot.meetings_in(before.filters) if row.meeting.date]
    kept = tuple(part for part in before.understood if part.field in {"speakers", "kinds"})
    if days and len(days) < len(snapshot.meetings):
        kept += (Understood("since", (max(days) + timedelta(days=1)).isoformat(), words().later[0]),)
    return replace(before, understood=kept)


def _leans(text: str, alone: Question) -> bool:
    """Whether a question cannot stand alone: it has no topic, points back, or is a bare 期限は？."""
    if _points_back(text) or not (alone.words or _says_something(alone.rest)):
        return True
    bare = re.search(r"(?:は|も|については?)[??]?$", text)
    return bare is not None and len(text) <= BARE_CHARS and len(alone.words) <= 3


def _says_something(rest: str) -> bool:
    """Whether what is left of a question is more than words of asking (最後に…締めくくった)."""
    return any(word not in words().asking for word in tokens(rest))


def _points_back(text: str) -> bool:
    """Whether a question names the one before: それは, 他の大臣は, その後, もっと詳しく."""
    tables = words()
    pointed = re.match(
        r"(?:では|じゃあ|で)?、?(?:" + "|".join((*tables.pointers, *tables.others, *tables.later)) + ")", text
    )
    return pointed is not None or any(word in text for word in tables.more)


def _alone(text: str, snapshot: Snapshot, today: date, before: Question | None) -> Question:
    found = mentions(text, snapshot.speakers)
    speakers = spoken_by(text, found)
    understood = [
        Understood("speakers", value, _shown(text, mention)) for mention in speakers for value in mention.values
    ]
    if before and text.startswith(words().others):
        understood = _others(understood, before)
    meeting_parts, meeting_spans = meetings_named(text, snapshot)
    date_parts, date_spans = days_named(text, snapshot, today)
    others = [with_particle(text, span) for span in meeting_spans + date_spans]
    topic = _topic(text, [extent(text, mention) for mention in speakers] + others)
    # 首相は何を指示した: beside a speaker, a word for saying asks for all that they said.
    unasked = words().asking | (_said_tokens() if speakers else frozenset())
    content = tuple(word for word in dict.fromkeys(tokens(topic)) if word not in unasked)
    # Words that fit any topic count only where there is nothing else to go by.
    specific = tuple(word for word in content if word not in words().general_words)
    asked = specific if specific or speakers else content
    understood += [*meeting_parts, *date_parts]
    head = _head(text, content, speakers, meeting_parts)
    return Question(
        text, topic if asked else "", asked, tuple(understood), _kinds(text, bool(speakers)), head, rest=topic
    )


@cache
def _reported() -> re.Pattern[str]:
    """…という指摘は誰が: the word for saying is no part of the topic."""
    return re.compile(rf"(?:という|との|といった)(?:{'|'.join(sorted(words().said, key=len, reverse=True))})")


@cache
def _said_tokens() -> frozenset[str]:
    return frozenset(token for word in words().said for token in tokens(word))


def _shown(text: str, mention: Mention) -> str:
    after = text[mention.end : mention.end + 1]
    return mention.words + (after if after in {"は", "が", "も", "の"} else "")


def _others(understood: Sequence[Understood], before: Question) -> list[Understood]:
    """他の大臣は: the group without those who were asked about before."""
    asked = {name_key(part.value) for part in before.understood if part.field == "speakers"}
    return [part for part in understood if name_key(part.value) not in asked]


def _kinds(text: str, has_speaker: bool) -> tuple[Kind, ...]:
    if has_speaker:
        return ("speech",)
    kinds: list[Kind] = ["speech", "narration", "document"]
    if any(word in text for word in words().procedure):
        kinds.append("procedure")
    return tuple(kinds)


def _head(
    text: str, content: Sequence[str], speakers: Sequence[Mention], meetings: Sequence[Understood]
) -> tuple[Head, ...]:
    """What is asked about the meeting itself, where the question is about it and not about something that meets."""
    tables = words()
    topical = [word for word in content if word not in tables.head_words]
    if speakers or (topical and not meetings and not tables.itself.search(text)):
        return ()
    return tuple(name for name, pattern in tables.head.items() if pattern.search(text))  # type: ignore[misc]


def _topic(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The question without the words that became filters, and without phrases of asking."""
    kept = "".join(
        " " if any(start <= place < end for start, end in spans) else char for place, char in enumerate(text)
    )
    kept = _reported().sub(" ", kept)
    if text.isascii():  # In Japanese, Ａ案 is no English article.
        kept = words().english.sub(" ", kept)
    for phrase in words().phrases:
        kept = kept.replace(phrase, " ")
    return " ".join(kept.split()).strip("、,?。 ")
