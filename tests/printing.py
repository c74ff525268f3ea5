"""Prints text as a PDF the way office programs do: pages, their number at the foot, columns, ruby, turned pages."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "HeiseiMin-W3"
WIDTH, HEIGHT = 595, 842


def drawn(
    *pages: Callable[[Canvas], None], password: str | None = None, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> bytes:
    """A PDF with a page for each function that draws one; the font is FONT at 10 points."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = BytesIO()
    canvas = Canvas(target, pagesize=size, encrypt=password, invariant=True)
    for draw in pages:
        canvas.setFont(FONT, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def printed(text: str, lines_per_page: int = 30, password: str | None = None, foot: str = "{page}") -> bytes:
    """A PDF of `text`, one printed line for each of its lines."""
    lines = text.split("\n")

    def page(first: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            for row, line in enumerate(lines[first : first + lines_per_page]):
                if line.strip():
                    canvas.drawString(60, 790 - row * 16, line.rstrip())
            canvas.drawCentredString(297, 24, foot.format(page=first // lines_per_page + 1))

        return draw

    return drawn(*map(page, range(0, len(lines), lines_per_page)), password=password)


def vertical(canvas: Canvas, columns: list[str]) -> None:
    """Columns of vertical text from the right, a character under the other."""
    for place, column in enumerate(columns):
        for row, character in enumerate(column):
            if not character.isspace():
                canvas.drawString(500 - 20 * place, 780 - 12 * row, character)
