"""Adding minutes in the page: files are sent in, what was read of them is confirmed or corrected, then indexed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr  # slow: import this module only where the page is about to be served

from index.adding import FORGET_AFTER, MAX_BYTES, Desk
from index.reading import READABLE_SUFFIXES
from index.search import Index
from qa.render import Html, element
from web.offers import offers_to_html
from web.session import Session
from web.texts import preferred
from web.uploading import MAX_FILES, MAX_OFFERS, VALUE_CHARS, Uploading

SCRIPT = Path(__file__).parent / "upload.js"
FIELDS = 60
"""Fields of one file that are read of what the browser sends."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Gradio's pieces of the part, as they stand in the page."""

    state: gr.State
    top: gr.HTML
    files: gr.File
    offers: gr.HTML


def pieces(desk: Desk) -> Pieces:
    """The part, at this place of the page that is being made."""
    script = SCRIPT.read_text(encoding="utf-8")

    def forget(left: Uploading) -> None:
        for offer in left.waiting:
            if offer.offered:
                desk.forget(offer.offered)

    state = gr.State(Uploading(), time_to_live=FORGET_AFTER, delete_callback=forget)
    with gr.Column(elem_id="adding"):
        return Pieces(
            state,
            gr.HTML(js_on_load=script, apply_default_css=False, elem_id="adding-top"),
            gr.File(file_count="multiple", show_label=False, elem_id="adding-files", height=140, interactive=True),
            gr.HTML(js_on_load=script, apply_default_css=False, elem_id="adding-offers"),
        )


def connect(
    blocks: gr.Blocks, part: Pieces, desk: Desk, index: Index, redraw: Callable[[Session], list[Any]], shown: list[Any]
) -> None:
    """Say what happens in the part.

    `shown` begins with the state that holds the visitor's Session and the head of the page; `redraw` draws it anew once
    more is indexed.
    """
    session, head, drawn = shown[0], shown[1], [part.state, part.top, part.offers]

    def start(request: gr.Request) -> list[Any]:
        return _drawn(Uploading(preferred(request.headers.get("accept-language"))))

    def translate(now: Uploading, of_page: Session) -> list[Any]:
        if of_page.language == now.language:
            return [gr.skip()] * len(drawn)
        return _drawn(replace(now, language=of_page.language))

    def take(sent: list[str] | None, now: Uploading) -> Iterator[list[Any]]:
        for step in now.taking([Path(one) for one in sent or []], desk, index):
            yield [*_drawn(step), None]

    def act(now: Uploading, event: gr.EventData) -> Iterator[list[Any]]:
        for step in acting(now, event._data, desk, index):
            yield _drawn(step)

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    one_by_one: dict[str, Any] = {"concurrency_id": "adding", "concurrency_limit": 2, **private}
    blocks.delete_cache = (FORGET_AFTER, FORGET_AFTER)  # what Gradio took and nobody asked for
    blocks.load(start, None, drawn, queue=False, **private)
    # Not when the session changes: Gradio would have to hash all answers.
    head.change(translate, [part.state, session], drawn, queue=False, **private)
    part.files.upload(take, [part.files, part.state], [*drawn, part.files], **one_by_one)
    for piece in (part.top, part.offers):
        # A new version is seen in what stands above and beside as well.
        piece.select(act, [part.state], drawn, **one_by_one).then(redraw, [session], shown, **private)


def _drawn(now: Uploading) -> list[Any]:
    return [now, _top_to_html(now).text, offers_to_html(now).text]


def _top_to_html(now: Uploading) -> Html:
    """The button that opens the part, and what may be sent in."""
    words = now.words
    limits = words.limits.format(files=MAX_FILES, size=MAX_BYTES // 2**20, types=" ".join(READABLE_SUFFIXES))
    return element(
        "div",
        element(
            "button",
            words.hide if now.is_open else words.add,
            type="button",
            class_="toggle",
            data_action="toggle",
            aria_expanded="true" if now.is_open else "false",
        ),
        element("p", words.how, class_="how") if now.is_open else None,
        element("p", limits, class_="limits") if now.is_open else None,
        class_="adding open" if now.is_open else "adding",
        lang=now.language,
        data_files=words.files,
    )


def acting(now: Uploading, data: object, desk: Desk, index: Index) -> Iterator[Uploading]:
    """What a click asks for, step by step. `data` comes from the browser and may be anything."""
    given = data if isinstance(data, dict) else {}
    value = given.get("value")
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 9 else -1
    typed = now.typing(_forms(given.get("forms")))
    match given.get("action"):
        case "toggle":
            yield replace(typed, is_open=not now.is_open)
        case "drop":
            yield typed.dropping(number, desk)
        case "keep":
            yield from typed.keeping({number}, desk, index)
        case "keep-all":
            yield from typed.keeping({offer.number for offer in typed.waiting}, desk, index)
        case "again":
            yield from typed.keeping(set(), desk, index)
        case _:
            yield now


def _forms(data: object) -> dict[int, Mapping[str, str]]:
    """The fields of each file, of what the browser sent as such."""
    if not isinstance(data, dict):
        return {}
    return {
        int(number): {
            str(name): value[:VALUE_CHARS] for name, value in list(fields.items())[:FIELDS] if isinstance(value, str)
        }
        for number, fields in list(data.items())[:MAX_OFFERS]
        if str(number).isascii() and str(number).isdecimal() and len(str(number)) < 9 and isinstance(fields, dict)
    }
