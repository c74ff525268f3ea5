"""What an id stands for -> JSON and plain text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from index.store import Version
from qa.render.json import cited_to_json
from qa.render.text import japanese_date, speaker_name, statement_to_text
from qa.tracing import Earlier, Resolved

UNPROVEN = "（保存された原文と一致しないため、本文は示しません）"
SIGNS = {"added": "＋", "removed": "－"}


def resolved_to_json(resolved: Resolved) -> dict[str, Any]:
    """The statement that is shown, as everywhere, with `asked`, `state`, `history` and `forgotten`.

    Where none can be shown, these fields alone; a removed one has no `citation` to paste.
    """
    history = None if resolved.history is None else [_earlier_to_json(one) for one in resolved.history]
    traced = {"asked": resolved.id, "state": resolved.state, "history": history, "forgotten": resolved.forgotten}
    shown = cited_to_json(resolved.shown) if resolved.shown else {}
    if resolved.state == "removed":
        shown.pop("citation", None)
    return shown | traced


def _earlier_to_json(earlier: Earlier) -> dict[str, Any]:
    return {
        "id": earlier.id,
        "text": earlier.text,
        "speaker": asdict(earlier.speaker) if earlier.speaker else None,
        "version": earlier.until.id,
        "day": day_of(earlier.until).isoformat(),
        "difference": [asdict(stretch) for stretch in earlier.difference],
    }


def day_of(version: Version) -> date:
    """The day on which a version was made, where this program runs."""
    return datetime.fromisoformat(version.created).astimezone().date()


def resolved_to_text(resolved: Resolved) -> str:
    """The statement that is shown, and before and after it what became of it."""
    return "\n\n".join(filter(None, ("\n".join(_opening(resolved)), _shown(resolved), "\n".join(_history(resolved)))))


def _opening(resolved: Resolved) -> Iterator[str]:
    """What the reader has to know before reading the statement."""
    if resolved.state == "corrected":
        yield f"ID {resolved.id} の発言は訂正されました。訂正後の発言を示します。"
    elif resolved.state == "removed" and resolved.history:
        last = resolved.history[-1].until
        yield f"【削除された発言】{_when(last)}で削除されました。最後に示されていた形を示します。"
    elif resolved.state == "forgotten" and resolved.forgotten:
        day = japanese_date(date.fromisoformat(resolved.forgotten))
        yield f"ID {resolved.id} の発言は{day}から示されていません。本文は索引から消去されました。"
        yield "後を継いだ発言を示します。" if resolved.shown else "後を継いだ発言はありません。"


def _shown(resolved: Resolved) -> str:
    if resolved.shown:
        # Whoever pastes a citation must not pass on what the minutes no longer say.
        return statement_to_text(resolved.shown, citable=resolved.state != "removed")
    return "" if resolved.state == "forgotten" else UNPROVEN


def _history(resolved: Resolved) -> Iterator[str]:
    """The former states; that of a removed statement which stands above is not said again."""
    if resolved.history is None:
        yield "以前の形は、索引が壊れているため読めません（python -m index check --repair）。"
        return
    said = resolved.history[:-1] if resolved.state == "removed" else resolved.history
    if said:
        yield "以前の形:"
    for earlier in said:
        yield f"   {_when(earlier.until)}で改められるまで [{earlier.id}]"
        yield f"   発言者: {speaker_name(earlier.speaker)}"
        yield f"   {earlier.text or UNPROVEN}"
        changed = (stretch for stretch in earlier.difference if stretch.kind != "same")
        yield from (f"   文言: {SIGNS[stretch.kind]}{stretch.text}" for stretch in changed)


def _when(version: Version) -> str:
    return f"{japanese_date(day_of(version))}の第{version.id}版"
