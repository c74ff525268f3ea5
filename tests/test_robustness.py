"""Files made to break a reader: each is named in one line, in time and in bounds, and the others are indexed."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from printing import printed

from index.build import build
from index.errors import SourceError
from index.reading import Document, Refused, limits, read, read_all
from index.reading.files import content_of
from index.reading.sandbox import Sandbox
from index.scan import scan
from tests.conftest import ROOT

MINUTES = "（架空）第1回みどり市防災会議\n日時：令和5年1月1日\n\n○山田会長　避難所の毛布を百枚増やす。\n"
ZEROS = bytes(1024 * 1024)


def packed(members: dict[str, bytes | str], repeat: int = 1) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            for number in range(repeat):
                archive.writestr(f"{number}{name}" if number else name, content)
    return target.getvalue()


def zip_bomb() -> bytes:
    """Ten times ten times a megabyte of nothing."""
    return packed({"inner.zip": packed({"inner.zip": packed({"zeros.txt": ZEROS}, 10)}, 10)}, 10)


def flat_bomb() -> bytes:
    """60 MB of nothing in 60 KB."""
    return packed({"zeros.txt": ZEROS * 60})


def word_bomb(document: bytes) -> bytes:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    return packed({"[Content_Types].xml": "<Types/>", "_rels/.rels": relations, "word/document.xml": document})


def laughs(inside: str) -> bytes:
    """A billion laughs: entities that double eighty times."""
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "&a{n - 1};&a{n - 1};">' for n in range(1, 80))
    return f'<?xml version="1.0"?><!DOCTYPE d [{entities}]>{inside.format("&a79;")}'.encode()


def pdf_bomb(stream: bytes) -> bytes:
    """A PDF whose one page is drawn by a stream deflated once more."""
    packed_ = zlib.compress(zlib.compress(stream, 9), 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
        b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>\nstream\n%s\nendstream" % (len(packed_), packed_),
    ]
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        table,
        len(body),
    )


WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nested.zip": (zip_bomb, "MAX_"),
    "flat.zip": (flat_bomb, "MAX_RATIO"),
    "many.zip": (lambda: packed({f"{n}.txt": "会議" for n in range(limits.MAX_MEMBERS + 1)}), "MAX_MEMBERS"),
    "broken.zip": (lambda: packed({"a.txt": "会議"})[:-30], "damaged"),
    "zeros.docx": (lambda: word_bomb(ZEROS * 60), "MAX_RATIO"),
    "laughs.docx": (lambda: word_bomb(laughs(WORD)), "entities"),
    "deep.docx": (
        lambda: word_bomb(WORD.format("<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000).encode()),
        "nests too deep",
    ),
    "nested.docx": (lambda: word_bomb(zip_bomb()), "no whole Word document"),
    "laughs.xml": (lambda: laughs("<data>{}</data>"), "entities"),
    "outside.xml": (
        lambda: b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><data>&x;</data>',
        "entities",
    ),
    "deep.xml": (lambda: b"<data>" + b"<a>" * 100_000, "MAX_DEPTH"),
    "deep.json": (lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deep"),
    "wide.json": (lambda: b'[{"a":[' + b"[]," * 3_000_000 + b"[]]}]", "MAX_ELEMENTS"),
    "wide.html": (lambda: b"<html>" + b"<p>" * 2_100_000, "MAX_ELEMENTS"),
    "stream.pdf": (lambda: pdf_bomb(b"0 0 m " * 40_000_000), ""),
    "text.pdf": (lambda: pdf_bomb(b"BT /F 1 Tf " + b"(aaaaaaaaaa) Tj " * 3_000_000 + b"ET"), ""),
    "secret.zip": (lambda: _encrypted(packed({"a.txt": "会議"})), "password"),
    "away.zip": (lambda: packed({"../../away.txt": "会議"}), "leads out"),
    "root.zip": (lambda: packed({"/etc/away.txt": "会議"}), "leads out"),
}


def _encrypted(content: bytes) -> bytes:
    """The ZIP with the flag of encryption set in both headers."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_stopped_in_time_and_named(name: str, tmp_path: Path) -> None:
    make, words = BOMBS[name]
    path = tmp_path / name
    path.write_bytes(make())
    started = time.monotonic()
    try:
        reasons = [one.reason for one in read_all(path) if isinstance(one, Refused)]
    except SourceError as error:
        reasons = [str(error)]
    assert time.monotonic() - started < 10
    (reason,) = reasons
    assert reason.startswith(name)
    assert words in reason
    assert "; " in reason
    assert str(tmp_path) not in reason
    assert "\n" not in reason
    (tmp_path / "after.pdf").write_bytes(printed(MINUTES))
    assert "毛布" in read(tmp_path / "after.pdf").text


def test_a_deep_page_is_read_in_time(tmp_path: Path) -> None:
    (tmp_path / "deep.html").write_text("<div>" * 10_000 + "会議", encoding="utf-8")
    started = time.monotonic()
    assert read(tmp_path / "deep.html").text == "会議"
    assert time.monotonic() - started < 10


def test_a_huge_sparse_file_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "sparse.txt").open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(SourceError, match="2048 MB is over the limit of 50 MB"):
        read(tmp_path / "sparse.txt")


def test_everything_at_once_stops_nothing_and_stays_small(tmp_path: Path) -> None:
    """`python -m index build` over a folder of all of them, as a user starts it."""
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, (make, _) in BOMBS.items():
        (folder / name).write_bytes(make())
    (folder / "good.txt").write_text(MINUTES, encoding="utf-8")
    (folder / "good.pdf").write_bytes(printed(MINUTES.replace("百枚", "二百枚")))
    (folder / "mixed.zip").write_bytes(packed({"good.txt": MINUTES.replace("毛布", "水"), "bad.pdf": "%PDF-"}))
    (folder / "link.txt").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    started = time.monotonic()
    command = [sys.executable, "-m", "index", "build", str(folder), "--index", str(tmp_path / "index"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 1, done.stderr
    files = {file["path"]: file for file in json.loads(done.stdout)["files"]}
    added = {path for path, file in files.items() if file["fate"] == "added"}
    assert added == {"folder/good.txt", "folder/good.pdf", "folder/mixed.zip/good.txt"}
    assert {"folder/link.txt", "folder/loop", "folder/pipe.txt", "folder/mixed.zip/bad.pdf"} <= set(files)
    lines = [line for line in done.stderr.split("\n") if re.match(r"index: folder/", line)]
    assert len(lines) == len(files) - len(added)
    assert all("; " in line for line in lines)
    assert time.monotonic() - started < 150


class TestFolder:
    """Reading stays under the folder that was given."""

    def test_links_pipes_and_devices_are_named_and_not_opened(self, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        (tmp_path / "secret.txt").write_text(MINUTES, encoding="utf-8")
        (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
        (folder / "up").symlink_to(tmp_path)
        (folder / "gone.txt").symlink_to("nowhere")
        os.mkfifo(folder / "pipe.txt")
        (folder / "good.txt").write_text(MINUTES, encoding="utf-8")
        for name in (".hidden", "good.txt.meta.toml", "Thumbs.db", "~$minutes.docx", "roster.csv", "desktop.ini"):
            (folder / name).write_text("", encoding="utf-8")
        found = {item.path: item.refused for item in scan([folder])}
        assert set(found) == {f"folder/{name}" for name in ("good.txt", "link.txt", "up", "gone.txt", "pipe.txt")}
        assert found["folder/good.txt"] is None
        assert "link" in str(found["folder/up"])
        assert "pipe" in str(found["folder/pipe.txt"])

    def test_a_device_is_refused(self) -> None:
        with pytest.raises(SourceError, match="regular"):
            read(Path("/dev/zero"))

    def test_a_file_swapped_for_a_link_since_is_not_followed(self, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        (folder / "inner").mkdir(parents=True)
        (tmp_path / "secret.txt").write_text("秘密", encoding="utf-8")
        for name in ("a.txt", "inner/b.txt"):
            (folder / name).write_text(MINUTES, encoding="utf-8")
        items = scan([folder])
        (folder / "a.txt").unlink()
        (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
        (folder / "inner" / "b.txt").unlink()
        (folder / "inner").rmdir()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere" / "b.txt").write_text("秘密", encoding="utf-8")
        (folder / "inner").symlink_to(tmp_path / "elsewhere")
        for item in items:
            with pytest.raises(SourceError, match=f"{item.path}: a link stands in the way"):
                content_of(item.file, item.path, Path(item.root))

    def test_a_file_given_by_its_link_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "minutes.txt").write_text(MINUTES, encoding="utf-8")
        (tmp_path / "link.txt").symlink_to(tmp_path / "minutes.txt")
        assert read(tmp_path / "link.txt").text == MINUTES


class TestZipInAnIndex:
    """Each member of a ZIP is a file of the build."""

    def fates(self, folder: Path, index: Path) -> dict[str, str]:
        return {file.path: file.fate for file in build([folder], index).files}

    def test_members_come_and_go_like_files(self, tmp_path: Path) -> None:
        folder, index = tmp_path / "folder", tmp_path / "index"
        folder.mkdir()
        texts = {f"{number}.txt": MINUTES.replace("百枚", f"{number}百枚") for number in range(1, 5)}
        (folder / "a.zip").write_bytes(packed(dict(texts)))
        assert set(self.fates(folder, index).values()) == {"added"}
        assert set(self.fates(folder, index).values()) == {"unchanged"}
        texts["1.txt"] = texts["1.txt"].replace("毛布", "水")
        texts["renamed.txt"] = texts.pop("2.txt")
        (folder / "a.zip").write_bytes(packed(dict(texts)))
        assert self.fates(folder, index) == {
            "folder/a.zip/1.txt": "changed",
            "folder/a.zip/2.txt": "removed",
            "folder/a.zip/3.txt": "unchanged",
            "folder/a.zip/4.txt": "unchanged",
            "folder/a.zip/renamed.txt": "renamed",
        }
        (folder / "a.zip").write_bytes(b"PK\x03\x04")
        report = build([folder], index)
        assert [(file.path, file.fate) for file in report.files] == [("folder/a.zip", "skipped")]
        assert report.statements == 4

    def test_the_state_of_a_member_is_that_of_its_bytes(self, tmp_path: Path) -> None:
        from index.sources import source_state
        from index.store import Store

        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "a.zip").write_bytes(packed({"1.txt": MINUTES, "2.txt": MINUTES.replace("毛布", "水")}))
        build([folder], tmp_path / "index")
        meetings = {row.sources[0].path: row for row in Store(tmp_path / "index").meetings(1)}
        first, second = (meetings[f"folder/a.zip/{number}.txt"] for number in (1, 2))
        assert (source_state(first), source_state(second)) == ("current", "current")
        (folder / "a.zip").write_bytes(packed({"1.txt": MINUTES + "追記\n", "other.txt": MINUTES}))
        assert (source_state(first), source_state(second)) == ("changed", "gone")
        (folder / "a.zip").unlink()
        assert source_state(first) == "gone"


class TestSandbox:
    """The child process: killed when it must be, there again for the next file, and never left behind."""

    def test_a_crash_is_the_files_fault_and_the_next_file_is_read(self) -> None:
        sandbox = Sandbox()
        content = MINUTES.encode()
        assert sandbox.ask("read", "a.txt", content)[0]["text"] == MINUTES
        with pytest.raises(SourceError, match=r"a\.txt: the file makes its reader fail"):
            sandbox.ask("no such task", "a.txt", content)
        assert sandbox.ask("read", "a.txt", content)[0]["text"] == MINUTES
        sandbox.close()

    def test_silence_ends_it(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(limits, "MAX_SILENCE", 0.001)
        (tmp_path / "a.pdf").write_bytes(printed(MINUTES))
        sandbox = Sandbox()
        with pytest.raises(SourceError, match="MAX_SILENCE"):
            sandbox.ask("read", "a.pdf", (tmp_path / "a.pdf").read_bytes())
        monkeypatch.undo()
        assert "毛布" in sandbox.ask("read", "a.pdf", (tmp_path / "a.pdf").read_bytes())[0]["text"]
        sandbox.close()

    def test_it_ends_with_its_parent(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(printed(MINUTES))
        code = (
            "import os, sys; from pathlib import Path; from index.reading import read, sandbox;"
            "read(Path(sys.argv[1])); print(sandbox.SANDBOX.pid, flush=True); os._exit(0)"
        )
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.pdf")], cwd=ROOT, capture_output=True,
                              text=True, timeout=30, check=True)  # fmt: skip
        child = int(done.stdout)
        end = time.monotonic() + 10
        while _lives(child) and time.monotonic() < end:
            os.sched_yield()
        assert not _lives(child)

    def test_texts_need_no_child(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(MINUTES, encoding="utf-8")
        code = (
            "import sys; from pathlib import Path; from index.reading import read, sandbox;"
            "read(Path(sys.argv[1])); assert sandbox.SANDBOX.pid is None;"
            "heavy = {'pypdfium2', 'lxml', 'selectolax', 'numpy'} & set(sys.modules); assert not heavy, heavy"
        )
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.txt")], cwd=ROOT, timeout=30, check=True)

    def test_real_files_fit_and_memory_is_given_back(self, data: Path) -> None:
        folder = data / "minutes" / "formats" / "pdf"
        originals = sorted(folder.glob("*.pdf"), key=lambda file: file.stat().st_size)[-4:]
        for original in originals:
            (document,) = read_all(original)
            assert isinstance(document, Document)
            assert len(document.text) > 10_000


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
