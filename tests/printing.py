"""Prints text as a PDF the way an office program would: pages, and their number at the foot."""

from __future__ import annotations

from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "HeiseiMin-W3"


def printed(text: str, lines_per_page: int = 30, password: str | None = None, foot: str = "{page}") -> bytes:
    """A PDF of `text`, one printed line for each of its lines."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = BytesIO()
    canvas = Canvas(target, pagesize=(595, 842), encrypt=password, invariant=True)
    lines = text.split("\n")
    for page, first in enumerate(range(0, len(lines), lines_per_page), 1):
        canvas.setFont(FONT, 10)
        for row, line in enumerate(lines[first : first + lines_per_page]):
            if line.strip():
                canvas.drawString(60, 790 - row * 16, line.rstrip())
        canvas.drawCentredString(297, 24, foot.format(page=page))
        canvas.showPage()
    canvas.save()
    return target.getvalue()
