"""What a speaker's label says: the role, the name, and where the name is from. No name rather than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from index.layouts.passages import tidy
from index.minutes import Attendee, NameSource, Speaker
from index.roster import person_at, terms

_HONORIFIC = r"(?:君|くん|氏|さん|さま|様|殿)"
_SEAT = re.compile(r"(?:[0-9０-９]{1,3}|[〇一二三四五六七八九十百]{1,6})番")
_BRACKET = re.compile(r"^([^（(]*)[（(]([^（）()]{1,20})[)）](.*)$")

# Roles that follow a surname directly: 渡辺幹事, 岸田内閣総理大臣.
_ROLES = (
    "委員長代理|副委員長|委員長|分科会長代理|分科会長|部会長代理|部会長|会長代理|会長代行|副会長|会長|議長代理|副議長|仮議長|議長|"
    "副座長|座長|主査代理|主査|臨時委員|専門委員|特別委員|委員|議員|幹事長|副幹事|幹事|関係官|参考人|公述人|理事長|副理事長|理事|"
    "監事|評議員|構成員|オブザーバー|参事官|審議官|政務官|長官|教授|先生|顧問|参与|専門員|研究員|弁護士|総裁|総理|補佐官|記者|"
    "事務局長|教育長|館長|国務大臣|内閣総理大臣|内閣官房長官|内閣府特命担当大臣|総務大臣|法務大臣|外務大臣|財務大臣|文部科学大臣|"
    "厚生労働大臣|農林水産大臣|経済産業大臣|国土交通大臣|環境大臣|防衛大臣|復興大臣|デジタル大臣|大臣政務官|副大臣|大臣"
)
_SURNAME_AND_ROLE = re.compile(rf"(.*?)({_ROLES})")
# In brackets of their own these follow a name too; elsewhere 品川区長 is the mayor of 品川.
_NAME_AND_ROLE = re.compile(rf"(.*?)({_ROLES}|副?(?:区長|市長|町長|村長|知事))")
_CHAIRS = ("議長", "委員長", "会長", "座長", "主査", "司会", "議長代理", "代理", "代行", "進行", "分科会長", "部会長")

# Words that make what stands before a role part of the role: 総務大臣, 監査委員, 文部科学副大臣.
_OFFICE_WORDS = re.compile(
    r"内閣|総務|外務|法務|財務|文部|科学|厚生|労働|農林|水産|経済|産業|国土|交通|環境|防衛|金融|復興|デジタル|官房|総理|特命|担当|"
    r"国務|公安|消費|行政|規制|地方|少子|沖縄|北方|原子力|少年|拉致|万博|教育|監査|人事|選挙|農業|専門|臨時|特別|常任|筆頭|幹事|"
    r"委員|事務|審議|企画|政策|総括|統括|代表|首席|主席|次席|議会|総合|調整|審査|運営|常務|専務|執行|公益|学識|"
    r"一般|関係|上席|主任|大臣|協議|評価|調査|検討|推進|組合|市民|都民|区民|住民|名誉|終身|筆頭|女性|男性|外部|民間|有識|行革|税制"
)
_NO_SURNAME = frozenset(["副", "仮", "元", "前", "新", "各", "全", "本", "当", "同", "他", "第", "両", "司会", "進行"])
_NAME = re.compile(r"[\u3400-\u9fff々ヶヵゝゞ\u3041-\u3096\u30a1-\u30fa\u30fc𠮷-𪛖]{1,10}")
_ROLE_END = re.compile(
    r"(?:長|員|官|監|事|臣|人|者|局|課|室|君|氏|様|殿|さん|くん|授|代理|代行|補佐|司会|進行|代表|参与|顧問|主査|主幹|主任|秘書|総裁|総理|"
    r"技師|医師|先生|担当|士|理事|幹事|監査|書記|会計|役|教諭|頭|番|オブザーバー?|アドバイザー|委託|主席|首席|付|係|リーダー|マネージャー|"
    r"ディレクター|[A-Z]委員)$"
)
_NOT_A_ROLE = re.compile(
    r"議事|出席|欠席|会議|傍聴|資料|議題|日時|日程|場所|次第|開会|閉会|配布|配付|名簿|事項|事件|付した|諸般|案件|委員会$|議員数|定数|一覧|記事|"
    r"について|報告事|審議事|説明のため|職務のため|検討事|協議事|署名|参考$|目次|概要"
)
_PARTICLE_END = re.compile(r"[はがをにでともへや]$")
_PUNCTUATION = re.compile(r"[、。，．,！？!?「」『』；;…]")


def looks_like_label(text: str) -> bool:
    """Whether `text` could be a speaker's label by its form: short, no sentence, ends as a role or a name does."""
    plain = tidy(text)
    if not 1 <= len(plain) <= 45 or _PUNCTUATION.search(plain) or _NOT_A_ROLE.search(plain):
        return False
    bracket = _BRACKET.match(plain)
    if bracket:
        before, inside, after = bracket.groups()
        if after:
            return bool(_ROLE_END.search(after)) or bool(re.fullmatch(_HONORIFIC, after))
        if re.search(_HONORIFIC + "$", inside) or _ROLE_END.search(inside):
            return True
        return bool(_ROLE_END.search(before))
    return bool(_ROLE_END.search(plain))


def speaker_of(label: str, names_in_brackets: bool = False) -> Speaker:
    """What the label alone says; `names_in_brackets` where this file's labels are 市長（迫俊哉） throughout."""
    plain = tidy(label)
    bracket = _BRACKET.match(plain)
    if bracket and not bracket[3]:
        return replace(_bracketed(bracket[1], bracket[2], names_in_brackets), label=plain)
    if bracket:  # 中村（謙）関係官: the initial belongs to the surname
        inner = _unbracketed(bracket[1] + bracket[3])
        if inner.name == bracket[1]:
            return Speaker(plain, inner.role, f"{bracket[1]}（{bracket[2]}）", "label")
        return Speaker(plain, inner.role)
    return _unbracketed(plain)


def _bracketed(before: str, inside: str, names_in_brackets: bool) -> Speaker:
    """知事（小池百合子君）, 市長（迫俊哉）, ２９番（木村ひでこ議員）, （青木克德区長）."""
    bare = re.sub(_HONORIFIC + "$", "", inside)
    inner_name, inner_role = split_role(bare, _NAME_AND_ROLE)
    if not _role(before) and inner_role:
        return Speaker(inside, inner_role, inner_name, "label" if inner_name else None)
    outer = _unbracketed(before)
    if bare == inside and (outer.name or not re.search("[\u3041-\u3096\u3400-\u9fff]", bare)):
        return outer if before else Speaker(inside)
    of_a_role = names_in_brackets and bool(_ROLE_END.search(before)) and not _OFFICE_WORDS.search(bare)
    if _is_name(bare) and (bare != inside or of_a_role or (names_in_brackets and not _role(before))):
        return Speaker(inside, _role(before), _joined(bare), "label")
    return outer if before else Speaker(inside)


def _role(words: str) -> str | None:
    return None if not words or _SEAT.fullmatch(words) else words


def _unbracketed(plain: str) -> Speaker:
    if re.search(_HONORIFIC + "$", plain):
        bare = re.sub(_HONORIFIC + "$", "", plain)
        seat = _SEAT.match(bare)
        name = bare[seat.end() :] if seat else bare
        if _ROLE_END.search(name):
            return replace(_unbracketed(name), label=plain)
        return Speaker(plain, None, _joined(name), "label") if _is_name(_joined(name)) else Speaker(plain)
    surname, role = split_role(plain)
    return Speaker(plain, role, surname, "label" if surname else None)


def split_role(words: str, pattern: re.Pattern[str] = _SURNAME_AND_ROLE) -> tuple[str | None, str | None]:
    """(name, role) of 渡辺幹事, 岸田内閣総理大臣, 外務大臣; the name is None where the words do not show it."""
    office = max((term.role for term in terms() if words.endswith(term.role)), key=len, default=None)
    match = None if office else pattern.fullmatch(words)
    role = office or (match[2] if match else None)
    if role is None:
        return None, words if _ROLE_END.search(words) else None
    before = words[: -len(role)]
    if not before:
        return None, role
    return (before, role) if _is_surname(before) else (None, words)


def _is_surname(words: str) -> bool:
    if len(words) > 6 or words in _NO_SURNAME or not _is_name(words):
        return False
    return not _OFFICE_WORDS.search(words) and not _ROLE_END.search(words[1:])


def _is_name(words: str) -> bool:
    return bool(_NAME.fullmatch(_joined(words)))


def _joined(name: str) -> str:
    return re.sub(r"\s+", "", name)


def chairs(speakers: Iterable[Speaker]) -> frozenset[str]:
    """The labels of those who lead the meeting: where there is a 議長, a 委員長 only reports to it."""
    leading = {one.label: one.role or one.label for one in speakers if (one.role or one.label).endswith(_CHAIRS)}
    presiding = {label for label, role in leading.items() if role.endswith(("議長", "議長代理"))}
    return frozenset(presiding or leading)


@dataclass(frozen=True, slots=True)
class People:
    """Completes speakers from the attendees and the roster."""

    attendees: tuple[Attendee, ...]
    day: date | None

    def completed(self, speaker: Speaker) -> Speaker:
        """The speaker with a name where one attendee, or the roster on that day, leaves no doubt."""
        if speaker.name:
            person = self._attendee(speaker.name, speaker.role)
            if person is None:
                return speaker
            source: NameSource = "label" if person.name == speaker.name else "attendees"
            return replace(speaker, name=person.name, name_from=source, affiliation=person.affiliation)
        if known := self._by_surname(speaker.label):
            return known
        if speaker.role and (name := _only(one.name for one in self.attendees if one.role == speaker.role)):
            return replace(speaker, name=name, name_from="attendees")
        if speaker.role and self.day and (name := person_at(speaker.role, self.day)):
            return replace(speaker, name=name, name_from="roster")
        return speaker

    def _by_surname(self, label: str) -> Speaker | None:
        """塔ノ木課長, where one 図書館課長　塔ノ木誠司 attends: both the name and the role must agree."""
        found = [
            Speaker(label, label[cut:], one.name, "attendees", one.affiliation)
            for one in self.attendees
            for cut in range(2, len(label) - 1)
            if one.name and one.role and one.name.startswith(label[:cut]) and one.role.endswith(label[cut:])
        ]
        return found[0] if len(found) == 1 else None

    def _attendee(self, surname: str, role: str | None) -> Attendee | None:
        alike = [one for one in self.attendees if one.name and one.name.startswith(surname)]
        if len(alike) != 1:
            return None
        person = alike[0]
        return person if person.role is None or role is None or person.role.endswith(role) else None


def confirmed(attendees: Iterable[Attendee], speakers: Iterable[Speaker]) -> tuple[Attendee, ...]:
    """Attendees whose role and name run together, parted as a label of the same words parts them.

    副知事長谷川明君 may be a 副知事長 named 谷川明; ○副知事（長谷川明君） says that he is not.
    """
    parted = {f"{one.role}{one.name}": one for one in speakers if one.role and one.name and one.name_from == "label"}
    return tuple(
        replace(one, role=known.role, name=known.name) if (known := parted.get(f"{one.role}{one.name}")) else one
        for one in attendees
    )


def _only(names: Iterable[str | None]) -> str | None:
    found = set(names)
    return found.pop() if len(found) == 1 else None


_TITLE_END = re.compile(r"(?:長|監|員|事|臣|官|兼務|兼職|者|役|授|補佐|主査|主任|担当|局|総裁|代理)$")
_STILL_A_ROLE = re.compile(
    r"局長|部長|課長|室長|知事|委員会|委員長|本部長|事務局|兼務|次長|監督|^補佐|^代理|主査|審議官|^総監|^長|^官|^会"
)


def attendees_in(line: str) -> list[Attendee]:
    """The people named in one line of a list of attendees, in one column or several."""
    seats = list(_SEAT.finditer(line))
    if seats:
        starts = [seat.start() for seat in seats] + [len(line)]
        parts = [line[start:end] for start, end in pairwise(starts)]
    else:
        parts = re.split(r"[、，,]|(?<=君)[\s　]+|[\s　]{4,}", line)
    return [person for part in parts if (person := attendee_of(part))]


def attendee_of(words: str) -> Attendee | None:
    """One entry of a list of attendees (知事小池百合子君, 一番古城まさお君), or None where it cannot be told apart."""
    aside = re.search(r"[（(]([^（）()]{1,30})[)）]\s*$", words)
    if aside and aside.start():
        person = attendee_of(words[: aside.start()])
        return replace(person, affiliation=aside[1]) if person else None
    plain = _joined(words)
    bare = re.sub(_HONORIFIC + "$", "", plain)
    seat = _SEAT.match(bare)
    if seat:
        return Attendee(bare[seat.end() :]) if _is_name(bare[seat.end() :]) else None
    spaced = re.match(r"^(\S+?)[\s　]+(\S.{0,9})$", re.sub(_HONORIFIC + "$", "", words.strip()))
    if spaced and _ROLE_END.search(spaced[1]) and not _ROLE_END.search(_joined(spaced[2])) and _is_name(spaced[2]):
        name = _joined(spaced[2])
        if len(name) >= 3:
            return Attendee(name, spaced[1])
    if bare == plain:
        return None
    return _titled(bare) or (
        Attendee(bare) if _is_name(bare) and len(bare) <= 8 and not _ROLE_END.search(bare) else None
    )


def _titled(bare: str) -> Attendee | None:
    """The shortest title after which a name is left: 副知事|長谷川明, 選挙管理委員会事務局長|黒田祥之."""
    for cut in range(1, len(bare) - 1):
        title, name = bare[:cut], bare[cut:]
        if (
            cut > 1
            and _TITLE_END.search(title)
            and 2 <= len(name) <= 8
            and not _STILL_A_ROLE.search(name)
            and _is_name(name)
        ):
            return Attendee(name, title)
    return None
