"""Adding minutes: what is sent in is read, confirmed, set down in the folder and indexed; nothing else is left."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.request import Request, urlopen

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printing import printed
from test_web import app, refused

from index.adding import FORGET_AFTER, NAME_BYTES, Desk, safe_name, set_down, understood
from index.build import build
from index.layouts import parse
from index.minutes import Attendee, Metadata, Speaker
from index.reading import read
from index.search import Index
from index.sidecar import load_sidecar, sidecar_text
from index.store import Writer
from tests.conftest import KEIZAI, MINUTES, ROOT
from web.offers import offers_to_html
from web.upload import acting
from web.upload_reasons import REASONS, in_japanese
from web.uploading import MAX_FILES, Offer, Uploading

SAMPLES = sorted((ROOT / "samples").glob("*.txt"))
SAMPLE = SAMPLES[0]


class Visitor:
    """One visitor, who sends files in and clicks."""

    def __init__(self, desk: Desk, index: Index, outbox: Path) -> None:
        self.desk, self.index, self.outbox = desk, index, outbox
        self.now = Uploading("en")

    def send(self, *files: tuple[str, bytes]) -> list[Offer]:
        """Send files in, as Gradio hands them over: each in a folder of its own; what became of them."""
        paths = []
        for place, (name, content) in enumerate(files):
            folder = self.outbox / f"{len(list(self.outbox.iterdir()))}-{place}"
            folder.mkdir()
            (folder / name).write_bytes(content)
            paths.append(folder / name)
        before = len(self.now.offers)
        *_, self.now = self.now.taking(paths, self.desk, self.index)
        return list(self.now.offers[before:])

    def click(self, action: str, value: object = "", forms: object = None) -> Uploading:
        """A click, with what stands in the fields."""
        *_, self.now = acting(self.now, {"action": action, "value": str(value), "forms": forms}, self.desk, self.index)
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINUTES, tmp_path / "minutes"))


@pytest.fixture
def desk(folder: Path, tmp_path: Path) -> Desk:
    return Desk([folder], tmp_path / "index")


@pytest.fixture
def visitors(desk: Desk, folder: Path, tmp_path: Path) -> Iterator[Callable[[], Visitor]]:
    build([folder], tmp_path / "index")
    index = Index.open(tmp_path / "index")
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    yield lambda: Visitor(desk, index, outbox)
    index.close()


@pytest.fixture
def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    return visitors()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def in_word(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def packed(**members: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.txt", text)
    return target.getvalue()


# Whether it is allowed


def test_it_needs_a_folder_to_put_files_into(tmp_path: Path, minutes_directory: Path) -> None:
    refused(app("--allow-upload", "--index", minutes_directory, "--port", "0"), 2, "--allow-upload needs --minutes")
    result = app("--allow-upload", "--minutes", KEIZAI, "--index", tmp_path / "index", "--port", "0")
    assert result.returncode == 2
    assert "is no folder" in result.stderr.splitlines()[-1]


def test_only_then_the_page_takes_files(serve: Callable[..., str], folder: Path, tmp_path: Path) -> None:
    address = serve("--minutes", folder, "--index", tmp_path / "index", "--allow-upload")
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nminutes\r\n--x--\r\n'
    upload = Request(f"{address}gradio_api/upload", body, {"Content-Type": "multipart/form-data; boundary=x"})
    with urlopen(upload) as answer:
        assert answer.status == 200
    assert names_in(folder) == names_in(MINUTES)  # not confirmed, not there


# What was read


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("第１回協議会.txt", SAMPLE.read_bytes()),
        ("第１回協議会.docx", in_word(SAMPLE.read_text(encoding="utf-8"))),
        ("第１回協議会.pdf", printed(SAMPLE.read_text(encoding="utf-8"))),
    ],
)
def test_each_format_is_shown_as_it_is_indexed(visitor: Visitor, folder: Path, name: str, content: bytes) -> None:
    (offer,) = visitor.send((name, content))
    assert offer.offered is not None
    (shown,) = offer.offered.meetings
    assert shown.date == date(2024, 5, 16)
    assert {speaker.name for speaker, _ in offer.speakers} >= {"塔ノ木誠司", "葛葉谷澄江"}
    html = offers_to_html(replace(visitor.now, is_open=True)).text
    assert shown.statements[0].text[:20] in html
    assert 'value="2024-05-16"' in html

    now = visitor.click("keep", offer.number)
    assert now.offers[0].fate == "indexed", now
    assert read(folder / name).sha256 == offer.offered.sha256
    snapshot = visitor.index.snapshot()
    (row,) = (row for row in snapshot.meetings.values() if row.paths == [f"minutes/{name}"])
    assert (row.meeting.title, row.meeting.date) == (shown.title, shown.date)
    assert not (folder / f"{name}.meta.toml").exists()
    assert names_in(visitor.desk.waiting) == []


def test_corrections_become_a_sidecar_that_counts(visitor: Visitor, folder: Path) -> None:
    (offer,) = visitor.send(("kyougikai.txt", SAMPLE.read_bytes()))
    place = next(place for place, (speaker, _) in enumerate(offer.speakers) if "課長" in speaker.label)
    typed = {
        "title": '図書館"協議会"\\第一回\n',
        "date": "令和6年5月17日",
        "record": "summary",
        f"speaker{place}": "塔野木　誠",
    }
    assert visitor.click("keep", offer.number, {str(offer.number): typed}).offers[0].fate == "indexed"
    stated = load_sidecar(folder / "kyougikai.txt")
    assert stated is not None
    assert (stated.title, stated.date, stated.record) == ('図書館"協議会"\\第一回', date(2024, 5, 17), "summary")
    assert [speaker.name for speaker in stated.speakers] == ["塔野木 誠"]
    snapshot = visitor.index.snapshot()
    (row,) = (row for row in snapshot.meetings.values() if row.paths == ["minutes/kyougikai.txt"])
    assert (row.meeting.title, row.meeting.date) == ('図書館"協議会"\\第一回', date(2024, 5, 17))
    assert "塔野木 誠" in {speaker.name for speaker in snapshot.speakers}


def test_a_day_that_is_none_is_said_and_nothing_is_added(visitor: Visitor, folder: Path) -> None:
    (offer,) = visitor.send(("a.txt", SAMPLE.read_bytes()))
    now = visitor.click("keep", offer.number, {str(offer.number): {"date": "いつか", "title": "残る"}})
    assert now.offers[0].fate == "waiting"
    assert "いつか" in (now.offers[0].problem or "")
    assert "残る" in offers_to_html(now).text
    assert not (folder / "a.txt").exists()


def test_a_zip_of_several_takes_no_corrections(visitor: Visitor, folder: Path) -> None:
    texts = {f"m{place}": sample.read_text(encoding="utf-8") for place, sample in enumerate(SAMPLES[:2])}
    (offer,) = visitor.send(("both.zip", packed(**texts)))
    assert visitor.click("keep", offer.number, {str(offer.number): {"title": "x"}}).offers[0].fate == "indexed"
    assert not list(folder.glob("both*.toml"))
    assert len(visitor.index.snapshot().meetings) == 3
    (again,) = visitor.send(("one.txt", SAMPLES[1].read_bytes()))
    assert again.fate == "known"
    assert "both.zip/m1.txt" in again.note


@given(
    st.builds(
        Metadata,
        title=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
        date=st.none() | st.dates(),
        place=st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip),
        record=st.sampled_from([None, "verbatim", "summary"]),
        ordinal=st.none() | st.integers(1, 999),
        draft=st.sampled_from([None, True, False]),
        attendees=st.sampled_from([(), (Attendee("山田", "部長"), Attendee(None, "課長"))]),
        speakers=st.sampled_from([(), (Speaker('○"部長"', None, "山田", "sidecar"),)]),
    )
)
def test_what_is_stated_is_read_back(tmp_path_factory: pytest.TempPathFactory, stated: Metadata) -> None:
    folder = tmp_path_factory.mktemp("sidecar")
    (folder / "a.txt.meta.toml").write_text(sidecar_text(stated), encoding="utf-8", newline="")
    assert load_sidecar(folder / "a.txt") == stated


# The same twice


def test_the_same_file_is_recognised_whatever_it_is_called(visitor: Visitor, folder: Path) -> None:
    known, first, second = visitor.send(
        ("copy.txt", KEIZAI.read_bytes()), ("a.txt", SAMPLE.read_bytes()), ("b.txt", SAMPLE.read_bytes())
    )
    assert (known.fate, first.fate, second.fate) == ("known", "waiting", "known")
    assert f"minutes/{KEIZAI.name}" in known.note
    assert "a.txt" in second.note
    visitor.click("keep-all")
    assert visitor.send(("c.txt", SAMPLE.read_bytes()))[0].fate == "known"
    assert sorted(folder.glob("*.txt")) == sorted([folder / "a.txt", folder / KEIZAI.name])
    assert names_in(visitor.desk.waiting) == []


# What cannot be added


def test_each_bad_file_gets_one_line_and_stops_no_other(visitor: Visitor, folder: Path) -> None:
    offers = visitor.send(
        ("写真.png", b"\x89PNG\r\n"),
        ("empty.txt", b""),
        ("broken.docx", b"PK\x03\x04nonsense"),
        ("scan.pdf", b"%PDF-1.4\n"),
        ("list.xlsx", b"PK\x03\x04"),
        ("good.txt", SAMPLE.read_bytes()),
    )
    assert [offer.fate for offer in offers] == ["refused"] * 5 + ["waiting"]
    for offer in offers[:5]:
        assert offer.note
        assert "\n" not in offer.note
        assert "/tmp" not in offer.note
        assert str(folder.parent) not in offer.note
        assert in_japanese(offer.note)
        assert in_japanese(offer.note) in offers_to_html(replace(visitor.now, language="ja")).text
    assert len(names_in(visitor.desk.waiting)) == 1
    assert names_in(folder) == names_in(MINUTES)


def test_each_reason_explained_in_japanese_is_one_that_is_given() -> None:
    given = re.sub(r'"\s+f?"', "", "".join(path.read_text() for path in (ROOT / "index").rglob("*.py")))
    advised = "this is {what}, which is not read"
    for words, _ in REASONS:
        what = words.removeprefix("this is ") if advised in given else words
        assert words in given or f'"{what}' in given, words


def test_more_files_than_allowed_are_named(visitor: Visitor) -> None:
    offers = visitor.send(*((f"{place}.png", b"\x89PNG") for place in range(MAX_FILES + 2)))
    assert [str(MAX_FILES) in offer.note for offer in offers] == [False] * MAX_FILES + [True] * 2


# Names


@given(st.text(st.characters(), max_size=400) | st.sampled_from(["..", "roster.csv", ".x", "~$a.docx", "C:\\a\\b.txt"]))
def test_any_name_becomes_one_that_lies_in_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert safe == safe_name(safe) or safe.startswith("minutes_")
    assert Path(safe).name == safe
    assert safe not in {"", ".", "..", "roster.csv"}
    assert not safe.startswith((".", "~$"))
    assert len(safe.encode()) <= NAME_BYTES + len("minutes_")
    assert not any(unicodedata.category(character)[0] == "C" for character in safe)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("..", "minutes"),
        ("../../x.txt", "x.txt"),
        ("C:\\minutes\\x.txt", "x.txt"),
        ("roster.csv", "minutes_roster.csv"),
        (".minutesignore", "minutesignore"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("a\0\n<b>.txt", "a_b_.txt"),
        ("a.meta.toml", "minutes_a.meta.toml"),
        ("長" * 80 + ".txt", "長" * 58 + ".txt"),
    ],
)
def test_hostile_names_stay_in_the_folder(folder: Path, tmp_path: Path, name: str, kept: str) -> None:
    before = set(tmp_path.rglob("*"))
    offered = replace(understood(SAMPLE, "sample.txt", folder), name=safe_name(name))
    assert set_down(offered, Metadata(title="x"), folder) == kept
    assert set(tmp_path.rglob("*")) - before == {folder / kept, folder / f"{kept}.meta.toml"}


def test_a_name_that_is_taken_gets_a_number(visitor: Visitor, folder: Path) -> None:
    (folder / "a.meta.toml").write_text('title = "of another file"\n')  # would count for any a.*
    (folder / "a_2.txt").symlink_to("nowhere")
    (offer,) = visitor.send(("a.txt", SAMPLE.read_bytes()))
    assert visitor.click("keep", offer.number).offers[0].name == "a_3.txt"
    assert (folder / "a_3.txt").read_bytes() == SAMPLE.read_bytes()
    assert "of another file" not in {row.meeting.title for row in visitor.index.snapshot().meetings.values()}


# What is interrupted


def test_what_is_not_confirmed_leaves_nothing(visitor: Visitor, folder: Path) -> None:
    one, two = visitor.send(("a.txt", SAMPLE.read_bytes()), ("b.txt", SAMPLES[1].read_bytes()))
    visitor.click("drop", one.number)
    assert [offer.number for offer in visitor.now.offers] == [two.number]
    assert len(names_in(visitor.desk.waiting)) == 1
    assert names_in(folder) == names_in(MINUTES)


def test_what_nobody_confirms_is_thrown_away(visitor: Visitor) -> None:
    (old,) = visitor.send(("a.txt", SAMPLE.read_bytes()))
    assert old.offered is not None
    long_ago = time.time() - FORGET_AFTER - 60
    os.utime(old.offered.file, (long_ago, long_ago))
    visitor.send(("b.txt", SAMPLES[1].read_bytes()))
    assert not old.offered.file.exists()
    assert visitor.click("keep", old.number).offers[0].problem
    assert len(names_in(visitor.desk.waiting)) == 1


def test_a_full_disk_leaves_nothing(desk: Desk, folder: Path, tmp_path: Path) -> None:
    # No file over 1,000 bytes can be written: what a full disk does to a file, in a process of its own.
    script = """
import resource, signal, sys
from pathlib import Path
from index.adding import set_down, understood
from index.errors import SourceError
from index.minutes import Metadata
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
offered = understood(Path(sys.argv[1]), "a.txt", Path(sys.argv[2]))
try:
    set_down(offered, Metadata(title="x"), Path(sys.argv[2]))
except SourceError as error:
    print(error)
"""
    command = [sys.executable, "-c", script, str(SAMPLE), str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "a.txt: cannot be written" in done.stdout
    assert names_in(folder) == names_in(MINUTES)


def test_what_a_killed_process_left_is_never_indexed_and_swept(folder: Path, tmp_path: Path) -> None:
    (folder / ".adding-x.meta.toml").write_bytes(SAMPLE.read_bytes())
    assert len(build([folder], tmp_path / "index").files) == 1
    Desk([folder], tmp_path / "index")
    assert names_in(folder) == names_in(MINUTES)


def test_a_file_that_changed_while_it_waited_is_not_added(visitor: Visitor, folder: Path) -> None:
    (offer,) = visitor.send(("a.txt", SAMPLE.read_bytes()))
    assert offer.offered is not None
    offer.offered.file.write_bytes(b"something else")
    assert "has changed" in (visitor.click("keep", offer.number).offers[0].problem or "")
    assert not (folder / "a.txt").exists()


def test_another_build_is_said_politely_and_the_file_indexed_later(visitor: Visitor, tmp_path: Path) -> None:
    (offer,) = visitor.send(("a.txt", SAMPLE.read_bytes()))
    with Writer(tmp_path / "index"):
        now = visitor.click("keep", offer.number)
    assert now.offers[0].fate == "saved"
    assert "Another build" in (now.said or "")
    assert "Index again" in offers_to_html(now).text
    assert visitor.click("again").offers[0].fate == "indexed"
    assert "a.txt" in str([row.paths for row in visitor.index.snapshot().meetings.values()])


# Several at once


def test_two_visitors_at_once_lose_and_double_nothing(visitors: Callable[[], Visitor], folder: Path) -> None:
    everybody = [visitors() for _ in range(3)]
    for visitor, sample in zip(everybody, (SAMPLES[0], SAMPLES[1], SAMPLES[0]), strict=True):
        visitor.send(("gijiroku.txt", sample.read_bytes()))
    with ThreadPoolExecutor() as pool:
        done = list(pool.map(lambda visitor: visitor.click("keep-all"), everybody))
    fates = sorted(now.offers[0].fate for now in done)
    assert set(fates) <= {"indexed", "known"}
    contents = [path.read_bytes() for path in folder.glob("gijiroku*.txt")]
    assert {*contents} == {SAMPLES[0].read_bytes(), SAMPLES[1].read_bytes()}
    assert len(contents) == 2
    assert len(everybody[0].index.snapshot().meetings) == 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory, minutes_index: Index) -> Visitor:
    """A visitor who never confirms anything."""
    path = tmp_path_factory.mktemp("idle")
    folder = Path(shutil.copytree(MINUTES, path / "minutes"))
    (path / "outbox").mkdir()
    visitor = Visitor(Desk([folder], path / "index"), minutes_index, path / "outbox")
    visitor.send(("a.txt", SAMPLE.read_bytes()))
    return visitor


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "action": st.sampled_from(["toggle", "drop", "again", "other"]) | JSON,
            "value": JSON,
            "forms": JSON | st.dictionaries(st.sampled_from(["1", "²", "-1"]), JSON, max_size=2),
        },
    )
    | JSON
)
def test_a_browser_may_send_anything(idle: Visitor, data: object) -> None:
    before = sorted(idle.desk.folder.iterdir())
    for now in acting(idle.now, data, idle.desk, idle.index):
        assert offers_to_html(now).text.count("<script") == 0
    assert sorted(idle.desk.folder.iterdir()) == before  # nothing is set down that nobody confirmed


def test_what_is_shown_is_what_parse_says(visitor: Visitor) -> None:
    (offer,) = visitor.send((SAMPLE.name, SAMPLE.read_bytes()))
    assert offer.offered is not None
    assert offer.offered.parsed == (parse(read(SAMPLE, f"minutes/{SAMPLE.name}")),)
