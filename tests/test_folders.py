"""What a build does with folders as they are on real machines: patterns, shares that are away, plans, renames."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from queue import SimpleQueue

import pytest

from index.__main__ import main
from index.build import BuildReport, build
from index.errors import UsageError
from index.scan import Patterns
from index.search import Filters, Index
from index.store import Store
from tests.conftest import KEIZAI
from tests.test_build import fates, minutes_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "minutes"
    (folder / "drafts").mkdir(parents=True)
    shutil.copy(KEIZAI, folder / "keizai.txt")
    (folder / "m1.txt").write_text(minutes_of(1), encoding="utf-8")
    (folder / "drafts" / "m2.txt").write_text(minutes_of(2), encoding="utf-8")
    return folder


def built(folder: Path, *more: Path, **options: object) -> BuildReport:
    return build([folder, *more], folder.parent / "index", **options)  # type: ignore[arg-type]


def test_patterns_choose_what_is_indexed_and_name_what_is_not(folder: Path) -> None:
    report = built(folder, patterns=Patterns(exclude=("m1.txt",)))
    assert fates(report) == {
        "minutes/drafts/m2.txt": "added",
        "minutes/keizai.txt": "added",
        "minutes/m1.txt": "excluded",
    }
    report = built(folder, patterns=Patterns(include=("m*.txt",)), prune=True)
    assert {path: fate for path, fate in fates(report).items() if fate != "unchanged"} == {
        "minutes/keizai.txt": "removed",
        "minutes/m1.txt": "added",
    }


def test_minutesignore_takes_out_what_was_indexed(folder: Path) -> None:
    built(folder)
    (folder / ".minutesignore").write_text("# 未定稿\ndrafts/\n", encoding="utf-8")
    assert fates(built(folder))["minutes/drafts/m2.txt"] == "removed"


def test_options_of_the_command_reach_the_build(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = ["--index", str(folder.parent / "index"), "--json"]
    assert main(["build", str(folder), *index, "--include", "*.txt", "--exclude", "drafts/", "--exclude", "k*"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {file["path"]: file["fate"] for file in report["files"]} == {
        "minutes/keizai.txt": "excluded",
        "minutes/m1.txt": "added",
    }


def test_a_folder_that_is_empty_now_removes_nothing(folder: Path) -> None:
    """A share that is not mounted leaves its empty mount point behind."""
    share = folder.parent / "share"
    share.mkdir()
    (share / "m3.txt").write_text(minutes_of(3), encoding="utf-8")
    built(folder, share)
    (share / "m3.txt").rename(folder.parent / "elsewhere.txt")
    with pytest.raises(UsageError, match="mounted"):
        built(folder, share)
    assert Store(folder.parent / "index").latest().id == 1
    assert fates(built(folder, share, prune=True))["share/m3.txt"] == "removed"


def test_a_rename_tells_the_old_path_and_embeds_nothing(folder: Path) -> None:
    built(folder)
    (folder / "m1.txt").rename(folder / "n1.txt")
    report = built(folder)
    (renamed,) = [file for file in report.files if file.fate == "renamed"]
    assert (renamed.path, renamed.was, report.embedded) == ("minutes/n1.txt", "minutes/m1.txt", 0)


def test_a_dry_run_leaves_no_trace(folder: Path) -> None:
    report = built(folder, dry_run=True)
    assert (report.version, report.added, report.dry_run) == (None, report.statements, True)
    assert not (folder.parent / "index").exists()


def test_an_index_that_follows_moves_to_a_published_version(folder: Path) -> None:
    built(folder)
    index = Index.open(folder.parent / "index")
    said: SimpleQueue[str] = SimpleQueue()
    index.follow(said.put)
    try:
        (folder / "m3.txt").write_text(minutes_of(3), encoding="utf-8")
        built(folder)
        assert said.get(timeout=20) == "version 2 answers from now on"
        assert index.snapshot().scope(Filters()).meetings == 4
    finally:
        index.close()


def test_an_index_that_cannot_follow_says_so_once_and_goes_on(folder: Path) -> None:
    built(folder)
    database = folder.parent / "index" / "minutes.db"
    index = Index.open(folder.parent / "index")
    said: SimpleQueue[str] = SimpleQueue()
    before = index.snapshot().scope(Filters())
    (folder / "m3.txt").write_text(minutes_of(3), encoding="utf-8")
    built(folder)
    sound = database.read_bytes()
    database.write_bytes(b"no database" * 500)
    index.follow(said.put)
    try:
        assert "version 1 goes on answering" in said.get(timeout=20)
        assert index.snapshot().scope(Filters()) == before
        database.write_bytes(sound)
        assert said.get(timeout=20) == "version 2 answers from now on"
    finally:
        index.close()
