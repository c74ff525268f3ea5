"""Answer -> plain text for the terminal, and the citation under a quote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from index.matching import LABEL_MARKS
from index.minutes import LOW_CONFIDENCE, Speaker
from qa.answer import Answer
from qa.citing import Cited
from qa.occasions import Understood
from qa.render.citation import FORMS, cite, era_date
from qa.searched import Searched


def japanese_date(day: date) -> str:
    """2023-02-14 as 2023年2月14日（令和5年）."""
    era = era_date(day)
    western = f"{day.year}年{day.month}月{day.day}日"
    return western if era == western else f"{western}（{era.partition('年')[0]}年）"


def speaker_name(speaker: Speaker | None) -> str:
    """Who is cited: role and name, else the label as printed; narration has no speaker."""
    if speaker is None:
        return "（発言者の記載なし）"
    if speaker.role and speaker.name and speaker.name_from != "text":
        return f"{speaker.role}（{speaker.name}）"
    return speaker.label.strip(LABEL_MARKS)


def citation(entry: Cited) -> str:
    """Speaker, meeting, date, record and place in the source, in one line."""
    meeting = entry.meeting.meeting
    parts = [speaker_name(entry.statement.speaker)] if entry.statement.kind != "head" else []
    parts.append(meeting.title or "（会議名の記載なし）")
    if meeting.date:
        parts.append(japanese_date(meeting.date))
    if meeting.record == "summary":
        parts.append("議事要旨による")
    if meeting.draft:
        parts.append("未定稿")
    if meeting.fictional:
        parts.append("架空")
    if meeting.confidence < LOW_CONFIDENCE:
        parts.append("発言者の読み取りは不確か")
    pages = sorted({span.page for span in entry.statement.spans})
    parts.append(f"{entry.meeting.sources[0].path} {'、'.join(f'p.{page}' for page in pages)}".strip())
    if entry.file != "current":
        parts.append({"changed": "元のファイルは変更されています", "gone": "元のファイルは見つかりません"}[entry.file])
    if meeting.url:
        parts.append(meeting.url)
    return "、".join(parts)


FIELDS = {
    "speakers": "発言者",
    "not_speakers": "除く発言者",
    "meetings": "会議",
    "since": "いつから",
    "until": "いつまで",
    "topic": "ことがら",
    "act": "優先",
    "cue": "優先",
}


VALUES = {
    "asked": "質問",
    "replied": "答弁",
    "decision": "決定",
    "instruction": "指示",
    "request": "要望",
    "opposition": "反対・懸念",
}


def answer_to_text(answer: Answer) -> str:
    """The answer for the terminal."""
    lines = []
    if answer.question.understood:
        lines.append("読み取り: " + " / ".join(map(part_line, answer.question.understood)))
    if answer.note:
        lines.append(answer.note)
    if not answer.answered:
        lines.append(scope_line(answer.searched))
    for heading, entries in (
        (None, answer.statements),
        ("近いもの（答えではありません）:", answer.near_misses),
        ("ほかの人の発言（お尋ねの人の発言ではありません）:", answer.others),
    ):
        lines += ["", heading] if heading and entries else []
        lines += [line for entry in entries for line in _entry(entry)]
    return "\n".join(lines)


def part_line(part: Understood) -> str:
    """One understood part, with the words that it comes from."""
    source = "前の質問から" if part.carried else f"「{part.words}」"
    return f"{FIELDS[part.field]} {VALUES.get(part.value, part.value)}（{source}）"


def scope_line(within: Searched) -> str:
    """What was searched: meetings, statements, from when to when."""
    days = "〜".join(dict.fromkeys(japanese_date(day) for day in (within.first, within.last) if day))
    return f"検索範囲: {within.meetings} 会議、{within.statements} 発言" + (f"、{days}" if days else "")


def _entry(entry: Cited) -> Iterator[str]:
    """A statement with its exchange, its citation, its id, and the places where the same was said."""
    yield ""
    if entry.question:
        yield f"   問 {_shortened(entry.question.statement.text)} — {speaker_name(entry.question.statement.speaker)}"
    yield f"{entry.rank}. {entry.statement.text}"
    for sentence in entry.reported:
        yield f"   （他の人の発言を伝える文: {_shortened(sentence)}）"
    yield f"   — {citation(entry)} [{entry.statement.id}]"
    for other in entry.also:
        yield f"   同じ発言: {citation(other)} [{other.statement.id}]"
    for other in entry.repeated:
        asker = speaker_name(other.question.statement.speaker) if other.question else "（質問者の記載なし）"
        yield f"   同じ答弁: {asker}の質問に、{citation(other)} [{other.statement.id}]"


def statement_to_text(entry: Cited, *, citable: bool = True) -> str:
    """One statement with its exchange, and where it is `citable` its citation in every form."""
    forms = (cite(entry, form) for form in FORMS) if citable else ()
    return "\n".join((*_entry(entry), "", *forms)).strip()


SHOWN = 80


def _shortened(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
