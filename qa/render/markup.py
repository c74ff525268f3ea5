"""`element` is the only maker of markup: whatever is not `Html` already is escaped by it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Html:
    """Markup made by `element`."""

    text: str


VOID = {"img", "input", "option"}
"""Elements without children that are written without an end."""


def element(tag: str, *children: Html | str | None, **attributes: str | bool | None) -> Html:
    """An element; strings among its children are escaped, None is left out.

    `class_` is the attribute class, `data_action` data-action; True gives a bare attribute, None and False none.
    """
    shown = "".join(
        f" {name.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{tag}{shown}>" if tag in VOID else f"<{tag}{shown}>{joined(children).text}</{tag}>")


def joined(children: Iterable[Html | str | None]) -> Html:
    """Several pieces as one, strings escaped."""
    return Html("".join(child.text if isinstance(child, Html) else escape(child) for child in children if child))


def text_language(text: str) -> str | None:
    """The language of a text as far as its letters tell, for fonts and screen readers."""
    return "ja" if re.search(r"[ぁ-んァ-ヴ一-龯]", text) else None
