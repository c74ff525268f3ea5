"""For whom somebody speaks (会派, 所属, 推薦団体), from the words in which they introduce themselves; never a guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from index.layouts.attendees.names import could_be_name, is_organisation, is_party, is_role, is_surname
from index.minutes import Speaker

# An introduction stands in the first sentences of a turn.
SENTENCES = 4
_LONGEST = 400

_NAME = (
    r"[\u3400-\u9fff々ヶ\u3041-\u3096\u30a1-\u30fa\u30fc][\u3400-\u9fff々ヶ\u3041-\u3096\u30a1-\u30fa\u30fc\s　]{0,9}?"
)
_COPULA = (
    r"(?:で(?:ございま(?:す|して)|ありま(?:す|して)|す(?:が|けれども|けど)?)|と申(?:し上げ)?します|と申し(?:上げ)?まして|"
    r"と(?:言い|いい)ます)"
)
_ENDING = re.compile(_COPULA)
_NAMED = re.compile(rf"(?P<joint>の|[、，　\s])(?P<name>{_NAME}){_COPULA}(?:[。、．]|$)")
_FOR = re.compile(
    r"(?P<affiliation>[^。、「」]{2,40}?)を代表(?:し|いたし|致し|させていただき)(?:て|まして)?(?:、|　)?"
    r"(?=[^「」]{0,200}(?:ます|ました|です|ません|ところ)(?:[。、]|$))"
)
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
# What may stand before the affiliation in a clause; the last of these ends where it begins.
_LEAD = re.compile(
    r"(?:ました|まして|ています|おります|します|ございます|ですが|ですけれども|は|私|わたくし|あの|えー|えっと|はい|では|ただいま|ただ今|"
    r"今|改めて|"
    r"同じく?|より|それから|また|そして|参議院の|衆議院の|本日|今日|このたび|今回|最初に|初めに|まず|改めまして|続きまして|"
    r"事務局の|担当の|会派|所属の)(?:[\s　]*)"
)
_CALLING = re.compile(
    r"[省庁局課部室所社行連院校園団党派会]$|大学(?:院)?$|機構$|法人|センター$|銀行$|協会|組合|クラブ$|フォーラム$|ネット(?:ワーク)?$|維新|"
    r"ファースト|無所属|改革|議員団$|公明|自民|立憲|民主|共産|社民|れいわ|参政|国民|みらい|市民の声|[都道府県市区町村]$|株式|新聞|放送|"
    r"グループ$|ホールディングス$|研究所$|総研$|事務所$|財団|社団|労連$|連合(?:会)?$|連盟$|協議会$|審議会$|地所$|自動車$|電機$|電力$|ガス$|建設$|不動産$"
)
_NOT_ONE = re.compile(
    r"^(?:会派|議会|委員会|本委員会|常任委員会|委員|議員|理事者|国民|県民|市民|区民|都民|道民|府民|住民|町民|村民|政府|党|我が党|わが党|野党|"
    r"与党|各会派|同会派|皆様|皆さん|職員|執行機関|全員|日本|我が国|当局|事務局|行政|地元|新人|最後|最初|次|先|先ほど|提案者|発議者|賛成者|"
    r"会|当会|私|我々|みんな|子ども|東京|世界|地域|団体|一人会派|代表|各|一部|若者|女性|会員|同僚|都|県|市|区|町|村|国|参議院|衆議院|"
    r".*(?:委員会|小委員会|部会|分科会|審議会|審査会|調査会|会議|議会|町会|町内会|自治会|連合会|保護者会|後援会|役員会|理事会)|.*選挙区|.*選出|.*[0-9０-９一二三四五六七八九十]区|.*(?:番|期目|回目|日目|年目|人目|代目|時|者|たち|達|方|弁護士|税理士|会計士))$"
)
_OTHERS = re.compile(r"されます|なさいます|くださいます|お願い|議員|委員|[^々]君|の質[疑問]を|から")
_ELECTED = re.compile(
    r"(?:[、の][^、の]*(?:選出|選挙区|ブロック|[0-9０-９一二三四五六七八九十]区)|、[^、の]*[都道府県市区長表])+$"
)
_AFTER = re.compile(
    r"(?:新人|(?<!無)所属|[0-9０-９一二三四五六七八九十]+期生?|の|で|(?:共同)?代表|幹事長|(?:政調|国対|政審)(?:委員|会)?長)+$"
)
_QUOTED = re.compile(r"[「」『』“”\"]|さん|氏|先生|議員|委員(?!会)|から(?:の|は)?[御ご]?質|という|との")


@dataclass(frozen=True, slots=True)
class Read:
    """Words of a text and their place: words == text[start:end]."""

    words: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Introduction:
    """What somebody says of themselves: for whom they speak and, where said, their name (without blanks)."""

    affiliation: Read
    name: str | None = None
    named_at: Read | None = None


def introduced(text: str) -> Introduction | None:
    """The introduction in the first sentences of a turn: みずほ銀行の太田でございます, 公明党を代表して質問します.

    The name must begin with a known surname. Whether it is the speaker's is not looked at: `affiliation_of` does.
    """
    return next((found for found in _introductions(text) if found.name is None or _is_person(found.name)), None)


def affiliation_of(speaker: Speaker, text: str) -> Introduction | None:
    """The affiliation that the speaker states in the first sentences of a turn, with its place in `text`.

    None unless the name in the introduction agrees with the label's, or it names nobody and speaks 代表して for
    the speaker's own group, which a chair, who calls others to speak, never does.
    """
    for found in _introductions(text):
        if found.name is None:
            leads = re.search("(?<!副)(?:議長|委員長|会長|座長|主査)|司会|進行|事務局", speaker.role or speaker.label)
            return None if leads else found
        if _agrees(found.name, speaker):
            return found
    return None


def _introductions(text: str) -> Iterator[Introduction]:
    """Every reading of the first sentences as an introduction; of 無所属しながわののだてです each place of の."""
    for start, sentence in _sentences(text):
        for place in [0, *(match.end() for match in re.finditer(r"[、，]", sentence))]:
            yield from _named(sentence[place:], start + place)
        for place in [0, *(match.end() for match in re.finditer(r"[、，]", sentence))]:
            yield from _speaking_for(sentence[place:], start + place)


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for count, match in enumerate(_SENTENCE.finditer(text, 0, min(len(text), _LONGEST))):
        if count == SENTENCES:
            return
        yield match.start(), match.group()


def _named(clause: str, start: int) -> Iterator[Introduction]:
    if not _ENDING.search(clause, 0, 80):
        return
    for place in range(2, min(len(clause), 50)):
        match = _NAMED.match(clause, place)
        if not match or _QUOTED.search(match["name"]):
            continue
        affiliation = _trimmed(clause[:place], start)
        if affiliation is None or _QUOTED.search(affiliation.words) or not _calls(affiliation.words):
            continue
        if match["joint"] == "の" or is_party(affiliation.words):
            named_at = Read(match["name"], start + match.start("name"), start + match.end("name"))
            yield Introduction(affiliation, re.sub(r"\s", "", match["name"]), named_at)


def _speaking_for(clause: str, start: int) -> Iterator[Introduction]:
    match = _FOR.match(clause)
    if not match or _QUOTED.search(match["affiliation"]) or _OTHERS.search(clause[match.end() :]):
        return
    affiliation = _trimmed(match["affiliation"], start)
    if affiliation and _calls(affiliation.words) and is_party(affiliation.words):
        yield Introduction(affiliation)


def _trimmed(words: str, start: int) -> Read | None:
    """The affiliation without what leads up to it (ただいま御指名いただきました) and without a constituency."""
    begin = max((lead.end() for lead in _LEAD.finditer(words)), default=0)
    begin += len(words[begin:]) - len(words[begin:].lstrip("、，　 "))
    rest = _AFTER.sub("", words[begin:])
    if (party := _ELECTED.sub("", rest)) != rest and is_party(party):
        rest = party
    return Read(rest, start + begin, start + begin + len(rest)) if rest and "、" not in rest else None


def _calls(words: str) -> bool:
    """Whether the words name a group, an organisation or a part of one, and no role, number or crowd."""
    if len(words) < 2 or _NOT_ONE.match(words) or is_role(words):
        return False
    if re.search(
        r"^(?:及び|並びに|そう|こう|ああ|この|その|あの|どの|もう|も)|[をにへ]|[^\u3041-\u3096](?:が|で|と|も|は)[^\u3041-\u3096]",
        words,
    ):
        return False
    return bool(_CALLING.search(words)) or is_organisation(words)


def _is_person(name: str) -> bool:
    if not could_be_name(name) or re.search(
        r"[^\u3041-\u30fc][のをがはにでとへも][^\u3041-\u30fc]|[君様氏]$|さん$", name
    ):
        return False
    return is_surname(name) or any(is_surname(name[:cut]) for cut in range(2, min(4, len(name) - 1) + 1))


def _agrees(name: str, speaker: Speaker) -> bool:
    """Whether a name and a speaker's own are one: equal, or one is the beginning of the other."""
    own = _key(speaker.name) if speaker.name else ""
    said = _key(name)
    if own:
        return own.startswith(said) or said.startswith(own)
    # 藤野課長 without a name of its own: the label begins with the surname, and a role follows.
    label = _key(speaker.label).lstrip("○◯〇◆◎【（")
    return len(said) > 1 and label.startswith(said) and is_role(label[len(said) :].rstrip("】）"))


def _key(name: str) -> str:
    return re.sub(r"[\s（(].*$|\s", "", unicodedata.normalize("NFKC", name))
