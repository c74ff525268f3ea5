import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printing import printed

from index.errors import SourceError
from index.layouts import parse
from index.reading import limits, page_of, read

SAMPLE = Path(__file__).parent.parent / "minutes" / "keizai-anpo-04-20230214.txt"


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read(path)
    message = str(caught.value)
    assert message.startswith(f"{path.name}: ")
    assert "\n" not in message
    assert str(path.parent) not in message
    return message


def test_text_is_kept_as_it_stands(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("会議\r\n　発言　ａ\r\n".encode())
    document = read(file, "folder/a.txt")
    assert document.text == "会議\r\n　発言　ａ\r\n"
    assert document.path == "folder/a.txt"
    assert document.media == "text"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "euc_jp", "iso2022_jp"]
)
def test_every_encoding_gives_the_same_statements(encoding: str, tmp_path: Path) -> None:
    # The sample's ◯ is in no Japanese encoding before Unicode; 〇 is, and opens speakers just as well.
    text = SAMPLE.read_text(encoding="utf-8").replace("◯", "〇")
    if "jp" in encoding:
        text = text.replace("～", "〜").replace("①", "(1)").replace("②", "(2)")
    bom = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    file = tmp_path / "a.txt"
    file.write_bytes(bom + text.encode(encoding))
    document = read(file)
    assert document.text == text
    assert len(parse(document).meetings[0].statements) == 21


def test_form_feeds_begin_pages(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("一\f二\f三", encoding="utf-8")
    document = read(file)
    assert document.pages == (0, 2, 4)
    assert [page_of(document, offset) for offset in (0, 1, 2, 4)] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n", "no text"),
        ("binary.txt", bytes(range(256)), "binary"),
        ("nul.txt", b"abc\0def", "binary"),
        ("latin.txt", "Procès-verbal: séance levée à midi.".encode("latin-1"), "UTF-8"),
        ("lost.txt", "会議\ufffd録".encode(), "UTF-8"),
        ("half.txt", "議事録".encode()[:-1], "UTF-8"),
        ("minutes.docx", b"PK", "DOCX"),
        ("minutes.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOCX"),
        ("table.xlsx", b"PK\x03\x04", "CSV"),
        ("photo.txt", b"\x89PNG\r\n\x1a\n", "ocrmypdf"),
        ("packed.7z", b"7z\xbc\xaf", "ZIP"),
        ("song.mp3", b"ID3", "transcript"),
        ("program.py", b"print()", ".txt"),
        ("no-pdf.pdf", b"hello", "not a PDF"),
        ("broken.pdf", b"%PDF-1.7\nhello", "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(name: str, content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refused(tmp_path / name)


def test_a_missing_file_a_folder_and_a_fifo_are_refused(tmp_path: Path) -> None:
    assert "opened" in refused(tmp_path / "missing.txt")
    (tmp_path / "folder.txt").mkdir()
    assert refused(tmp_path / "folder.txt")
    os.mkfifo(tmp_path / "fifo.txt")
    assert "regular" in refused(tmp_path / "fifo.txt")


def test_the_limit_of_size_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 2**20)
    (tmp_path / "large.txt").write_bytes(b"a" * (2**20 + 1))
    assert "MAX_BYTES" in refused(tmp_path / "large.txt")


@pytest.mark.parametrize("encoding", ["euc_jis_2004", "iso2022_jp", "cp932"])
def test_characters_that_vendors_added_are_read(encoding: str, tmp_path: Path) -> None:
    text = "①会議の㈱と～を、ひらがなで書く。\n"
    content = text.encode(encoding) if encoding != "iso2022_jp" else _iso2022(text)
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    assert read(file).text.replace("〜", "～") == text


def _iso2022(text: str) -> bytes:
    """As Windows mails it: the rows that it added to JIS X 0208, between the standard's escapes."""
    rows = text.rstrip("\n").encode("euc_jis_2004")
    return b"\x1b$B" + bytes(byte & 0x7F for byte in rows) + b"\x1b(B\n"


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(printed("第１回会議\n発言です。"))
    assert read(tmp_path / "a.txt").media == "pdf"
    (tmp_path / "b.txt").write_text("<!DOCTYPE html><title>x</title><p>第１回会議</p>", encoding="utf-8")
    assert (read(tmp_path / "b.txt").media, read(tmp_path / "b.txt").text) == ("html", "第１回会議")
    (tmp_path / "minutes").write_text("第１回会議", encoding="utf-8")
    assert read(tmp_path / "minutes").media == "text"


def test_pdf_pages_are_joined_by_form_feeds(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(printed("第１回会議\n発言です。", lines_per_page=1))
    document = read(file)
    assert document.media == "pdf"
    assert document.text.count("\f") == 1
    assert page_of(document, document.text.index("発言")) == 2


def test_an_encrypted_pdf_and_a_scan_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "secret.pdf").write_bytes(printed("会議", password="pass"))
    assert "encrypted" in refused(tmp_path / "secret.pdf")
    (tmp_path / "scan.pdf").write_bytes(printed(" ", foot=""))
    assert "ocrmypdf" in refused(tmp_path / "scan.pdf")


@given(
    content=st.binary(max_size=300),
    suffix=st.sampled_from([".txt", ".pdf", ".md", ".csv", ".json", ".html", ".xml", ".docx", ".zip", ""]),
)
def test_any_bytes_are_read_or_refused(content: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("any") / f"file{suffix}"
    file.write_bytes(content)
    try:
        document = read(file)
    except SourceError:
        assert refused(file)
    else:
        assert document.text.strip()
        assert "\ufffd" not in document.text
