"""Which files a build reads: patterns, .minutesignore, and what must never remove anything."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from index import scan as scanning
from index.errors import UsageError
from index.scan import MAX_GLOBSTARS, Patterns, scan, stamp

NAMES = ("a", "ab", "案.txt", "x.txt", "議事録", "a b", "[x]", "a*", "#c", "!d", "b\nc", "がく")
PARTS = ("*", "**", "a*", "*.txt", "[ab]", "[!a]*", "議*", "案.txt", "\\[x\\]", "\\#c", "\\!d", "a?b", "議事録", "a**b")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files at three depths."""
    folder = tmp_path / "minutes"
    for path in ("a.txt", "b.pdf", "案.txt", "2023/a.txt", "2023/案.txt", "2023/別添/図.txt", "別添/表.txt"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("議事録", encoding="utf-8")
    return folder


def read(folder: Path, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()) -> set[str]:
    """Paths below the folder that a build would read."""
    found = scan([folder], Patterns(include, exclude))
    return {item.path.removeprefix(f"{folder.name}/") for item in found if not item.excluded}


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("案.txt", {"案.txt", "2023/案.txt"}),
        ("/案.txt", {"案.txt"}),
        ("*.pdf", {"b.pdf"}),
        ("2023", {"2023/a.txt", "2023/案.txt", "2023/別添/図.txt"}),
        ("2023/*.txt", {"2023/a.txt", "2023/案.txt"}),
        ("2023/**", {"2023/a.txt", "2023/案.txt", "2023/別添/図.txt"}),
        ("別添/", {"2023/別添/図.txt", "別添/表.txt"}),
        ("案.txt/", set()),
        ("/別添/", {"別添/表.txt"}),
        ("**/別添/**", {"2023/別添/図.txt", "別添/表.txt"}),
        ("[ab].*", {"a.txt", "b.pdf", "2023/a.txt"}),
        ("[!ab].txt", {"案.txt", "2023/案.txt", "2023/別添/図.txt", "別添/表.txt"}),
        ("?.txt", {"a.txt", "案.txt", "2023/a.txt", "2023/案.txt", "2023/別添/図.txt", "別添/表.txt"}),
        ("A.TXT", set()),
    ],
)
def test_a_pattern_includes_what_it_would_exclude(folder: Path, pattern: str, matched: set[str]) -> None:
    everything = read(folder)
    assert len(everything) == 7
    assert read(folder, include=(pattern,)) == matched
    assert read(folder, exclude=(pattern,)) == everything - matched


def test_exclude_wins_over_include(folder: Path) -> None:
    assert read(folder, include=("*.txt",), exclude=("案.txt", "別添/")) == {"a.txt", "2023/a.txt"}


def test_what_is_left_out_is_named_but_not_what_lies_in_an_excluded_folder(folder: Path) -> None:
    (folder / "a.txt.meta.toml").write_text("", encoding="utf-8")
    (folder / "link.txt").symlink_to("a.txt")
    found = {item.path: item for item in scan([folder], Patterns(include=("*.txt",), exclude=("2023/", "link.txt")))}
    assert {path for path, item in found.items() if item.excluded} == {"minutes/b.pdf", "minutes/link.txt"}
    assert found["minutes/link.txt"].refused is None
    assert not any("2023" in path or "meta" in path for path in found)


def test_a_folder_that_is_excluded_is_not_walked_into(folder: Path) -> None:
    (folder / "2023" / ".minutesignore").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="UTF-8"):
        scan([folder])
    assert read(folder, exclude=("2023",)) == {"a.txt", "b.pdf", "案.txt", "別添/表.txt"}
    (folder / ".minutesignore").write_text("20*/\n!2023/a.txt\n", encoding="utf-8")
    assert read(folder) == {"a.txt", "b.pdf", "案.txt", "別添/表.txt"}


def test_a_file_that_was_given_itself_is_always_read(folder: Path) -> None:
    (folder / ".minutesignore").write_text("*", encoding="utf-8")
    patterns = Patterns(include=("*.pdf",), exclude=("案.txt",))
    for given in ([folder, folder / "案.txt"], [folder / "案.txt", folder]):
        assert [item.path for item in scan(given, patterns) if not item.excluded] == ["minutes/案.txt"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_composed_and_decomposed_names_are_the_same(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    for written in ("NFC", "NFD"):
        (folder / unicodedata.normalize(written, "が議事録.txt")).write_text("", encoding="utf-8")
    assert len(read(folder)) == 2
    assert read(folder, exclude=(unicodedata.normalize(form, "が*.txt"),)) == set()
    assert read(folder, exclude=(unicodedata.normalize(form, "[か-ぐ]議事録.txt"),)) == set()
    (folder / ".minutesignore").write_text(unicodedata.normalize(form, "が議事録.txt"), encoding="utf-8")
    assert read(folder) == set()


def test_names_with_line_breaks_brackets_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    folder = tmp_path / "minutes"
    folder.mkdir()
    for name in ("[案].txt", "一\n二.txt", os.fsdecode(b"\xff.txt"), "案.txt"):
        (folder / name).write_text("", encoding="utf-8")
    assert read(folder, exclude=("\\[案\\].txt",)) == {"一\n二.txt", os.fsdecode(b"\xff.txt"), "案.txt"}
    assert read(folder, exclude=("[案].txt", "一*")) == {"[案].txt", os.fsdecode(b"\xff.txt")}
    assert read(folder, exclude=("?.txt",)) == {"[案].txt", "一\n二.txt"}


class TestMinutesignore:
    @pytest.mark.parametrize(
        "content",
        [
            "# 下書き\r\n\r\n案.txt\r\n別添/  \r\n".encode("utf-8-sig"),
            b"*\n!*/\n!a.txt\n!b.pdf\n",
            "案.*\n**/別添/*\n".encode(),
        ],
    )
    def test_lines_leave_out_and_take_back(self, folder: Path, content: bytes) -> None:
        (folder / ".minutesignore").write_bytes(content)
        assert read(folder) == {"a.txt", "b.pdf", "2023/a.txt"}

    def test_deeper_files_win_and_count_for_their_folder_alone(self, folder: Path) -> None:
        (folder / ".minutesignore").write_text("*.txt\n", encoding="utf-8")
        (folder / "2023" / ".minutesignore").write_text("!/案.txt\n", encoding="utf-8")
        assert read(folder) == {"b.pdf", "2023/案.txt"}
        assert read(folder, exclude=("案.txt",)) == {"b.pdf"}

    def test_one_that_is_empty_says_nothing(self, folder: Path) -> None:
        (folder / ".minutesignore").touch()
        assert len(read(folder)) == 7

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (lambda file: file.write_bytes("案.txt".encode("cp932")), "not UTF-8 .byte 0."),
            (lambda file: file.mkdir(), "cannot be opened"),
            (lambda file: file.symlink_to("../a.txt"), "link"),
            (lambda file: os.mkfifo(file), "regular file"),
            (lambda file: file.write_text("**/" * 9 + "a", encoding="utf-8"), "MAX_GLOBSTARS"),
        ],
    )
    def test_one_that_cannot_be_read_stops_the_build(
        self, folder: Path, spoil: Callable[[Path], object], reason: str
    ) -> None:
        spoil(folder / "2023" / ".minutesignore")
        with pytest.raises(UsageError, match=rf"^minutes/2023/\.minutesignore: .*{reason}") as refused:
            scan([folder])
        assert str(folder.parent) not in str(refused.value)

    @pytest.mark.skipif(shutil.which("git") is None, reason="git is the judge")
    @pytest.mark.parametrize("seed", range(10))
    def test_it_means_what_it_would_mean_to_git(self, tmp_path: Path, seed: int) -> None:
        chance = random.Random(seed)
        folders = [tmp_path]
        for _ in range(30):
            place = chance.choice(folders) / chance.choice(NAMES)
            if not place.exists() and chance.random() < 0.3:
                place.mkdir()
                folders.append(place)
            elif not place.exists():
                place.touch()
        files = [file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()]
        for place in chance.sample(folders, min(len(folders), 3)):
            lines = "\n".join(self.line(chance) for _ in range(chance.randint(1, 4)))
            for name in (".minutesignore", ".gitignore"):
                (place / name).write_text(lines, encoding="utf-8")
        subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
        command = ["git", "check-ignore", "--no-index", "-z", "--stdin"]
        ignored = subprocess.run(command, cwd=tmp_path, input="\0".join(files).encode(), capture_output=True).stdout
        assert read(tmp_path) == set(files) - set(ignored.decode().split("\0"))

    @staticmethod
    def line(chance: random.Random) -> str:
        parts = chance.choices(PARTS, k=chance.choice((1, 1, 1, 2, 3)))
        return chance.choice(("", "", "!")) + chance.choice(("", "/")) + "/".join(parts) + chance.choice(("", "/", " "))


@pytest.mark.parametrize("pattern", ["", "  ", "/", "!", "!a.txt", "#a.txt"])
def test_a_pattern_that_names_no_file_is_refused(pattern: str) -> None:
    for option in ("include", "exclude"):
        with pytest.raises(UsageError, match=re.escape(repr(pattern))):
            Patterns(**{option: (pattern,)})


def test_patterns_that_would_take_ages_are_refused(tmp_path: Path) -> None:
    Patterns(exclude=("**/a/" * MAX_GLOBSTARS,))
    with pytest.raises(UsageError, match="MAX_GLOBSTARS"):
        Patterns(exclude=("**/a/" * (MAX_GLOBSTARS + 1),))


def test_many_stars_take_no_time(tmp_path: Path) -> None:
    (tmp_path / ("a" * 250)).touch()
    started = time.monotonic()
    assert len(read(tmp_path, exclude=("*a" * 20 + "b",))) == 1
    assert time.monotonic() - started < 1


def test_a_very_deep_folder_is_read(tmp_path: Path) -> None:
    home = Path.cwd()
    try:
        os.chdir(tmp_path)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.txt").touch()
        os.chdir(tmp_path)
        assert len(scan([tmp_path / "d"])) == 1
    finally:
        os.chdir(home)


class TestAFolderThatGoes:
    def test_before_it_is_read(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="'gone' does not exist; nothing was changed"):
            scan([tmp_path / "gone"])
        (tmp_path / "loop").symlink_to("loop")
        with pytest.raises(UsageError, match="'loop' cannot be read"):
            scan([tmp_path / "loop"])

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_that_cannot_be_read(self, folder: Path) -> None:
        (folder / "2023").chmod(0)
        try:
            with pytest.raises(UsageError, match="'minutes/2023' cannot be read"):
                scan([folder])
        finally:
            (folder / "2023").chmod(0o755)

    @pytest.mark.parametrize("gone", ["2023", "別添", "."])
    def test_while_it_is_read(self, folder: Path, monkeypatch: pytest.MonkeyPatch, gone: str) -> None:
        self.once_listed(monkeypatch, Path(gone).name or "a.txt", lambda: shutil.rmtree(folder / gone))
        with pytest.raises(UsageError, match="nothing was changed"):
            scan([folder])

    def test_and_leaves_an_empty_one_in_its_place(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for inner in ("2023", "別添"):
            shutil.rmtree(folder / inner)

        def unmount() -> None:
            folder.rename(folder.parent / "share")
            folder.mkdir()

        self.once_listed(monkeypatch, "a.txt", unmount)
        with pytest.raises(UsageError, match="'minutes' was replaced while it was read"):
            scan([folder])

    @staticmethod
    def once_listed(monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[], None]) -> None:
        """Something happens when the folder that holds `name` has been listed."""
        todo = [happens]

        def is_minutes_name(found: str) -> bool:
            if found == name and todo:
                todo.pop()()
            return real(found)

        real = scanning.is_minutes_name
        monkeypatch.setattr(scanning, "is_minutes_name", is_minutes_name)


class TestStamp:
    @pytest.mark.parametrize(
        "name", ["new.txt", "a.txt", "a.txt.meta.toml", "roster.csv", "2023/roster.csv", ".minutesignore"]
    )
    def test_tells_every_file_that_counts(self, folder: Path, name: str) -> None:
        before = stamp([folder])
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("#")
        assert stamp([folder]) != before

    def test_tells_rights_given_back(self, folder: Path) -> None:
        before = stamp([folder])
        (folder / "a.txt").chmod(0o600)
        assert stamp([folder]) != before

    @pytest.mark.parametrize("name", [".hidden", "~$a.docx", "案.txt", "Thumbs.db", "2023/log.txt"])
    def test_does_not_tell_what_does_not_count(self, folder: Path, name: str) -> None:
        patterns = Patterns(exclude=("案.txt", "2023/"))
        before = stamp([folder], patterns)
        (folder / name).write_text("anew", encoding="utf-8")
        assert stamp([folder], patterns) == before
