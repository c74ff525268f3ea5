"""Words of lists of people: which is a role, which an organisation, which a name. In doubt none of them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Dictionary

HONORIFIC = r"(?:君|くん|氏|さん|さま|様|殿)"
SEAT = re.compile(r"(?:[0-9０-９]{1,3}|[〇一二三四五六七八九十百]{1,6})番")

# Roles of a meeting that follow a name directly: 荒牧委員, 渡邉光一郎会長.
MEETING_ROLE = (
    r"(?:(?:副|仮)?(?:委員長|分科会長|部会長|小委員長|会長|議長|座長|主査|主席)(?:代理|代行|職務代理者)?|"
    r"(?:臨時|専門|特別|常任|運営)?委員|議員|副?幹事長?|関係官|参考人|公述人|評議員|構成員|オブザーバー|アドバイザー|"
    r"(?:副)?理事長?|監事|教授|准教授|座長代理|記者)"
)
# Offices of the executive that follow a surname directly: 簗文部科学副大臣, 麻生財務大臣.
_EXECUTIVE = (
    r"(?:[部局課室係次所署館園校社総団班場省庁台科支]長|本部長|センター長|事務局長|管理監|管理官|統括官|審議官|参事官|企画官|調整官|"
    r"政策官|調査官|書記官|専門官|補佐官|秘書官|事務次官|次官|長官|大臣|政務官|総括官|監視官|分析官|事務官|技監|課長補佐|室長補佐|"
    r"教育長|(?:官房|局|課|部)付|主任|主幹|参事|係員|監理官|推進官|検査官|次席)"
)
_ROLE_ENDS = (
    rf"(?:{MEETING_ROLE}|{_EXECUTIVE}|[学院区市町村郡支]長|組合長|教育長|消防長|組長|事務長|船長|知事|総監|監督|警視|総裁|総理|"
    r"代表|代表取締役|取締役|執行役員|監査役|相談役|役員|顧問|参与|主事|書記|技師|技官|技監|秘書|管理者|会計管理者|"
    r"事務総長|総長|学長|専門員|研究員|調査員|推進員|説明員|政府委員|速記者|記録員|講師|助教|助手|校医|補佐人|証人|"
    r"(?:会計|常務|専務|代表)理事|[一-龯]員|フェロー|プロデューサー|マネージャー|ディレクター|リーダー|チーフ|"
    r"調整担当|コーディネーター|ＣＥＯ|CEO|司会|進行|主宰|係|担当|兼務|事務取扱|補佐|代理|代行|職務代理者|記録|庶務|監査)"
)
_ROLE = re.compile(rf"(?:[^、，。・：:\s]|・|[一-龯]・[一-龯])*?{_ROLE_ENDS}(?:補|心得|級)?")
# What ends like a role and names a group, a place or a list.
_NO_ROLE = re.compile(r"出席|欠席|名簿|一覧|全員|各位|別紙|以下|その他|なし|人数")

# Words that open the name of an office or stand inside it: no surname holds them.
_OFFICE_WORD = re.compile(
    r"内閣|大蔵|通商|運輸|自治|総務|外務|法務|財務|文部|科学|厚生|労働|農林|農業|水産|経済|産業|国土|交通|環境|防衛|金融|復興|デジタル|官房|総理|特命|担当|"
    r"国務|公安|消費|行政|規制|地方|少子|沖縄|北方|原子力|少年|教育|監査|人事|選挙|専門|臨時|特別|常任|筆頭|事務|審議|企画|政策|"
    r"総括|統括|統轄|代表|首席|主席|次席|議会|議事|総合|調整|審査|運営|常務|専務|執行|公益|学識|一般|関係|上席|主任|大臣|協議|評価|"
    r"調査|検討|推進|組合|市民|都民|区民|住民|町民|村民|県民|国民|名誉|女性|男性|外部|民間|有識|行革|税制|事業|技術|研究|施設|福祉|"
    r"保健|健康|医療|病院|建設|建築|土木|都市|住宅|整備|管理|会計|税務|主計|主税|理財|国際|広報|情報|統計|計画|開発|振興|観光|文化|"
    r"生活|衛生|清掃|子ども|こども|子育|児童|高齢|障害|障がい|介護|保育|学校|学務|生涯|図書|博物|美術|消防|警察|警視|危機|防災|"
    r"港湾|空港|水道|下水|道路|河川|公園|緑化|林務|畜産|食品|食育|商工|商業|工業|労政|雇用|職業|人権|契約|用地|資産|収納|納税|"
    r"戸籍|支所|出張|本庁|秘書|庶務|渉外|法制|法規|訟務|刑事|民事|民政|保護|矯正|入国|司法|予算|決算|経営|経理|経営|資金|支援|"
    r"広域|地域|地区|まち|街づ|みどり|ごみ|資源|エネルギー|電力|通信|放送|郵政|基盤|基準|認証|連携|安全|安心|対策|指導|相談|協働|"
    r"男女|共同|政府|民生|選考|選定|起草|分科|部会|正副|担当|弁護士|準備|実行|労働者|使用者|公労使|会派|代表者|出席|欠席|参画|多文化|交流|スポーツ|オリンピック|競輪|競馬|競艇|大学|高等|中等|初等|義務|幼児|幼稚|小学|中学|高校|社会|"
    r"宇宙|海洋|海上|気象|航空|自動車|鉄道|物流|貨物|観測|特許|知的|知財|公正|取引|人材|組織|制度|副"
)
_REGION = re.compile(
    "北海道|東北|関東|北陸|甲信越|中部|東海|関西|近畿|中国|四国|九州|沖縄|東京|京都|大阪|日本|全国|本[省府庁市区県]|当局|札幌|仙台|"
    "横浜|名古屋|神戸|広島|福岡|各[省府]|関係|第[一二三]"
)
_ORGANISATION = re.compile(
    r"大学|学院|学校|高校|高専|小学校|中学校|幼稚園|保育園|研究所|研究会|研究機構|総研|総合研究|会社|（株）|\(株\)|㈱|銀行|証券|保険|"
    r"商事|物産|製作所|工業|電機|電力|製薬|新聞|放送|法人|協会|連盟|連合|組合|協議会|商店会|商工会|会議所|機構|財団|社団|センター|"
    r"病院|クリニック|医師会|薬剤師会|弁護士|税理士|会計士|司法書士|行政書士|社労士|法律事務所|事務所|監査法人|評論家|ジャーナリスト|"
    r"作家|グループ|ホールディングス|ＮＰＯ|NPO|自治会|町内会|市民公募|公募|学識経験|住民代表|[都道府県市区町村]$|省|庁(?!舎)|"
    r"[都道府県市区町村](?:立|議会|役所|役場|知事|長|副)|団体|委員会|総合政策|党|会派|Inc|Ltd|University|Foundation"
)
_AUTHORITY = re.compile(r"[省庁局]|委員会|内閣|[都道府県市区町村](?:長|副|民|立)|官房")
_PRIVATE = re.compile(
    "大学|学院|会社|（株）|㈱|銀行|法人|協会|連盟|連合|組合|会議所|財団|社団|新聞|総研|弁護士|税理士|会計士"
)
_INSTITUTE = re.compile("学校|機構|研究所|センター|病院|協議会")
_PARTY = re.compile(
    r"(?:党|クラブ|フォーラム|会派|ネットワーク|ファースト(?:の会)?|維新(?:の会)?|の会|市民の声|県民の声|公明|自民|立憲|民主|共産|無所属|"
    r"議員団|県議団|市議団|区議団|都議団|連合|改革|新風|みらい|未来|清流|創生|政友会|政和会|新政会|市政会|自民会|会$)"
)
_NAME = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〆ヶヵゝゞヽヾ\u3041-\u3096\u30a1-\u30fa\u30fc𠀀-𪛖]{1,12}")
_NO_NAME = re.compile(
    r"[員局課庁係者組署党派席欠料件号]|会議|資料|議案|議事|議題|日時|場所|出席|会場|報告|次第|開会|閉会|配付|配布|概要|以上|同上|"
    r"全員|なし|別紙|省略|敬称|五十音|順不同|傍聴|事務|関係|代理|代表|委任|氏名|所属|役職|備考|名簿|一覧|午前|午後|時分|年度|団体|"
    r"機関|大学|会社|企業|学識|公募|市民|住民|消費|経済|産業|国土|環境|文部|厚生|総務|財務|外務|法務|内閣|令和|平成|昭和|その他|"
    r"ほか|および|及び|並び|または|から|まで|です|ます|する|には|では|より|ください"
)


def is_role(words: str) -> bool:
    """Whether the words are a role by their last part: 競輪事業部長, 委員, 財務大臣."""
    return bool(_ROLE.fullmatch(words)) and not _NO_ROLE.search(words)


def is_organisation(words: str) -> bool:
    """Whether the words name, or begin with, an organisation or what stands for one: 恵泉女学園大学教授, 税理士."""
    return bool(_ORGANISATION.search(words))


def could_only_be_organisation(words: str) -> bool:
    """Whether the words name an organisation and no person: みどり連合会 does, 北村 with its last 村 does not."""
    return bool(_PRIVATE.search(words) or _INSTITUTE.search(words)) or (
        is_organisation(words) and not could_be_name(words)
    )


def is_public_office(words: str) -> bool:
    """Whether a role is one of an authority, named or not: 厚生労働省健康局長, 学校教育担当部長, 保健センター所長."""
    of_office = _AUTHORITY.search(words) or re.search("[部局課室係次所]長$", words)
    return is_role(words) and bool(of_office) and not _PRIVATE.search(words)


def is_party(words: str) -> bool:
    """Whether the words could be the name of a group in an assembly: 自由民主党, 県民フォーラム."""
    return bool(_PARTY.search(words)) and not is_role(words) and not _NO_ROLE.search(words)


def joined(words: str) -> str:
    """A name without the blanks that spread it over its field."""
    return re.sub(r"\s+", "", words)


def could_be_name(words: str) -> bool:
    """Whether a full name may be written so: by its characters and length, and because it holds no other word."""
    name = joined(words)
    longest = 10 if re.search("[\u3041-\u3096]", name) else 8
    return 2 <= len(name) <= longest and bool(_NAME.fullmatch(name)) and not _NO_NAME.search(name)


# Forms that the dictionary lists under another one.
_VARIANTS = str.maketrans("髙﨑德眞惠", "高崎徳真恵")


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary

    return Dictionary(dict="core")


@cache
def is_surname(words: str) -> bool:
    """Whether the dictionary of Sudachi knows the words as a surname, and this list knows them as no region."""
    if _REGION.fullmatch(words) or not words:
        return False
    plain = words.translate(_VARIANTS)
    return any(word.part_of_speech()[3] == "姓" for form in {words, plain} for word in _dictionary().lookup(form))


def named_role(words: str) -> tuple[str, str] | None:
    """(name, role) of 荒牧委員, 小林真由美委員, 菅原産業技術環境局長; None where they cannot be told apart."""
    if re.fullmatch(MEETING_ROLE, words):
        return None
    meeting = re.fullmatch(rf"(.+?)({MEETING_ROLE})", words)
    if meeting and len(meeting[1]) <= 6 and _NAME.fullmatch(meeting[1]) and not _OFFICE_WORD.search(meeting[1]):
        doubtful = (
            is_role(meeting[1])
            or _PRIVATE.search(meeting[1])
            or re.search("論説|編集|解説|[副仮前元新各全両同]$", meeting[1])
        )
        return None if doubtful or _REGION.fullmatch(meeting[1]) else (meeting[1], meeting[2])
    if not re.fullmatch(rf".+?(?:{_EXECUTIVE}|{MEETING_ROLE})", words):
        return None
    cuts = [cut for cut in range(1, min(4, len(words) - 1)) if _parts(words[:cut], words[cut:])]
    return (words[: cuts[0]], words[cuts[0] :]) if len(cuts) == 1 else None


def _parts(surname: str, office: str) -> bool:
    """菅原|産業技術環境局長, 柏木|部長: a known surname, then the beginning of an office or all of it."""
    if not is_surname(surname) or _OFFICE_WORD.search(surname):
        return False
    return bool(_OFFICE_WORD.match(office)) or bool(re.fullmatch(_EXECUTIVE, office))


def is_office_alone(words: str) -> bool:
    """Whether the words are an office that begins with no surname: 副市長, 総務部長."""
    return is_role(words) and bool(
        _OFFICE_WORD.match(words)
        or re.fullmatch(rf"副?(?:[市区町村]長|知事|議長|会長|委員長|{_EXECUTIVE})|教育長", words)
    )
