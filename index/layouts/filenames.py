"""What the name of a file says of a meeting whose text does not: only where it cannot be mistaken, and marked so."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePosixPath

from index.dates import find_dates, number
from index.layouts.titles import ORDINAL, body_of
from index.minutes import Metadata

_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)[._-]?([01]\d)[._-]?([0-3]\d)(?!\d)")
_ERA = re.compile(r"(?<![A-Za-z\d])([RHSrhs])(\d\d)([01]\d)([0-3]\d)(?!\d)")
_FIRST_YEAR = {"R": 2018, "H": 1988, "S": 1925}
_RECORD = re.compile(r"[(\s]*(?:議事録|議事要旨|会議録|議事概要|会議概要|速記録|本文|全文)[)\s]*$")
_MEETING = re.compile(
    r"^(?=.*[\u3400-\u9fff]{2}).{0,60}(?:会議|委員会|審議会|協議会|部会|分科会|懇談会|研究会|検討会|本部|定例会|臨時会|会見|議会|会合|"
    r"ワーキング・?グループ|タスクフォース|[一-龯]会)$"
)


def said_by_name(path: str) -> Metadata:
    """Title, body, ordinal and date as the name of the file states them, the date else as its folder's name does."""
    name = unicodedata.normalize("NFKC", PurePosixPath(path).stem)
    folder = unicodedata.normalize("NFKC", PurePosixPath(path).parent.name)
    title = _title(name)
    ordinal = ORDINAL.search(title or "")
    return Metadata(
        title=title,
        ordinal=number(ordinal[1]) if ordinal else None,
        body=body_of(title),
        date=_day(name) or _day(folder),
    )


def _day(name: str) -> date | None:
    """The one day that the name states; none where it states several."""
    days = {_date(int(year), int(month), int(day)) for year, month, day in _COMPACT.findall(name)}
    days |= {_date(_FIRST_YEAR[era.upper()] + int(y), int(m), int(d)) for era, y, m, d in _ERA.findall(name)}
    days |= {one.since for one in find_dates(name) if one.since == one.until}
    days.discard(None)
    return days.pop() if len(days) == 1 else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _title(name: str) -> str | None:
    """The one piece of the name that is called like a meeting."""
    pieces = [_RECORD.sub("", piece).strip() for piece in re.split(r"[_\s]+|(?<=\D)-(?=\D)", name)]
    titles = [piece for piece in pieces if _MEETING.match(piece)]
    return titles[0] if len(titles) == 1 else None
