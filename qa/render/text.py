"""Answer -> plain text for the terminal, and the citation under a quote."""

from __future__ import annotations

from datetime import date

from index.minutes import LOW_CONFIDENCE, Speaker
from index.search import LABEL_MARKS
from qa.answer import Answer, Cited

_ERAS = ((date(2019, 5, 1), "令和", 2018), (date(1989, 1, 8), "平成", 1988), (date(1926, 12, 25), "昭和", 1925))


def japanese_date(day: date) -> str:
    """2023-02-14 as 2023年2月14日（令和5年）."""
    for first, era, offset in _ERAS:
        if day >= first:
            year = day.year - offset
            return f"{day.year}年{day.month}月{day.day}日（{era}{'元' if year == 1 else year}年）"
    return f"{day.year}年{day.month}月{day.day}日"


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


def answer_to_text(answer: Answer) -> str:
    """The answer for the terminal."""
    lines = []
    if answer.question.understood:
        shown = (
            f"{part.value}（「{part.words}」{'、前の質問から' if part.carried else ''}）"
            for part in answer.question.understood
        )
        lines.append("絞り込み: " + " / ".join(shown))
    if not answer.answered:
        lines.append(answer.note or "")
        lines.append(f"検索範囲: {answer.scope.meetings} 会議、{answer.scope.statements} 発言")
        if answer.near_misses:
            lines.append("近いもの（答えではありません）:")
    for entry in answer.statements or answer.near_misses:
        lines += ["", f"{entry.rank}. {entry.statement.text}", f"   — {citation(entry)}"]
    return "\n".join(lines)
