"""Whether a name, role or title that somebody gives is that of a speaker or meeting of the index."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from index.minutes import Speaker
from index.offices import canonical
from index.store import MeetingRow

# What printed labels have around them: ◯外務大臣, 【会長】, 田中：
LABEL_MARKS = "○◯〇◆◎△■●【】〔〕:： \u3000"
HONORIFICS = ("君", "氏", "さん", "様", "先生")
# Variants of one character in names. They match in a question and never merge two people.
VARIANTS = str.maketrans("髙﨑邉邊齋齊斎澤廣濵濱渕淵德眞惠櫻國嶋嶌冨富", "高崎辺辺斉斉斉沢広浜浜淵淵徳真恵桜国島島富富")


@lru_cache(maxsize=1 << 16)
def name_key(text: str) -> str:
    """A name, label or title as it is compared.

    NFKC, lower case, one form of kanji variants; without marks around it, blanks and honorific.
    """
    plain = unicodedata.normalize("NFKC", text.strip(LABEL_MARKS))
    key = "".join(plain.split()).translate(VARIANTS).casefold()
    for honorific in HONORIFICS:
        if len(key) > len(honorific) + 1 and key.endswith(honorific):
            return key.removesuffix(honorific)
    return key


def speaker_matches(value: str, speaker: Speaker) -> bool:
    """Whether a filter's value names this speaker: label, role, name, affiliation, or surname with role."""
    key = name_key(value)
    role, name = name_key(speaker.role or ""), name_key(speaker.name or "")
    if key in {name_key(speaker.label), role, name, name_key(speaker.affiliation or "")} - {""}:
        return True
    if speaker.role and canonical(value) == canonical(speaker.role):
        return True
    if not name:
        return False
    if len(key) > 1 and name.startswith(key) and len(name) > len(key):
        return True
    # 小池知事, 林大臣: a surname and the office, in full or its last word.
    for office in {role, *(end for end in OFFICE_ENDS if role.endswith(end))} - {""}:
        surname = key.removesuffix(office)
        if surname != key and surname and name.startswith(surname):
            return True
    return False


OFFICE_ENDS = ("大臣", "長官", "知事", "市長", "議員", "委員", "局長", "部長", "課長", "会長", "参考人", "総理")


def meeting_matches(value: str, row: MeetingRow) -> bool:
    """Whether a filter's value names this meeting: its id, its title or a part of it, or a path of its file."""
    key = name_key(value)
    if value == row.meeting.id or any(value == source.path for source in row.sources):
        return True
    return bool(key) and key in name_key(row.meeting.title or "")
