"""What the words of a label say by their form: whether they are one, and which part is role and which name."""

from __future__ import annotations

import re

from index.layouts.attendees.names import HONORIFIC, SEAT, joined
from index.layouts.passages import tidy
from index.roster import terms

LONGEST = 70
"""Characters of the longest label: offices held at once are printed in one word."""
BRACKET = re.compile(r"^([^（(]*)[（(]([^（）()]{1,20})[)）](.*)$")

# Roles that follow a surname directly: 渡辺幹事, 岸田内閣総理大臣.
_ROLES = (
    "委員長代理|副委員長|委員長|分科会長代理|分科会長|部会長代理|部会長|会長代理|会長代行|副会長|会長|議長代理|副議長|仮議長|議長|"
    "副座長|座長|主査代理|主査|臨時委員|専門委員|特別委員|委員|議員|政府参考人|幹事長|副幹事|幹事|関係官|参考人|公述人|理事長|副理事長|理事|"
    "監事|評議員|構成員|証人|書記|オブザーバー|参事官|審議官|政務官|長官|教授|先生|顧問|参与|専門員|研究員|弁護士|総裁|総理|補佐官|記者|"
    "事務局長|教育長|館長|国務大臣|内閣総理大臣|内閣官房長官|内閣府特命担当大臣|総務大臣|法務大臣|外務大臣|財務大臣|文部科学大臣|"
    "厚生労働大臣|農林水産大臣|経済産業大臣|国土交通大臣|環境大臣|防衛大臣|復興大臣|大蔵大臣|通商産業大臣|運輸大臣|郵政大臣|労働大臣|建設大臣|自治大臣|厚生大臣|文部大臣|デジタル大臣|大臣政務官|副大臣|大臣"
)
_SURNAME_AND_ROLE = re.compile(rf"(.*?)({_ROLES})")
# In brackets of their own these follow a name too; elsewhere 品川区長 is the mayor of 品川.
NAME_AND_ROLE = re.compile(rf"(.*?)({_ROLES}|副?(?:区長|市長|町長|村長|知事))")
CHAIRS = ("議長", "委員長", "会長", "座長", "主査", "司会", "議長代理", "代理", "代行", "進行", "分科会長", "部会長")

# Words that make what stands before a role part of the role: 総務大臣, 監査委員, 文部科学副大臣.
OFFICE_WORDS = re.compile(
    r"内閣|総務|外務|法務|財務|文部|科学|厚生|労働|農林|水産|経済|産業|国土|交通|環境|防衛|金融|復興|デジタル|官房|総理|特命|担当|"
    r"大蔵|通商|運輸|郵政|建設|自治|企画庁|技術庁|国務|公安|消費|行政|規制|地方|少子|沖縄|北方|原子力|少年|拉致|万博|教育|監査|人事|選挙|農業|専門|臨時|特別|常任|筆頭|幹事|"
    r"委員|事務|審議|企画|政策|総括|統括|代表|首席|主席|次席|議会|総合|調整|審査|運営|常務|専務|執行|公益|学識|"
    r"一般|関係|上席|主任|大臣|協議|評価|調査|検討|推進|組合|市民|都民|区民|住民|名誉|終身|筆頭|女性|男性|外部|民間|有識|行革|税制"
)
_SOLE_ROLE = re.compile(rf"(?:{_ROLES}|副?(?:区長|市長|町長|村長|知事)|事務局|司会|進行|[A-ZＡ-Ｚ]委員|委員[A-ZＡ-Ｚ])")
_OFFICE_END = re.compile(
    r".(?:大臣|長官|局長|部長|課長|室長|次長|参事官|審議官|委員長|会長|議長|座長|事務局長|補佐|次官|理事長|社長|学長|所長|院長|総長|校長|園長|署長|頭取|会頭|支部長|組合長|記者|広報官|報道官|副?[都道府県市区町村]長|知事)$"
)
# Ａ委員, ○○委員, 委員Ｂ: the role stands, the name does not.
_HIDDEN = re.compile(rf"(?:[○●◯〇*＊×■□]{{1,4}}|[A-ZＡ-Ｚ])(?P<role>{_ROLES})")
# ２番, ２番（布施）, ３番森議員.
_SEATED = re.compile(rf"{SEAT.pattern}(?:\S{{1,8}}(?:議員|委員|君))?(?:[（(].{{1,12}}[)）])?")
# 青空新聞記者, 町内会長, 複数の委員: a body or a number of people before the role, no surname.
_BODY_WORDS = re.compile(
    "大学|新聞|放送|通信|図書|学校|病院|商工|経団連|社協|連合|組合|クラブ|町内|地元|複数|一部|政府|紹介|団体|中央|女性|男性|[会社学連の]$"
)
_NO_SURNAME = frozenset(["副", "仮", "元", "前", "新", "各", "全", "本", "当", "同", "他", "第", "両", "司会", "進行"])
_NAME = re.compile(r"[\u3400-\u9fff々ヶヵゝゞ\u3041-\u3096\u30a1-\u30fa\u30fc𠮷-𪛖]{1,10}")
ROLE_END = re.compile(
    r"(?:長|員|官|兼務|兼職|事務取扱|監|事|臣|人|者|局|課|室|君|氏|様|殿|さん|くん|授|代理|代行|補佐|司会|進行|代表|参与|顧問|主査|主幹|主任|秘書|総裁|総理|"
    r"技師|医師|先生|担当|士|理事|幹事|監査|書記|会計|役|教諭|頭|番|オブザーバー?|アドバイザー|委託|主席|首席|付|係|リーダー|マネージャー|"
    r"ディレクター|[A-ZＡ-Ｚ]委員|(?:委員|者|議員|記者|参考人)[A-ZＡ-Ｚ0-9０-９]|(?<![疑応])[问問答])$"
)
_NOT_A_ROLE = re.compile(
    r"議事(?!部長|課長|調査|係長|総務)|出席|欠席|会議(?!員)|質疑|委員会室|傍聴|資料|議題|日時|日程|場所|次第|開会|閉会|配布|配付|名簿|事項|事件|付した|諸般|案件|委員会$|議員数|定数|一覧|記事|"
    r"について|報告事|審議事|説明のため|職務のため|検討事|協議事|署名|参考$|目次|概要"
)
_PARTICLE_END = re.compile(r"[はがをにでともへや]$")
_PUNCTUATION = re.compile(r"[、。，．,！？!?「」『』；;…]")


def is_person(label: str) -> bool:
    """Whether a label by itself can only be a person's: a known office, or a surname or name before a role."""
    plain = tidy(label)
    if not looks_like_label(plain):
        return False
    bracket = BRACKET.match(plain)
    if _SEATED.fullmatch(plain):
        return True
    if bracket and not bracket[3]:
        return is_person(bracket[1]) if bracket[1] else is_person(bracket[2])
    if re.search(HONORIFIC + "$", plain):
        return is_name(re.sub(HONORIFIC + "$", "", plain))
    if bracket:
        return is_person(bracket[1] + bracket[3])  # 石田（秀）委員
    name, role = split_role(plain)
    return bool(name) or bool(_SOLE_ROLE.fullmatch(plain)) or (role is not None and bool(_OFFICE_END.search(plain)))


def looks_like_label(text: str) -> bool:
    """Whether `text` could be a speaker's label by its form: short, no sentence, ends as a role or a name does."""
    plain = tidy(text)
    if not 1 <= len(plain) <= LONGEST or _PUNCTUATION.search(plain) or _NOT_A_ROLE.search(plain):
        return False
    bracket = BRACKET.match(plain)
    if bracket:
        before, inside, after = bracket.groups()
        if after:
            return bool(ROLE_END.search(after)) or bool(re.fullmatch(HONORIFIC, after))
        if re.search(HONORIFIC + "$", inside) or ROLE_END.search(inside):
            return True
        return bool(ROLE_END.search(before))
    return bool(ROLE_END.search(plain))


def split_role(words: str, pattern: re.Pattern[str] = _SURNAME_AND_ROLE) -> tuple[str | None, str | None]:
    """(name, role) of 渡辺幹事, 岸田内閣総理大臣, 外務大臣; the name is None where the words do not show it."""
    if hidden := _HIDDEN.fullmatch(words):
        return None, hidden["role"]
    office = max((term.role for term in terms() if words.endswith(term.role)), key=len, default=None)
    match = None if office else pattern.fullmatch(words)
    role = office or (match[2] if match else None)
    if role is None:
        return None, words if ROLE_END.search(words) else None
    before = words[: -len(role)]
    if not before:
        return None, role
    return (before, role) if _is_surname(before) else (None, words)


def _is_surname(words: str) -> bool:
    if len(words) > 6 or words in _NO_SURNAME or not is_name(words):
        return False
    return not OFFICE_WORDS.search(words) and not _BODY_WORDS.search(words) and not ROLE_END.search(words[1:])


def is_name(words: str) -> bool:
    """Whether the words have the form of a Japanese name, blanks between their letters aside."""
    return bool(_NAME.fullmatch(joined(words)))
