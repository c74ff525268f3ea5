"""The conversation on the page as a file, every quote proven again at that moment."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Iterator
from datetime import date

from index.errors import MinutesError
from index.search import Index, Snapshot
from qa.answer import Answer
from qa.citing import Cited, still_proven
from qa.occasions import Understood
from qa.render import Html, element
from qa.render.document import Block, Paragraph, Quotation, document_to_docx, document_to_markdown
from qa.render.labels import day_text
from web.session import Session
from web.talks_texts import talk_texts
from web.texts import texts

TYPES = {
    "md": "text/markdown;charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
NAME_CHARS = 40
"""Characters of the conversation's name in the name of the file."""


def exported(session: Session, data: object, index: Index) -> str | None:
    """A link that holds the file, for the page to follow; None where something else was asked for."""
    given = data if isinstance(data, dict) else {}
    form = str(given.get("value"))
    if given.get("action") != "export" or form not in TYPES or not session.exchanges:
        return None
    try:
        blocks = list(_blocks(session, index.snapshot()))
    except MinutesError:
        return None  # the page itself says that the index cannot be read
    file = document_to_docx(blocks, session.language) if form == "docx" else document_to_markdown(blocks).encode()
    return _link(f"{_name(session)}.{form}", TYPES[form], file).text


def _link(name: str, type_: str, file: bytes) -> Html:
    address = f"data:{type_};base64,{base64.b64encode(file).decode()}"
    # A new id each time, so that the same file can be asked for twice.
    return element("a", hidden=True, download=name, href=address, data_id=uuid.uuid4().hex)


def _title(session: Session) -> str:
    current = session.talks.current
    return current.head.title if current else session.exchanges[0].asked.text


def _name(session: Session) -> str:
    """The conversation's name as far as a file may have it."""
    return re.sub(r"[^\w\-]+", "_", _title(session))[:NAME_CHARS].strip("_") or talk_texts(session.language).talks


def _blocks(session: Session, snapshot: Snapshot) -> Iterator[Block]:
    words = texts(session.language)
    own = talk_texts(session.language)
    yield Paragraph("title", _title(session))
    today = day_text(date.today(), words)
    yield Paragraph("small", own.exported.format(day=today, version=snapshot.version.id))
    for exchange in session.exchanges:
        yield Paragraph("question", exchange.asked.text)
        if exchange.error:
            yield Paragraph("text", exchange.error)
        if exchange.answer:
            if filters := [_filter(part, session) for part in (*exchange.answer.question.understood, *exchange.given)]:
                yield Paragraph("small", own.filters.format(filters=" / ".join(filters)))
            yield from _answer(exchange.answer, session, snapshot)


def _filter(part: Understood, session: Session) -> str:
    words = texts(session.language)
    value = words.values.get(part.value, part.value)
    # 前回の会議 is understood as a meeting's id, which nobody wants to read.
    return f"{words.fields[part.field]} {part.words if re.fullmatch('[0-9a-f]{16}', value) else value}"


def _answer(answer: Answer, session: Session, snapshot: Snapshot) -> Iterator[Block]:
    if answer.note:
        yield Paragraph("text", answer.note)
    for entry in answer.statements:
        yield from _cited(entry, session, snapshot)
    if answer.others:
        yield Paragraph("text", texts(session.language).others)
    for entry in answer.others:
        yield from _cited(entry, session, snapshot)


def _cited(entry: Cited, session: Session, snapshot: Snapshot) -> Iterator[Block]:
    words = talk_texts(session.language)
    if not still_proven(entry, snapshot):
        yield Paragraph("text", words.unproven)
        return
    yield Quotation(entry)
    yield Paragraph("small", words.source.format(path=entry.meeting.sources[0].path, id=entry.statement.id))
