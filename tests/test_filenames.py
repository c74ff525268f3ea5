"""What a file's name may say of a meeting, and what it may not."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from test_layouts import document_of

from index.build import build
from index.layouts import parse
from index.layouts.filenames import said_by_name
from index.minutes import Meeting, Metadata
from index.store import Store


@pytest.mark.parametrize(
    ("path", "title", "ordinal", "day"),
    [
        ("m/規制改革推進会議_2025.12.24.txt", "規制改革推進会議", None, date(2025, 12, 24)),
        ("m/第3回○○検討会議事録_20240405.pdf", "第3回○○検討会", 3, date(2024, 4, 5)),
        ("m/minutes_20240501.txt", None, None, date(2024, 5, 1)),
        ("m/青空市_総務委員会_R060401.txt", "総務委員会", None, date(2024, 4, 1)),
        ("2024-02-28/minutes.md", None, None, date(2024, 2, 28)),
        ("m/高木内閣総理大臣記者会見_令和8年2月18日.txt", "高木内閣総理大臣記者会見", None, date(2026, 2, 18)),
        ("m/moj_001374091.pdf", None, None, None),
        ("m/20240405_20240406.txt", None, None, None),
        ("m/20241399.txt", None, None, None),
        ("m/総務委員会_予算委員会.txt", None, None, None),
        ("m/memo.txt", None, None, None),
    ],
)
def test_only_what_cannot_be_mistaken(path: str, title: str | None, ordinal: int | None, day: date | None) -> None:
    said = said_by_name(path)
    assert (said.title, said.ordinal, said.date) == (title, ordinal, day)


def parsed(text: str, path: str, stated: Metadata | None = None) -> Meeting:
    return parse(replace(document_of(text), path=path), stated).meetings[0]


SPOKEN = "○田中委員　賛成です。\n○山本委員　反対です。\n"


def test_the_name_is_asked_last_and_marked() -> None:
    meeting = parsed(SPOKEN, "m/総務委員会_20240405.txt")
    assert (meeting.title, meeting.body, meeting.date) == ("総務委員会", "総務委員会", date(2024, 4, 5))
    assert set(meeting.inferred) == {"title", "body", "date"}


def test_the_text_goes_before_the_name() -> None:
    meeting = parsed(f"第２回予算委員会 議事録\n令和6年4月1日\n{SPOKEN}", "m/総務委員会_20240405.txt")
    assert (meeting.title, meeting.date) == ("第２回予算委員会", date(2024, 4, 1))
    assert meeting.inferred == ()


def test_a_sidecar_goes_before_both() -> None:
    meeting = parsed(SPOKEN, "m/総務委員会_20240405.txt", Metadata(title="別の題", date=date(2020, 1, 2)))
    assert (meeting.title, meeting.date) == ("別の題", date(2020, 1, 2))
    assert "date" not in meeting.inferred


def test_a_rename_that_says_another_day_is_read_again_and_not_embedded(tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    file = folder / "総務委員会_20240405.txt"
    file.write_text(SPOKEN, encoding="utf-8")
    build([folder], tmp_path / "index")
    file.rename(folder / "総務委員会_20240406.txt")
    report = build([folder], tmp_path / "index")
    assert {fate.fate for fate in report.files} == {"renamed", "removed"}
    assert report.embedded == 0
    (row,) = Store(tmp_path / "index").meetings(report.version or 0)
    assert row.meeting.date == date(2024, 4, 6)
    build([folder], tmp_path / "full")
    grown, full = (Store(tmp_path / name).latest() for name in ("index", "full"))
    assert grown.content == full.content
