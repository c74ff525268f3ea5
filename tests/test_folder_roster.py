"""A roster.csv in a folder of minutes: it names the holders of offices, and a build follows its changes."""

from pathlib import Path

from index.build import build
from index.search import Index

MINUTES = """第３回青空市図書館協議会 議事録
日時：令和6年6月1日（土）14時～16時
○会長　開会します。夜間の開館について意見を求めます。
○図書館課長　利用者の数を報告いたします。
○会長　以上で閉会します。
"""
HEADER = "role,name,from,until,source,body\n"
CHAIR = "会長,葛葉谷澄江,2024-04-01,2026-03-31,協議会委員名簿（架空）,青空市図書館協議会\n"
OTHER = "図書館課長,塔ノ木誠司,2024-04-01,2025-03-31,職員録（架空）,みどり市\n"


def names(directory: Path) -> dict[str, tuple[str | None, str | None]]:
    """Name and where it is from, by label."""
    return {one.label: (one.name, one.name_from) for one in Index.open(directory).snapshot().speakers}


def test_a_roster_in_the_folder_names_who_holds_an_office(tmp_path: Path) -> None:
    folder, index = tmp_path / "minutes", tmp_path / "index"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "a.txt").write_text(MINUTES, encoding="utf-8")
    build([folder], index)
    assert names(index) == {"○会長": (None, None), "○図書館課長": (None, None)}

    (folder / "roster.csv").write_text(HEADER + CHAIR + OTHER, encoding="utf-8")
    report = build([folder], index)
    assert [(file.path, file.fate) for file in report.files] == [("minutes/2024/a.txt", "changed")]
    assert report.embedded == 0
    # The other row is of another body.
    assert names(index) == {"○会長": ("葛葉谷澄江", "roster"), "○図書館課長": (None, None)}

    (folder / "roster.csv").unlink()
    build([folder], index)
    assert names(index)["○会長"] == (None, None)


def test_a_broken_roster_skips_its_files_and_loses_nothing(tmp_path: Path) -> None:
    folder, index = tmp_path / "minutes", tmp_path / "index"
    folder.mkdir()
    (folder / "a.txt").write_text(MINUTES, encoding="utf-8")
    build([folder], index)
    (folder / "roster.csv").write_text(HEADER + CHAIR.replace("2026-03-31", "someday"), encoding="utf-8")
    report = build([folder], index)
    (file,) = report.files
    assert file.fate == "skipped"
    assert file.note is not None
    assert file.note.startswith("minutes/roster.csv:2: ")
    assert report.statements == 3
