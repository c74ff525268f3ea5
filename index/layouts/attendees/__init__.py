"""The list of those present: from its lines to names, roles and affiliations. Who cannot be told apart is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from index.layouts.attendees.cells import cells_of
from index.layouts.attendees.fields import indent_of, unwrapped
from index.layouts.attendees.latin import ends_list, latin_attendees
from index.layouts.attendees.names import (
    MEETING_ROLE,
    SEAT,
    could_be_name,
    is_office_alone,
    is_organisation,
    is_party,
    is_role,
    joined,
    named_role,
)
from index.layouts.attendees.rows import Reader, people_in, read_row, release
from index.layouts.attendees.tables import columns_of, row_of
from index.minutes import Attendee

_BULLET = re.compile(
    r"^[\s　]*(?:[・･•*○◯〇◎●■□◆◇▪➢※]|[-‐−–—](?=\s)|[（(][0-9０-９]{1,2}[)）]|[①-⑳]|"
    r"[0-9０-９]{1,2}(?:[.．、)）](?!\d)|[\s　]+(?![0-9０-９番])))[\s　]*"
)
_COUNT = re.compile(
    r"[（(]?[\s　]*(?:計|総数)?[\s　]*[0-9０-９〇一二三四五六七八九十百]{1,4}[\s　]*[名人][\s　]*[)）]?$"
)
_ABSENT = re.compile(r"^(?:欠席|欠員|不参加|会議に出席しなかった|Absent|Regrets|Apologies)", re.IGNORECASE)
_OVER = re.compile(
    r"異動|辞任|補欠選任|選任された|会議に付した|議事日程|議題|議案|配[付布]資料|開会|開議|署名|案件|次第|"
    r"傍聴(?:者|人)?[:：\s　]*[0-9０-９]"
)
_HEADING = re.compile(
    r"(?:政府(?:から|側|の)?|その他の?|本日の?|会議)?(?:の|から)?"
    r"(?:出席|参加|列席|説明|事務局|職務|傍聴|有識者|関係者|関係省庁|構成員|委員|議員|職員|幹事|臨時委員|専門委員|特別委員|"
    r"オブザーバー|アドバイザー|理事者|政府委員|本部員|メンバー|欠席|当局|行政|区議会|市議会|議会|執行機関|学識経験者)"
    r"(?:者|員|委員|議員|説明員|職員|理事者|氏名|名簿|のため出席した者|した者|のため議場に出席した者|事務局|側|等|國務大臣|国務大臣|"
    r"政府委員|政府参考人|事務局職員)*"
)
_GROUP_ROLE = re.compile(r"(?:臨時|専門|特別)?委員|副?幹事|関係官|参考人|構成員|オブザーバー|アドバイザー")
_STAFF = re.compile(r"^(?:事務局(?:側|職員)?|説明員|出席者|当局|行政側|関係者)[\s　]+(?=\S)")
_PROSE = re.compile(
    r"。|です|ます|でした|ました|ので|という|について|として|ような|いただ|ござい|だと|においては|に対し|そうい"
)
_SPREAD = 10
_PAIR = re.compile(rf"(?:(?<=^)|(?<=[、，\s　]))({MEETING_ROLE})[:：](?=[^\s　])")
_NOBODY = re.compile(r"別紙|参照|省略|のとおり|以下同|名簿")


def attendees_of(lines: Sequence[str]) -> tuple[Attendee, ...]:
    """Those named as present in the lines of a section of attendees, in order, each name once.

    Blanks at a line's start and inside it are used: hand over the lines as they are in the document.
    """
    reader = Reader(shi=_honours(lines))
    rows = unwrapped(lines)
    for place, line in enumerate(rows):
        below = next((row for row in rows[place + 1 :] if row.strip()), "")
        reader.deeper = indent_of(below) > indent_of(line)
        _take(line, reader)
    release(reader, None)
    return tuple(dict.fromkeys(_once(reader.found)))


def holds(attendee: Attendee, role: str) -> bool:
    """Whether a speaker's role may be this attendee's: one of several, its end, or that of a member who leads."""
    if attendee.role is None:
        return True
    parts = [part for part in re.split(r"[、（）()・]", attendee.role) if part]
    members = any(_GROUP_ROLE.fullmatch(part) for part in parts)
    return any(part.endswith(role) for part in [attendee.role, *parts]) or (
        members and role.endswith(("会長", "座長", "委員長", "主査", "議長", "代理", "委員", "幹事"))
    )


def _honours(lines: Sequence[str]) -> bool:
    closed = sum(bool(re.search(r"氏(?=[\s（(、，]|$)", line)) for line in lines)
    return closed > 1 or sum(bool(line.strip()) for line in lines) < 4


def _once(found: Iterable[Attendee]) -> list[Attendee]:
    """One entry a person: of two with one name the one that says more; two that differ both stay."""
    kept: list[Attendee] = []
    for person in found:
        same = next((place for place, other in enumerate(kept) if _alike(person, other)), None)
        if same is None:
            kept.append(person)
        elif kept[same].role is None:
            kept[same] = person
    return kept


def _alike(one: Attendee, other: Attendee) -> bool:
    return one.name == other.name and (one.role is None or other.role is None or one.role == other.role)


def _take(raw: str, reader: Reader) -> None:
    if len(_PAIR.findall(raw)) > 1:
        # 委員長:岩井憲司、副委員長:須藤和臣
        raw = _PAIR.sub(r"\1　", raw)
    plain = raw.strip()
    if _is_spread(plain):
        return
    # Only the very next line can go on with an entry that the end of a line broke.
    rest, reader.rest = reader.rest, ""
    if not plain:
        release(reader, None)
        reader.roles, reader.open_name = [], False
        return
    if columns := columns_of(plain):
        reader.columns = columns
        return
    if reader.columns and (person := row_of(plain, reader.columns)):
        reader.found.append(person)
        return
    if _over(plain, reader) or (_PROSE.search(plain) and not plain.endswith("君")):
        return
    if reader.margin is not None and indent_of(raw) <= reader.margin:
        reader.margin = reader.group_role = None
    if ends_list(plain):
        reader.over = True
        return
    if people := latin_attendees(plain):
        reader.found.extend(people if not reader.absent else ())
        return
    text = _BULLET.sub("", raw.rstrip()).rstrip()
    bulleted = text != raw.rstrip()
    if _headed(text.strip(), reader) or reader.absent:
        return
    role = joined(plain)
    if reader.deeper and is_role(role) and not named_role(role) and len(plain.split()) in (1, len(role)):
        release(reader, None)
        reader.group, reader.group_role, reader.margin, reader.roles = None, role, indent_of(raw), []
        return
    reader.rest = "" if bulleted else rest
    _read(text.strip() if bulleted else raw.strip(), reader)


def _is_spread(plain: str) -> bool:
    """Whether a blank stands behind almost every character: where one name ends cannot be told."""
    words = plain.split()
    singles = sum(len(word) == 1 for word in words)
    return singles >= _SPREAD and singles >= 0.7 * len(words) and not SEAT.search(plain)


def _over(plain: str, reader: Reader) -> bool:
    """Whether the line is after the list (委員の異動) or of the absent, until a list of those present begins."""
    squeezed = joined(_BULLET.sub("", plain))
    if _ABSENT.match(squeezed):
        release(reader, None)
        reader.absent, reader.roles, reader.open_name = True, [], False
        return True
    if _OVER.search(squeezed) and not re.search(r"君$", squeezed) and len(squeezed) < 30 and not is_role(squeezed):
        release(reader, None)
        reader.over = True
        return True
    heading = bool(re.fullmatch(r"[#*\s]*(?:Attendees|Present|Participants)[:*\s]*", plain, re.IGNORECASE)) or bool(
        _HEADING.fullmatch(_COUNT.sub("", squeezed).rstrip(":："))
    )
    if heading:
        reader.over = reader.absent = False
    return reader.over


def _headed(text: str, reader: Reader) -> bool:
    """Whether the line is the heading of a group: of a party, a ministry, the members, the staff."""
    bare = re.sub(r"^[【［\[〔〈《＜<（(](.{1,30})[】］\]〕〉》＞>）)][：:]?$", r"\1", text)
    title = joined(_COUNT.sub("", bare)).rstrip(":：")
    marked = bare != text or title != joined(bare)
    if _HEADING.fullmatch(title) and title != "会長":
        release(reader, None)
        reader.group, reader.roles, reader.open_name = None, [], False
        reader.group_role = title if _GROUP_ROLE.fullmatch(title) else None
        return True
    if marked and not reader.roles and (is_party(title) or is_organisation(title)) and not is_role(title):
        release(reader, None)
        body = title.endswith(("委員会", "部会", "分科会", "審議会", "小委員会"))
        reader.group, reader.group_role, reader.open_name = None if body else title, None, False
        return True
    return marked and not reader.roles and bare != text and not could_be_name(title)


def _read(text: str, reader: Reader) -> None:
    """An ordinary line: entries parted by commas, or one row of columns, perhaps after 委員： or a ministry."""
    if _NOBODY.search(text):
        return
    text = _STAFF.sub("", _after_title(text, reader))
    if not text or _is_spaced_out(text):
        return
    parts = [part.strip() for part in re.split(r"[、，,;；](?![^（(]*[)）])", text)]
    if len(parts) > 1 or reader.rest:
        _listed(parts, reader)
    else:
        read_row(cells_of(text, reader.shi), reader)


def _after_title(text: str, reader: Reader) -> str:
    """What stands behind the last title of a line (幹事：金融庁総合政策課：佐藤管理官), each title noted."""
    while match := re.match(r"([^：:]+)[：:]", text):
        title = joined(match[1])
        if not _is_title(title):
            break
        release(reader, None)
        text = text[match.end() :].strip()
        group = bool(_HEADING.fullmatch(title))
        if group or _GROUP_ROLE.fullmatch(title):
            reader.group, reader.group_role = None, title if _GROUP_ROLE.fullmatch(title) else None
        elif is_role(title):
            reader.roles = [title]
        else:
            reader.group = title
    return text


def _is_spaced_out(text: str) -> bool:
    """Whether a row has a blank after every character, so that nothing shows where a name begins."""
    return bool(re.search(r"(?:(?<!\S)\S\s){9}", text + " "))


def _is_title(title: str) -> bool:
    return len(title) <= 40 and bool(
        is_role(title) or _HEADING.fullmatch(title) or is_organisation(title) or is_party(title)
        or re.search(r"[局部課室]$", title)
    )  # fmt: skip


def _listed(parts: Sequence[str], reader: Reader) -> None:
    """Entries parted by commas; one that was broken by the end of its line is joined."""
    release(reader, None)
    rows = [(part, cells_of(part, reader.shi)) for part in parts if part and part not in ("他", "ほか", "等")]
    if rows and reader.rest and parts[0] and not people_in(rows[0][1]):
        whole = reader.rest + rows[0][0]
        rows[0] = (whole, cells_of(whole, reader.shi))
        if people_in(rows[0][1]) and reader.found and reader.found[-1].name == joined(reader.rest):
            reader.found.pop()
    # 副市長 among them says that 企画部長 is a role too, and 企画 nobody's name.
    offices = any(is_office_alone(part) for part, _ in rows)
    for _, cells in rows:
        people = [cell for cell in cells if cell.kind != "person" or not cell.ambiguous] if offices else cells
        reader.roles = []
        read_row(people, reader, listed=True)
    reader.roles = []
    reader.rest = parts[-1]
