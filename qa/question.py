"""Question: what somebody asks, as far as tables and rules understand it. No language model.

Understanding is shown, part by part, with the words it came from, so that a mistake costs one click.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Literal

from index.errors import QuestionRejected
from index.lexical import tokens
from index.matching import speaker_matches
from index.minutes import Kind
from index.offices import is_shared
from index.search import Filters, Snapshot
from qa.asking import act_asked, cues_asked
from qa.meetings import meetings_named
from qa.occasions import Field, Understood, days_named
from qa.speakers import Mention, mentions
from qa.spoken import extent, spoken_by, with_particle
from qa.thesaurus import Alternatives
from qa.words import words

QUESTION_CHARS = 1_000
"""A longer question is refused: nobody asks in more, and every character costs time."""
TOPICAL = 2
"""A question about the meeting itself has at most so many words of another topic."""

Head = Literal["date", "place", "attendees", "absentees", "agenda"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `topic` is what is left without filters and words of asking, `words` its tokens.

    `head` lists what is asked about the meeting itself (date, place, attendees, agenda). `offered` are people whom the
    question names as topic or addressee: no filters, but one click makes them so.
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
    offered: tuple[Understood, ...] = ()
    asked_before: tuple[Understood, ...] = ()
    """Who was asked about in the questions that this one leans on: 他の大臣は means none of them."""
    alternatives: Alternatives = field(default_factory=dict)
    """What else the words may be called: synonyms and thesaurus.toml."""

    @property
    def searched(self) -> tuple[str, ...]:
        """The tokens that BM25 looks for: the words and what else they may be called."""
        others = (token for sequences in self.alternatives.values() for sequence in sequences for token in sequence)
        content = sorted(token for token in others if token not in words().asking)
        return tuple(dict.fromkeys((*self.words, *content)))

    @property
    def wishes(self) -> tuple[Understood, ...]:
        """What puts fitting statements first and leaves none out: who asked or replied, and kinds of statement."""
        return tuple(part for part in self.understood if part.field in {"act", "cue"})

    @property
    def act(self) -> str | None:
        """ "asked" or "replied" where the question asks for that."""
        return next((part.value for part in self.understood if part.field == "act"), None)

    @property
    def asks_who(self) -> bool:
        """Whether it is asked who asked or spoke: then a question is an answer and does not give way to its reply."""
        return self.act == "asked" or (self.act is None and any(word in self.text for word in ("誰", "だれ", "どなた")))

    @property
    def several(self) -> bool:
        """Whether more than one speaker is to be heard: 外務大臣と総務大臣は, 委員は, 誰が."""
        speakers = self._values("speakers")
        held_by_many = len(speakers) > 1 or any(is_shared(value) for value in speakers)
        return held_by_many or (not speakers and any(word in self.text for word in words().several))

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
            not_speakers=self._values("not_speakers"),
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


def alone(text: str, snapshot: Snapshot, today: date, named: frozenset[str] = frozenset()) -> Question:
    """A normalised question by itself. `named` holds mentions that are speakers however they stand in it."""
    found = mentions(text, snapshot.speakers)
    speakers = spoken_by(text, found, named)
    understood = [
        Understood("speakers", value, _shown(text, mention)) for mention in speakers for value in mention.values
    ]
    meeting_parts, meeting_spans = meetings_named(text, snapshot)
    date_parts, date_spans = days_named(text, snapshot, today)
    others = [with_particle(text, span) for span in meeting_spans + date_spans]
    opening = next((len(word) for word in words().openings if text.startswith(word)), 0)
    topic = _topic(text, [(0, opening), *(extent(text, mention) for mention in speakers), *others])
    # 首相は何を指示した: beside a speaker, a word for saying asks for all that they said.
    act = act_asked(text)
    unasked = words().asking | _everybody() | (_said_tokens() if speakers or act else frozenset())
    content = tuple(word for word in dict.fromkeys(tokens(topic)) if word not in unasked)
    # Words that fit any topic count only where there is nothing else to go by.
    specific = tuple(word for word in content if word not in words().general_words)
    asked = specific if specific or speakers else content
    head = _head(text, topic, found, speakers, meeting_parts)
    if head:  # 出席した大臣は誰: nobody is asked for their words.
        speakers, understood, act = [], [], None
    understood += [*meeting_parts, *date_parts, *filter(None, [act]), *([] if head else cues_asked(text))]
    return Question(
        text,
        topic if asked else "",
        asked,
        tuple(understood),
        kinds_of(text, bool(speakers)),
        head,
        rest=topic,
        offered=tuple(_offered(found, speakers, snapshot)),
    )


def _offered(found: Sequence[Mention], speakers: Sequence[Mention], snapshot: Snapshot) -> Iterator[Understood]:
    """Those of the people named who are no speakers of the question and have spoken in these minutes."""
    for mention in found:
        known = [v for v in mention.values if any(speaker_matches(v, speaker) for speaker in snapshot.speakers)]
        if mention not in speakers:
            yield from (Understood("speakers", value, mention.words) for value in known)


@cache
def _reported() -> re.Pattern[str]:
    """…という指摘は誰が: the word for saying is no part of the topic."""
    return re.compile(rf"(?:という|との|といった)(?:{'|'.join(sorted(words().said, key=len, reverse=True))})")


@cache
def _everybody() -> frozenset[str]:
    return frozenset(token for word in words().everybody for token in tokens(word))


@cache
def _said_tokens() -> frozenset[str]:
    return frozenset(token for word in words().said for token in tokens(word))


def _shown(text: str, mention: Mention) -> str:
    after = text[mention.end : mention.end + 1]
    return mention.words + (after if after in {"は", "が", "も", "の"} else "")


def kinds_of(text: str, has_speaker: bool) -> tuple[Kind, ...]:
    """The kinds of statement that may answer."""
    if has_speaker:
        return ("speech",)
    kinds: list[Kind] = ["speech", "narration", "document"]
    if any(word in text for word in words().procedure):
        kinds.append("procedure")
    return tuple(kinds)


def _head(
    text: str, topic: str, found: Sequence[Mention], speakers: Sequence[Mention], meetings: Sequence[Understood]
) -> tuple[Head, ...]:
    """What is asked about the meeting itself, where the question is about it and not about something that meets."""
    tables = words()
    asked = tuple(name for name, pattern in tables.head.items() if pattern.search(text))
    present = any(name in {"attendees", "absentees"} for name in asked)
    for mention in found:
        topic = topic.replace(mention.words, " ")
    topical = [word for word in tokens(topic) if word not in tables.head_words and word not in tables.asking]
    about_it = meetings or tables.itself.search(text) or tables.past.search(text)
    if (speakers and not present) or len(topical) > TOPICAL or (topical and not about_it):
        return ()
    return asked  # type: ignore[return-value]


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
