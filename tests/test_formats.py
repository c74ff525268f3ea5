"""Every format is read as it prints: the same minutes in each of them say the same."""

from __future__ import annotations

import csv
import io
import json
import random
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml import parse_xml
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from printing import drawn, printed, vertical
from reportlab.pdfgen.canvas import Canvas

from index.errors import SourceError
from index.layouts import parse
from index.minutes import Meeting, Span, Statement
from index.reading import Document, Refused, boxes, page_image, read, read_all
from tests.conftest import KEIZAI, ROOT

SAMPLE = KEIZAI.read_text(encoding="utf-8")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, bytes | str], Path]:
    """Writes a file and gives its path."""

    def write(name: str, content: bytes | str) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


Write = Callable[[str, bytes | str], Path]


def word(*lines: str) -> bytes:
    """A Word document of paragraphs."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return saved(document)


def saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def packed(**members: bytes | str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def said(meeting: Meeting) -> list[tuple[str, Any, str]]:
    """What a meeting says, without white space: kind, speaker, text."""
    return [(one.kind, one.speaker, "".join(one.text.split())) for one in meeting.statements]


def named(statement: Statement) -> tuple[str, str | None] | None:
    """Name and role of whoever is known by name."""
    speaker = statement.speaker
    return (speaker.name, speaker.role) if speaker and speaker.name else None


def metadata(meeting: Meeting) -> tuple[object, ...]:
    return (meeting.title, meeting.ordinal, meeting.body, meeting.date, meeting.start_time, meeting.end_time,
            meeting.place, meeting.record, meeting.attendees)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", word(*SAMPLE.split("\n"))),
        ("a.html", page("<nav>トップ</nav><main>" + SAMPLE.replace("\n", "<br>\n") + "</main><footer>©</footer>")),
        (
            "a.htm",
            page("<pre>" + SAMPLE + "</pre>").replace("utf-8", "Shift_JIS").replace("◯", "&#x25EF;").encode("cp932"),
        ),
        ("a.pdf", printed(SAMPLE)),
    ],
    ids=["docx", "html", "sjis", "pdf"],
)
def test_the_same_minutes_say_the_same_in_every_format(name: str, content: bytes | str, file: Write) -> None:
    expected = parse(read(KEIZAI)).meetings[0]
    parsed = parse(read(file(name, content)))
    assert said(parsed.meetings[0]) == said(expected)
    assert metadata(parsed.meetings[0]) == metadata(expected)
    assert parsed.unclaimed == ()


def test_the_same_minutes_say_the_same_as_a_table(file: Write) -> None:
    expected = parse(read(KEIZAI)).meetings[0]
    columns = ("meeting", "ordinal", "body", "date", "start_time", "end_time", "place", "record")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([*columns, "speaker", "role", "text"])
    for one in expected.statements:
        writer.writerow([*metadata(expected)[:-1], *(named(one) or ("", "")), one.text])
    meeting = parse(read(file("a.csv", table.getvalue()))).meetings[0]
    assert metadata(meeting)[:-1] == metadata(expected)[:-1]
    assert [text for _, _, text in said(meeting)] == [text for _, _, text in said(expected)]
    assert list(map(named, meeting.statements)) == list(map(named, expected.statements))


class TestPdf:
    """The text of a PDF in the order and with the white space of print."""

    LINES = (
        "○山田会長　それでは始める。",
        "　毛布を増やす必要があると考えている",
        "ので検討してほしい。",
        "○鈴木委員　訓練は年三回とする。",
    )

    def lines(self, canvas: Canvas, left: float = 60, top: float = 500) -> None:
        for row, line in enumerate(self.LINES):
            indent = len(line) - len(line.lstrip("　"))
            canvas.drawString(left + 10 * indent, top - 16 * row, line.lstrip("　"))

    def text(self, file: Write, *pages: Callable[[Canvas], None]) -> str:
        return read(file("a.pdf", drawn(*pages))).text

    def test_indents_are_restored(self, file: Write) -> None:
        assert self.text(file, self.lines) == "\n".join(self.LINES)

    def test_a_foot_number_that_the_stream_gives_first_stands_last(self, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(290, 24, "- 1 -")
            self.lines(canvas)
            canvas.drawString(60, 815, "第１回会議")

        rows = self.text(file, draw).split("\n")
        assert (rows[0], rows[-1].strip()) == ("第１回会議", "- 1 -")
        assert [row for row in rows if row][1:-1] == list(self.LINES)

    def test_columns_are_not_mixed_and_have_margins_of_their_own(self, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            self.lines(canvas, 60)
            self.lines(canvas, 320)

        assert self.text(file, draw) == "\n".join([*self.LINES, *self.LINES])

    def test_a_line_in_three_pieces_is_one_line(self, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 700.4, "○山田会長")
            canvas.setFont("Helvetica-Bold", 10)
            canvas.drawString(130, 700, "2023")
            canvas.setFont("HeiseiMin-W3", 10)
            canvas.drawString(155, 700, "年度の予算である。")

        assert "".join(self.text(file, draw).split()) == "○山田会長2023年度の予算である。"
        assert "\n" not in self.text(file, draw)

    def test_ruby_does_not_break_a_sentence(self, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(60, 700, "これは京都")
            canvas.setFont("HeiseiMin-W3", 5)
            canvas.drawString(91, 711, "きょうと")
            canvas.setFont("HeiseiMin-W3", 10)
            canvas.drawString(110, 700, "の会議である。")

        assert self.text(file, draw) == "これは京都の会議である。"

    @pytest.mark.parametrize("turned", [90, 180, 270])
    def test_turned_pages_and_turned_text_are_read_alike(self, turned: int, file: Write) -> None:
        def page_turned(canvas: Canvas) -> None:
            canvas.setPageRotation(turned)
            width, height = (842, 595) if turned != 180 else (595, 842)
            canvas.translate(width if turned != 270 else 0, height if turned != 90 else 0)
            canvas.rotate(turned)
            canvas.setFont("HeiseiMin-W3", 10)
            self.lines(canvas)

        def text_turned(canvas: Canvas) -> None:
            canvas.translate(300, 400)
            canvas.rotate(turned)
            self.lines(canvas, -200, 100)

        assert self.text(file, page_turned) == self.text(file, text_turned) == "\n".join(self.LINES)

    def test_vertical_text_is_kept_in_order_and_warned_of(self, file: Write) -> None:
        columns = ["　商取引において電子的な手段の利用が", "拡大するなどの変化への対応を", "示されたい。"]
        document = read(file("a.pdf", drawn(lambda canvas: vertical(canvas, columns))))
        assert document.text == "\n".join(columns)
        assert document.warnings == ("page 1 is set vertically: check the order of its text",)

    def test_a_page_without_text_among_others_is_warned_of(self, file: Write) -> None:
        document = read(file("a.pdf", drawn(self.lines, lambda canvas: None, self.lines)))
        assert document.pages[1] == document.pages[2] - 1
        assert "pages without a text layer (scans?): 2;" in document.warnings[0]

    def test_lines_from_the_bottom_up_are_put_in_order(self, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            for row in range(12):
                canvas.drawString(60, 300 + 16 * row, f"第{row}行の発言である。")

        assert self.text(file, draw).split("\n") == [f"第{row}行の発言である。" for row in reversed(range(12))]

    def test_real_pages_lose_nothing_and_double_nothing(self, data: Path) -> None:
        for original in sorted((data / "minutes" / "formats" / "pdf").glob("*.pdf"))[::4]:
            document = read(original)
            printed_ = pypdfium2.PdfDocument(original)
            for number, text in enumerate(document.text.split("\f")):
                layer = printed_[number].get_textpage()
                expected = layer.get_text_range().replace("\x02", "-").replace("\ufffe", "-")
                layer.close()
                assert Counter("".join(text.split())) == Counter("".join(expected.split())), (original.name, number)
            printed_.close()


class TestBoxes:
    """The place of a quote on the page image."""

    def spans(self, document: Document, words: str) -> list[Span]:
        start = document.text.index(words)
        return [Span(1, start, start + len(words))]

    @pytest.mark.parametrize("turned", [0, 90, 180, 270])
    def test_a_box_holds_all_the_ink_of_its_line(self, turned: int, file: Write) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setPageRotation(turned)
            canvas.translate(300, 300)
            canvas.rotate(turned)
            canvas.setFont("Helvetica", 12)
            canvas.drawString(-100, 50, "We agreed on the budget.")

        path = file("a.pdf", drawn(draw))
        document = read(path)
        (box,) = boxes(path, document, self.spans(document, document.text))
        image = Image.open(io.BytesIO(page_image(path, document, 1, 2.0))).convert("L")
        assert abs(image.width - 2 * box.width) <= 2
        assert abs(image.height - 2 * box.height) <= 2
        ink = image.point(lambda value: 255 if value < 128 else 0).getbbox()
        assert ink is not None
        left, top, right, bottom = (side / 2 for side in ink)
        assert box.left - 1 <= left <= right <= box.right + 1
        assert box.height - box.top - 1 <= top <= bottom <= box.height - box.bottom + 1
        assert right - left > 0.8 * (box.right - box.left)

    def test_a_box_begins_and_ends_with_its_words(self, file: Write) -> None:
        path = file("a.pdf", printed("○山田会長　それでは始める。\n　毛布を増やす。"))
        document = read(path)
        (box,) = boxes(path, document, self.spans(document, "それでは"))
        assert (round(box.left), round(box.right)) == (120, 160)
        assert box.bottom < 790 < box.top

    def test_words_over_two_lines_have_two_boxes(self, file: Write) -> None:
        path = file("a.pdf", printed("○山田会長　それでは\n始める。"))
        document = read(path)
        assert [round(box.left) for box in boxes(path, document, self.spans(document, "それでは\n始める"))] == [120, 60]

    def test_a_changed_file_has_no_boxes(self, file: Write) -> None:
        path = file("a.pdf", printed("○山田会長　それでは始める。"))
        document = read(path)
        path.write_bytes(printed("○山田会長　これでは始める。"))
        with pytest.raises(SourceError, match="not the one that was indexed"):
            boxes(path, document, self.spans(document, "始める"))

    def test_a_pdf_in_a_zip_has_boxes(self, file: Write) -> None:
        path = file("a.zip", packed(**{"x/a.pdf": printed("○山田会長　それでは始める。"), "b.txt": "会議"}))
        document = next(one for one in read_all(path) if isinstance(one, Document) and one.media == "pdf")
        assert round(boxes(path, document, self.spans(document, "それでは"))[0].left) == 120

    def test_real_boxes_are_those_of_the_characters(self, data: Path) -> None:
        chosen, compared = random.Random(3), 0
        for original in sorted((data / "minutes" / "formats" / "pdf").glob("*.pdf"))[::6]:
            document = read(original)
            with pypdfium2.PdfDocument(original) as pdf:
                for number in chosen.sample(range(len(pdf)), 4):
                    compared += self.compare(pdf, original, document, number)
        assert compared >= 5

    def compare(self, pdf: pypdfium2.PdfDocument, original: Path, document: Document, number: int) -> bool:
        """Whether the page has words that occur once; then their box is where pdfium finds them."""
        layer = pdf[number].get_textpage()
        text = layer.get_text_range()
        words = max(text.split("\r\n"), key=len)[5:15].strip()
        start = document.pages[number]
        place = document.text.find(words, start)
        once = place >= 0 and text.count(words) == 1
        if once:
            (box,) = boxes(original, document, [Span(number + 1, place, place + len(words))])
            found = layer.search(words).get_next()
            assert found is not None
            first = layer.get_charbox(found[0], loose=True)
            last = layer.get_charbox(found[0] + found[1] - 1, loose=True)
            assert abs(box.left - first[0]) < 0.1
            assert abs(box.right - last[2]) < 0.1
        layer.close()
        return once


class TestWord:
    """Word documents as they print."""

    def text(self, file: Write, document: Any) -> str:
        found = read(file("a.docx", saved(document)))
        assert found.media == "docx"
        return found.text

    def body(self, file: Write, xml: str) -> str:
        """The text of a document with this body, beside python-docx' own numbering and styles."""
        document = docx.Document()
        for element in parse_xml(f'<w:body xmlns:w="{W}">{xml}</w:body>'):
            document.element.body.insert(len(document.element.body) - 1, element)
        return self.text(file, document)

    def test_indents_tables_and_page_breaks(self, file: Write) -> None:
        document = docx.Document()
        document.styles["Normal"].font.size = Pt(10.5)
        document.add_paragraph("日時：\t令和５年２月１日")
        document.add_paragraph("発言する。").paragraph_format.first_line_indent = Pt(10.5)
        table = document.add_table(rows=2, cols=3)
        for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.text = f"欄{number}"
        table.cell(0, 1).merge(table.cell(1, 1)).text = "併合"
        document.add_page_break()
        document.add_paragraph("次の頁")
        found = read(file("a.docx", saved(document)))
        assert found.text.split("\f")[0].rstrip("\n") == (
            "日時：　令和５年２月１日\n　発言する。\n欄0　併合　欄2\n欄3　欄5"
        )
        assert found.text.split("\f")[1].strip() == "次の頁"
        assert len(found.pages) == 2

    def test_a_hanging_indent_goes_before_that_of_the_style(self, file: Write) -> None:
        document = docx.Document()
        document.styles["Normal"].font.size = Pt(10)
        document.styles["Normal"].paragraph_format.first_line_indent = Pt(10)
        document.add_paragraph("字下げ")
        hanging = document.add_paragraph("ぶら下げ").paragraph_format
        hanging.left_indent, hanging.first_line_indent = Pt(30), Pt(-10)
        assert self.text(file, document) == "　字下げ\n　　ぶら下げ"

    def test_bullets_and_numbers_are_printed(self, file: Write) -> None:
        document = docx.Document()
        for style, text in (("List Bullet", "毛布"), ("List Number", "水"), ("List Number", "米")):
            document.add_paragraph(text, style=style)
        assert self.text(file, document).split("\n") == ["・毛布", "1.　水", "2.　米"]

    @pytest.mark.parametrize(
        ("style", "template", "expected"),
        [
            ("decimalFullWidth", "（%1）", ["（１）", "（２）", "（３）"]),
            ("decimalEnclosedCircle", "%1", ["①", "②", "③"]),
            ("aiueoFullWidth", "%1．", ["ア．", "イ．", "ウ．"]),
            ("irohaFullWidth", "（%1）", ["（イ）", "（ロ）", "（ハ）"]),
            ("japaneseCounting", "第%1", ["第一", "第二", "第三"]),
            ("upperRoman", "%1.", ["I.", "II.", "III."]),
            ("lowerLetter", "(%1)", ["(a)", "(b)", "(c)"]),
            ("ideographTraditional", "%1", ["甲", "乙", "丙"]),
        ],
    )
    def test_every_common_numbering_is_printed(
        self, style: str, template: str, expected: list[str], file: Write
    ) -> None:
        document = docx.Document()
        numbering = document.part.numbering_part.element
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="99"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                f'<w:numFmt w:val="{style}"/><w:lvlText w:val="{template}"/></w:lvl></w:abstractNum>'
            ),
        )
        numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="99"><w:abstractNumId w:val="99"/></w:num>'))
        for text in ("甲案", "乙案", "丙案"):
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            properties.append(parse_xml(f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="0"/><w:numId w:val="99"/></w:numPr>'))
        assert [line.split("　")[0] for line in self.text(file, document).split("\n")] == expected

    def test_deletions_are_left_out_and_insertions_kept(self, file: Write) -> None:
        xml = (
            "<w:p><w:r><w:t>毛布を</w:t></w:r><w:del><w:r><w:delText>百枚</w:delText></w:r></w:del>"
            "<w:ins><w:r><w:t>二百枚</w:t></w:r></w:ins><w:r><w:t>増やす。</w:t></w:r></w:p>"
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠し文字</w:t></w:r><w:r><w:t>見える。</w:t></w:r></w:p>"
        )
        assert self.body(file, xml) == "毛布を二百枚増やす。\n見える。"

    def test_readings_are_left_out_and_text_boxes_kept(self, file: Write) -> None:
        xml = (
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>きょうと</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>京都</w:t></w:r>"
            "</w:rubyBase></w:ruby></w:r><w:r><w:t>の会議</w:t></w:r></w:p>"
            "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>囲みの中</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        )
        assert self.body(file, xml) == "京都の会議\n囲みの中"


MARKUP = ("<p>", "</p>", "<td>", "<tr>", "</table>", "<table>", "<li>", "<ol>", "<pre>", "</pre>", "<br>", "<div>")


class TestHtml:
    """Web pages as a browser shows them, without what is about the site."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("<p>日本\n語の　　文。</p><p>二つ目</p>", "日本語の　　文。\n\n二つ目"),
            ("<p>Two\n  words &amp; more</p>", "Two words & more"),
            ("一行目<br>二行目<br><br>四行目", "一行目\n二行目\n\n四行目"),
            ("<ul><li>毛布</li><li>・水</li></ul>", "・毛布\n・水"),
            ('<ol start="3"><li>毛布</li><li value="7">水</li></ol>', "3. 毛布\n7. 水"),
            ('<ol type="i"><li>a thing</li><li>(2) own mark</li></ol>', "i. a thing\n(2) own mark"),
            (
                "<table><tr><th>会長</th><td>山田</td></tr><tr><th>委員</th><td>鈴木<br>佐藤</td></tr></table>",
                "会長　山田\n委員　鈴木\n佐藤",
            ),
            ("<ruby>京都<rp>(</rp><rt>きょうと</rt><rp>)</rp></ruby>の会議", "京都の会議"),
            ("<pre>　字下げ\n\n  二行</pre>", "　字下げ\n\n  二行"),
            ("<h2>議題</h2><div>本文<script>x()</script></div>", "議題\n\n本文"),
            ('<p>見える</p><p style="display: none">隠す</p><p hidden>隠す</p>', "見える"),
            ('<p>見出し</p><p style="display: none">畳まれた発言。</p>', "見出し\n\n畳まれた発言。"),
            ("&#0;会議&#x1b;録&nbsp;です", "会議録\u00a0です"),
        ],
    )
    def test_lines_are_those_of_a_browser(self, body: str, expected: str, file: Write) -> None:
        assert read(file("a.html", page(body))).text == expected

    def test_what_is_about_the_site_is_left_out(self, file: Write) -> None:
        speech = "○山田会長　それでは始める。" * 20
        body = (
            '<div id="header">市役所</div><nav>トップ</nav><div class="breadcrumb">ホーム &gt; 会議録</div>'
            f'<div id="contents"><h1>防災会議</h1><p>{speech}</p><div class="sns">共有</div></div>'
            '<div id="sidebar"><ul><li><a href="a">一覧</a></li></ul></div><footer>連絡先</footer>'
        )
        assert read(file("a.html", page(body))).text == f"防災会議\n\n{speech}"

    def test_a_statement_outside_of_the_main_part_is_kept(self, file: Write) -> None:
        body = "<main><p>" + "○山田会長　始める。" * 30 + "</p></main><p>○鈴木委員　よろしい。</p>"
        assert "○鈴木委員　よろしい。" in read(file("a.html", page(body))).text

    def test_minutes_in_something_called_a_sidebar_are_kept(self, file: Write) -> None:
        assert "始める" in read(file("a.html", page('<div class="sidebar"><p>○山田会長　始める。</p></div>'))).text

    @pytest.mark.parametrize("charset", ["Shift_JIS", "x-sjis", "EUC-JP", "iso-2022-jp", "utf-8"])
    def test_the_declared_charset_counts(self, charset: str, file: Write) -> None:
        html = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>会議録</p>'
        written = html.encode("cp932" if "jis" in charset.lower() else charset)
        assert read(file("a.html", written)).text == "会議録"

    def test_a_title_names_minutes_that_do_not(self, file: Write) -> None:
        head = "<title>第３回防災会議 | みどり市</title>"
        assert read(file("a.html", page("<p>○山田　始める。</p>", head))).text.startswith("第３回防災会議\n")

    @given(body=st.lists(st.sampled_from([*MARKUP, "会議", " \n", "&#12;"]), max_size=30))
    def test_broken_markup_loses_no_text(self, body: list[str]) -> None:
        from index.reading.html import read_html

        markup = page("始" + "".join(body))
        text = read_html(markup.encode(), "a.html", lambda: None).text
        assert text.count("会議") == body.count("会議")
        assert "\f" not in text

    def test_a_page_of_a_council_holds_every_speech_and_no_navigation(self, data: Path) -> None:
        vendor = data / "minutes" / "layouts" / "vendor"
        text = read(vendor / "dbsearch__document-id__detail.html").text
        cruder = (data / "minutes" / "layouts" / "dbsearch_document-id.txt").read_text(encoding="utf-8")
        spoken = [line.split(": ")[-1].strip() for line in cruder.split("\n") if "。" in line]
        assert len(spoken) > 150
        assert [line for line in spoken if line not in text] == []
        assert not {"検索語", "パネル", "ダウンロード", "Copyright", "検索結果"} & set(text.split())
        assert sum(line.startswith("◯") for line in text.split("\n")) == 50
        for other in vendor.glob("*.html"):
            assert read(other).media == "html"


MEETING = {
    "issueID": "1", "nameOfHouse": "衆議院", "nameOfMeeting": "予算委員会", "issue": "第3号", "date": "2023-02-01",
    "meetingURL": "https://example.com/1",
    "speechRecord": [
        {"speechOrder": 0, "speaker": "会議録情報", "speech": "令和五年二月一日（水曜日）\n　出席委員\n"},
        {"speechOrder": 1, "speaker": "根本匠", "speakerGroup": "自由民主党", "speakerPosition": "委員長",
         "speech": "○根本委員長　これより会議を開きます。\r\n　次に進みます。"},
        {"speechOrder": 2, "speaker": "山田太郎", "speakerGroup": "立憲民主党", "speakerPosition": None,
         "speech": "　質問します。"},
    ],
}  # fmt: skip


class TestDiet:
    """Records of the Diet's search system."""

    def check(self, document: Document) -> None:
        (part,) = document.parts
        assert (part.stated.title, part.stated.body) == ("衆議院予算委員会第3号", "衆議院予算委員会")
        assert (str(part.stated.date), part.stated.ordinal) == ("2023-02-01", None)
        head, chair, member = part.speeches
        text = document.text
        assert head.kind == "head"
        assert text[head.start : head.end].startswith("令和五年二月一日")
        assert (chair.name, chair.role, chair.affiliation) == ("根本匠", "委員長", "自由民主党")
        assert text[chair.label_start : chair.start] == "○根本委員長　"
        assert text[chair.start : chair.end].split() == ["これより会議を開きます。", "次に進みます。"]
        assert text[member.label_start : member.start] == "○山田太郎　"
        assert text[member.start : member.end] == "　質問します。"

    def test_meetings_and_speeches_in_json(self, file: Write) -> None:
        self.check(read(file("a.json", json.dumps({"numberOfRecords": 1, "meetingRecord": [MEETING]}))))
        of_meeting = {key: value for key, value in MEETING.items() if key != "speechRecord"}
        speeches = [of_meeting | speech for speech in reversed(MEETING["speechRecord"])]  # type: ignore[arg-type]
        self.check(read(file("b.json", json.dumps({"speechRecord": speeches}))))
        self.check(read(file("c.jsonl", "\n".join(json.dumps(speech) for speech in speeches))))

    def test_meetings_in_xml(self, file: Write) -> None:
        def fields(record: dict[str, Any]) -> str:
            return "".join(
                f"<{key}>{value if value is not None else ''}</{key}>"
                for key, value in record.items()
                if key != "speechRecord"
            )

        speeches = "".join(f"<speechRecord>{fields(one)}</speechRecord>" for one in MEETING["speechRecord"])  # type: ignore[arg-type]
        record = f"<meetingRecord>{fields(MEETING)}{speeches}</meetingRecord>"
        xml = f"<data><records><record><recordData>{record}</recordData></record></records></data>"
        self.check(read(file("a.xml", xml)))

    def test_lists_of_meetings_say_where_the_speeches_are(self, file: Write) -> None:
        listed = MEETING | {"speechRecord": [{"speaker": "根本匠", "speechURL": "https://example.com"}]}
        with pytest.raises(SourceError, match="'meeting_list'"):
            read(file("a.json", json.dumps({"meetingRecord": [listed]})))

    def test_the_same_days_as_json_and_xml(self, data: Path) -> None:
        folder = data / "minutes" / "formats" / "diet-api"
        as_json, as_xml = read(folder / "1-end.json"), read(folder / "1-end.xml")
        assert [part.stated.title for part in as_json.parts] == [part.stated.title for part in as_xml.parts]
        assert len(as_xml.parts[0].speeches) == 63
        assert [meeting.title for meeting in parse(as_xml).meetings] == [part.stated.title for part in as_xml.parts]


class TestTables:
    """CSV, TSV and JSON Lines of anybody."""

    ROWS = (
        ("第3回防災会議", "2023-02-01", "山田太郎", "会長", "毛布を、\n百枚増やす。"),
        ("第3回防災会議", "2023-02-01", "", "", "（休憩）"),
        ("第4回防災会議", "令和5年3月1日", "鈴木花子", "委員", "訓練をする。"),
    )

    def check(self, document: Document) -> None:
        first, second = document.parts
        assert [(part.stated.title, str(part.stated.date)) for part in document.parts] == [
            ("第3回防災会議", "2023-02-01"),
            ("第4回防災会議", "2023-03-01"),
        ]
        assert [(one.kind, one.name, one.role) for one in first.speeches] == [
            ("speech", "山田太郎", "会長"),
            ("narration", None, None),
        ]
        spoken = second.speeches[0]
        assert document.text[spoken.label_start : spoken.start] == "○鈴木花子（委員）　"
        assert document.text[spoken.start : spoken.end] == "訓練をする。"

    def written(self, header: tuple[str, ...], sign: str = ",") -> str:
        target = io.StringIO()
        csv.writer(target, delimiter=sign).writerows([header, *self.ROWS])
        return target.getvalue()

    def test_csv_in_english_and_japanese(self, file: Write) -> None:
        self.check(read(file("a.csv", self.written(("meeting", "date", "speaker", "role", "text")))))
        japanese = self.written(("会議名", "開催日", "発言者", "役職", "本文"))
        self.check(read(file("b.csv", japanese.encode("cp932"))))
        self.check(read(file("c.tsv", self.written(("会議名", "日付", "発言者", "役職", "発言"), "\t"))))
        self.check(read(file("d.txt", japanese)))

    def test_json_lines(self, file: Write) -> None:
        keys = ("meeting", "date", "speaker", "role", "text")
        rows = [dict(zip(keys, row, strict=True)) for row in self.ROWS]
        self.check(read(file("a.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))))
        self.check(read(file("b.json", json.dumps(rows))))

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("meeting,date,text\n会議,2023-02-01,発言\n", "speaker"),
            ("meeting,date,speaker,text\n会議,いつか,山田,発言\n", "row 2"),
            ("meeting,date,speaker,text,kind\n会議,2023-02-01,山田,発言,sermon\n", "sermon"),
            ("meeting,date,speaker,text\n会議,2023-02-01,山田,\"発言", "damaged"),
            ("meeting,date,speaker,text\n", "no speech"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_with_a_table_is_said(self, content: str, words: str, file: Write) -> None:
        with pytest.raises(SourceError, match=words) as caught:
            read(file("a.csv", content))
        assert str(caught.value).startswith("a.csv: ")

    def test_other_json_is_refused_with_what_is_accepted(self, file: Write) -> None:
        with pytest.raises(SourceError, match="accepted are"):
            read(file("a.json", '{"councils": [{"name": "定例会"}]}'))
        with pytest.raises(SourceError, match="damaged"):
            read(file("b.json", '{"councils": [{"name": '))

    def test_the_answer_of_a_councils_search_is_its_text(self, data: Path) -> None:
        layouts = data / "minutes" / "layouts"
        text = read(layouts / "vendor" / "discussnet-ssp__saas__minute.json").text
        expected = (layouts / "discussnet_saas.txt").read_text(encoding="utf-8")
        assert "".join(text.split()) == "".join(expected.split())


class TestZip:
    """ZIP files of any of these."""

    def test_each_member_is_a_document_of_its_own(self, file: Write) -> None:
        inner = packed(**{"深い.txt": "内側の会議"})
        path = file(
            "a.zip",
            packed(**{"会議/一.txt": "第１回会議", "二.pdf": printed("第２回会議"), "空.txt": "", "inner.zip": inner,
                      "__MACOSX/x.txt": "x", ".hidden": "x", "a.txt.meta.toml": "x"}),
        )  # fmt: skip
        found = read_all(path, "folder/a.zip")
        documents = {one.path: one for one in found if isinstance(one, Document)}
        assert set(documents) == {
            "folder/a.zip/会議/一.txt",
            "folder/a.zip/二.pdf",
            "folder/a.zip/inner.zip/深い.txt",
        }
        assert documents["folder/a.zip/会議/一.txt"].text == "第１回会議"
        (refused,) = [one for one in found if isinstance(one, Refused)]
        assert refused.reason.startswith("folder/a.zip/空.txt: the file is empty")

    def test_one_member_is_read_alone_and_several_are_not(self, file: Write) -> None:
        assert read(file("a.zip", packed(**{"a.txt": "会議"}))).text == "会議"
        with pytest.raises(SourceError, match="2 files"):
            read(file("b.zip", packed(**{"a.txt": "会議", "b.txt": "会議"})))

    def test_names_of_japanese_windows_are_read(self, file: Write) -> None:
        content = packed(**{"aaaaaa.txt": "会議"}).replace(b"aaaaaa.txt", "会議録".encode("cp932") + b".txt")
        (document,) = read_all(file("a.zip", content))
        assert document.path == "a.zip/会議録.txt"

    def test_a_word_document_of_another_name_is_no_zip(self, file: Write) -> None:
        assert read(file("a.zip", word("会議"))).media == "docx"


def test_many_threads_read_at_once(file: Write) -> None:
    path = file("a.pdf", printed("○山田会長　それでは始める。\n" * 20, foot=""))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(read(path).text)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_documentation_names_every_column_limit_and_ending() -> None:
    from index.reading import READABLE_SUFFIXES, limits, tables

    described = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    names = [name for name in vars(limits) if name.isupper()]
    assert [
        name for name in (*tables.REQUIRED, *tables.OPTIONAL, *READABLE_SUFFIXES, *names) if name not in described
    ] == []
