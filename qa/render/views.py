"""Views -> JSON, CSV, plain text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from index.cells import safe_cell
from qa.render.citation import cite
from qa.render.json import cited_to_json, filters_to_json, searched_to_json
from qa.render.text import citation, part_line, scope_line, speaker_name
from qa.views import Comparison, Coverage, Match, Matches, Timeline

View = Matches | Comparison | Coverage | Timeline

NONE_FOUND = "発言の記録は見つかりませんでした（議事録は要旨のことがあり、発言がなかったとは言えません）"
COLUMNS = (
    "topic",
    "voice",
    "date",
    "meeting",
    "ordinal",
    "speaker",
    "role",
    "name",
    "affiliation",
    "text",
    "quotes",
    "cues",
    "confidence",
    "record",
    "path",
    "page",
    "url",
    "id",
    "citation",
)


def view_to_json(view: View) -> dict[str, Any]:
    """The form that `python -m qa --all | --compare | --timeline | --coverage --json` prints."""
    if isinstance(view, Coverage):
        return {
            "view": "coverage",
            "topics": [_head(topic) for topic in view.topics],
            "speakers": [
                {"name": name, "cells": [_match(cell) for cell in cells]}
                for name, cells in zip(view.names, view.cells, strict=True)
            ],
            "none_found": NONE_FOUND,
        }
    if isinstance(view, Comparison):
        rows = [{"name": voice.name, "count": voice.count, "best": _match(voice.best)} for voice in view.voices]
        return {"view": "comparison"} | _head(view.of) | {"voices": rows, "none_found": NONE_FOUND}
    if isinstance(view, Timeline):
        moments = [
            {
                "person": moment.person,
                "breaks": moment.breaks,
                "wording": [asdict(change) for change in moment.wording],
                "statement": _match(moment.match),
            }
            for moment in view.moments
        ]
        return {"view": "timeline"} | _head(view.of) | {"moments": moments}
    return {"view": "all"} | _head(view) | {"statements": [_match(match) for match in view.matches]}


def _head(of: Matches) -> dict[str, Any]:
    return {
        "question": of.question.text,
        "topic": of.question.topic,
        "version": of.version,
        "count": len(of.matches),
        "complete": of.complete,
        "withheld": of.withheld,
        "filters": filters_to_json(of.filters, of.question),
        "searched": searched_to_json(of.searched, None, None),
    }


def _match(match: Match | None) -> dict[str, Any] | None:
    if match is None:
        return None
    return cited_to_json(match.cited) | {"confidence": round(match.confidence, 4), "cues": list(match.cues)}


def view_to_csv(view: View) -> str:
    """One statement a line under COLUMNS; a speaker without one has the line all the same, with no text.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for topic, voice, match in _lines(view):
        writer.writerow([safe_cell(cell) for cell in (topic, voice, *_cells(match))])
    return sheet.getvalue()


def _lines(view: View) -> Iterator[tuple[str, str, Match | None]]:
    if isinstance(view, Coverage):
        for name, cells in zip(view.names, view.cells, strict=True):
            for topic, cell in zip(view.topics, cells, strict=True):
                yield topic.question.text, name, cell
    elif isinstance(view, Comparison):
        yield from ((view.of.question.text, voice.name, voice.best) for voice in view.voices)
    elif isinstance(view, Timeline):
        yield from ((view.of.question.text, moment.person, moment.match) for moment in view.moments)
    else:
        for match in view.matches:
            yield view.question.text, speaker_name(match.cited.statement.speaker), match


def _cells(match: Match | None) -> Iterable[object]:
    if match is None:
        return [""] * (len(COLUMNS) - 2)
    entry, meeting, speaker = match.cited, match.cited.meeting.meeting, match.cited.statement.speaker
    return (
        meeting.date or "",
        meeting.title or "",
        meeting.ordinal or "",
        *((speaker.label, speaker.role, speaker.name, speaker.affiliation) if speaker else ("", "", "", "")),
        entry.statement.text,
        "\n".join(entry.quotes),
        "、".join(match.cues),
        f"{match.confidence:.3f}",
        meeting.record,
        entry.meeting.sources[0].path,
        entry.statement.spans[0].page,
        meeting.url or "",
        entry.statement.id,
        cite(entry, "ja"),
    )


def view_to_text(view: View) -> str:
    """The view for the terminal."""
    if isinstance(view, Coverage):
        return "\n".join(_coverage_lines(view))
    of = view if isinstance(view, Matches) else view.of
    lines = ["読み取り: " + " / ".join(map(part_line, of.question.understood))] if of.question.understood else []
    lines += [f"{len(of.matches)} 件{'' if of.complete else '以上'}", scope_line(of.searched)]
    lines += [f"{hole.text(of.question.text)}は索引にありません。" for hole in of.searched.holes]
    if isinstance(view, Comparison):
        for voice in view.voices:
            lines += ["", f"■ {voice.name}（{voice.count} 件）", *match_lines(voice.best)]
    elif isinstance(view, Timeline):
        for moment in view.moments:
            lines += ["", "―― ここから別の人 ――"] if moment.breaks else [""]
            lines += match_lines(moment.match)
            changed = [change for change in moment.wording if change.kind != "same"]
            signs = {"added": "＋", "removed": "－"}
            lines += [f"   文言: {signs[change.kind]}{change.text}" for change in changed]
    else:
        for match in view.matches:
            lines += ["", *match_lines(match)]
    return "\n".join(lines)


def match_lines(match: Match | None) -> list[str]:
    """A statement and its citation as a view prints them."""
    if match is None:
        return [f"   {NONE_FOUND}"]
    return [f"   {match.cited.statement.text}", f"   — {citation(match.cited)} [{match.cited.statement.id}]"]


def _coverage_lines(view: Coverage) -> Iterator[str]:
    for place, topic in enumerate(view.topics):
        yield f"【{topic.question.text}】 {len(topic.matches)} 件、{scope_line(topic.searched)}"
        for name, cells in zip(view.names, view.cells, strict=True):
            cell = cells[place]
            yield f"  {name}: {cell.cited.quotes[0] if cell and cell.cited.quotes else NONE_FOUND}"
        yield ""
