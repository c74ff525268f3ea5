"""Uploading: the files that one visitor offers, and what has become of each. Every step gives a new one."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from index.adding import Desk, Offered, safe_name
from index.build import BuildReport
from index.dates import parse_date
from index.errors import IndexBusy, MinutesError, SourceError
from index.minutes import Metadata, Speaker
from index.search import Index
from web.texts import Language
from web.upload_texts import UploadTexts, upload_texts

MAX_FILES = 20
"""Files that may be sent in at once."""
MAX_OFFERS = 60
"""Files that one visitor's page shows; the oldest that are done with leave it."""
VALUE_CHARS = 300
"""Characters of a correction that are read."""
SPEAKERS = 40
"""Speakers whose names can be corrected, those who speak most."""

Fate = Literal["waiting", "known", "refused", "saved", "indexed"]
Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Offer:
    """One file: `waiting` for confirmation, `known` to the index, `refused`, `saved` but not indexed yet, or `indexed`.

    `note` says why or as what; `problem` is what is wrong with the corrections that were `typed`.
    """

    number: int
    name: str
    fate: Fate
    offered: Offered | None = None
    note: str = ""
    typed: Typed = field(default_factory=dict)
    problem: str | None = None

    @property
    def speakers(self) -> list[tuple[Speaker, int]]:
        """Who speaks in how many turns, those who speak most first."""
        meetings = self.offered.meetings if self.offered else ()
        turns = {one.turn: one.speaker for meeting in meetings for one in meeting.statements if one.speaker}
        by_label = {speaker.label: speaker for speaker in reversed(turns.values())}
        counted = Counter(speaker.label for speaker in turns.values())
        return [(by_label[label], turns_of) for label, turns_of in counted.most_common()]


@dataclass(frozen=True, slots=True)
class Uploading:
    """What one visitor's part of the page shows. `doing` says what goes on now, `said` what came of it."""

    language: Language = "ja"
    is_open: bool = False
    offers: tuple[Offer, ...] = ()
    doing: str | None = None
    said: str | None = None
    is_wrong: bool = False

    @property
    def words(self) -> UploadTexts:
        """The texts in the visitor's language."""
        return upload_texts(self.language)

    @property
    def waiting(self) -> tuple[Offer, ...]:
        """The files that wait for confirmation."""
        return tuple(offer for offer in self.offers if offer.fate == "waiting")

    def taking(self, files: Sequence[Path], desk: Desk, index: Index) -> Iterator[Uploading]:
        """Read the files that were sent in, one after the other."""
        now = replace(self, said=None, is_open=True)
        for place, file in enumerate(files, 1):
            name = safe_name(file.name)
            doing = now.words.reading.format(place=place, count=len(files), name=name)
            yield replace(now, doing=doing)
            number = max((offer.number for offer in now.offers), default=0) + 1
            if place > MAX_FILES:
                offer = Offer(number, name, "refused", note=now.words.too_many.format(limit=MAX_FILES))
                file.unlink(missing_ok=True)
            else:
                offer = now._taken(number, file, desk, index)
            now = replace(now, offers=_trimmed((*now.offers, offer), desk))
        yield now

    def _taken(self, number: int, file: Path, desk: Desk, index: Index) -> Offer:
        try:
            offered = desk.take(file, file.name)
        except SourceError as error:
            name = safe_name(file.name)
            return Offer(number, name, "refused", note=str(error).removeprefix(f"{name}: "))
        offer = Offer(number, offered.name, "waiting", offered)
        same = [other for other in self.waiting if other.offered and other.offered.digests == offered.digests]
        note = self.words.same_as.format(name=same[0].name) if same else self._known(offered, desk, index)
        if note:
            desk.forget(offered)
            return replace(offer, fate="known", offered=None, note=note)
        return offer

    def _known(self, offered: Offered, desk: Desk, index: Index) -> str | None:
        """As what the file is there already."""
        paths = desk.known(offered, index.snapshot())
        return self.words.indexed_as.format(path="、".join(paths[:3])) if paths else None

    def typing(self, forms: Mapping[int, Typed]) -> Uploading:
        """The same with what stands in the fields of each waiting file."""
        offers = (
            replace(offer, typed=forms[offer.number], problem=None)
            if offer.fate == "waiting" and offer.number in forms
            else offer
            for offer in self.offers
        )
        return replace(self, offers=tuple(offers), said=None)

    def dropping(self, number: int, desk: Desk) -> Uploading:
        """Do not add this file; one that is done with only leaves the page."""
        for offer in self.offers:
            if offer.number == number and offer.offered and offer.fate == "waiting":
                desk.forget(offer.offered)
        return replace(self, offers=tuple(offer for offer in self.offers if offer.number != number))

    def keeping(self, numbers: set[int], desk: Desk, index: Index) -> Iterator[Uploading]:
        """Set the confirmed files down and index them, with those that were set down before."""
        yield replace(self, doing=self.words.indexing)
        now = replace(self, offers=tuple(self._kept(o, desk, index) if o.number in numbers else o for o in self.offers))
        if any(offer.fate == "saved" for offer in now.offers):
            now = now._built(desk, index)
        yield replace(now, is_wrong=now.is_wrong or any(offer.problem for offer in now.waiting))

    def _kept(self, offer: Offer, desk: Desk, index: Index) -> Offer:
        if offer.fate != "waiting" or offer.offered is None:
            return offer
        try:
            stated = corrections(offer, self.words)
        except ValueError as error:
            return replace(offer, problem=str(error))
        try:
            name = desk.keep(offer.offered, stated, index.snapshot)
        except SourceError as error:
            return replace(offer, problem=self.words.failed.format(message=error))
        if name is None:  # another visitor was faster
            return replace(offer, fate="known", offered=None, note=self._known(offer.offered, desk, index) or "")
        return replace(offer, name=name, fate="saved", note=self.words.saved)

    def _built(self, desk: Desk, index: Index) -> Uploading:
        """Index what was set down; where that is not possible now, the files stay and can be indexed later."""
        try:
            report = desk.build()
            index.renew()
        except IndexBusy:
            return replace(self, said=self.words.busy, is_wrong=True)
        except MinutesError as error:
            return replace(self, said=self.words.failed.format(message=error), is_wrong=True)
        except OSError as error:
            return replace(self, said=self.words.failed.format(message=error.strerror), is_wrong=True)
        offers = tuple(_indexed(o, report, desk, self.words) if o.fate == "saved" else o for o in self.offers)
        count = sum(offer.fate == "indexed" for offer in offers) - sum(o.fate == "indexed" for o in self.offers)
        said = self.words.done.format(count=count, version=report.version)
        return replace(self, offers=offers, said=said, is_wrong=False)


def _indexed(offer: Offer, report: BuildReport, desk: Desk, words: UploadTexts) -> Offer:
    path = f"{desk.folder.name}/{offer.name}"
    fates = [file for file in report.files if file.path == path or file.path.startswith(f"{path}/")]
    read = [file for file in fates if file.fate not in ("skipped", "excluded")]
    if not read:
        reason = next((file.note for file in fates if file.note), words.left_out)
        return replace(offer, fate="refused", note=words.failed.format(message=reason), offered=None)
    note = words.indexed.format(statements=sum(file.statements for file in read), path=path)
    return replace(offer, fate="indexed", note=note, offered=None)


def _trimmed(offers: tuple[Offer, ...], desk: Desk) -> tuple[Offer, ...]:
    """The newest MAX_OFFERS; what is done with goes first."""
    surplus = len(offers) - MAX_OFFERS
    if surplus <= 0:
        return offers
    going = sorted(offers, key=lambda offer: (offer.fate == "waiting", offer.number))[:surplus]
    for offer in going:
        if offer.offered:
            desk.forget(offer.offered)
    gone = {offer.number for offer in going}
    return tuple(offer for offer in offers if offer.number not in gone)


def corrections(offer: Offer, words: UploadTexts) -> Metadata:
    """What the visitor corrected, nothing where it is what the minutes say. Raises ValueError with what is wrong."""
    if offer.offered is None or not offer.offered.takes_corrections:
        return Metadata()
    typed = {name: _clean(value) for name, value in offer.typed.items()}
    stated = Metadata(speakers=tuple(_named(offer, typed)))
    meetings = offer.offered.meetings
    record = typed.get("record")
    if record in ("verbatim", "summary") and any(meeting.record != record for meeting in meetings):
        stated = replace(stated, record=record)  # type: ignore[arg-type]
    if len(meetings) != 1:  # a title or a day cannot be true of several meetings
        return stated
    said = meetings[0]
    title, place, day = typed.get("title"), typed.get("place"), _day(typed.get("date"), words)
    return replace(
        stated,
        title=title if title and title != _clean(said.title or "") else None,
        place=place if place and place != _clean(said.place or "") else None,
        date=day if day != said.date else None,
    )


def _named(offer: Offer, typed: Typed) -> Iterator[Speaker]:
    for place, (speaker, _) in enumerate(offer.speakers[:SPEAKERS]):
        name = typed.get(f"speaker{place}")
        if name and name != speaker.name:
            yield Speaker(speaker.label, name=name, name_from="sidecar")


def _day(typed: str | None, words: UploadTexts) -> date | None:
    if not typed:
        return None
    day = parse_date(typed)
    if day is None:
        raise ValueError(words.no_day.format(value=typed))
    return day


def _clean(value: str) -> str:
    """A correction as one line of text."""
    kept = (" " if unicodedata.category(character)[0] in "CZ" else character for character in value[:VALUE_CHARS])
    return " ".join("".join(kept).split())
