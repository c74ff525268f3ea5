"""Speakers that a file's own format states: the Diet's API, CSV, JSON Lines."""

from __future__ import annotations

from collections.abc import Sequence

from index.layouts.lines import Line
from index.layouts.marks import SPEAKER_MARKS, Opening
from index.layouts.people import speaker_of
from index.minutes import Speaker
from index.reading import Speech


class Given:
    """Openings read from the format, not from the text: one for each speech, at the line where it begins."""

    layout = "records"
    any = True

    def __init__(self, speeches: Sequence[Speech]) -> None:
        self._by_start = {speech.label_start: speech for speech in speeches}

    def opening(self, line: Line) -> Opening | None:
        """The speech that begins with this line."""
        speech = self._by_start.get(line.start)
        if speech is None or speech.kind == "head":
            return None
        label = line.text[: speech.start - line.start].strip()
        bare = label.lstrip(SPEAKER_MARKS)
        # A name may end like a role (青山大人): what the format calls a name is none.
        printed = Speaker(label) if bare == speech.name else speaker_of(bare)
        speaker = Speaker(
            label,
            role=speech.role or printed.role,
            name=speech.name or printed.name,
            name_from="label" if speech.name else printed.name_from,
            affiliation=speech.affiliation,
            affiliation_from="label" if speech.affiliation else None,
        )
        return Opening(label, speech.start - line.start, known=True, given=speaker, agenda=speech.agenda)

    def heading(self, line: Line) -> bool:  # noqa: ARG002 the format knows no headings
        """Never: what is no speech was claimed by the head."""
        return False
