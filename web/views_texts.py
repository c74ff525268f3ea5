"""The texts of the tabs beside the chat, in Japanese and English."""

from __future__ import annotations

from dataclasses import dataclass

from web.texts import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsTexts:
    """The words of the tabs; those with {} are templates."""

    tabs: str
    names: dict[str, str]
    about: dict[str, str]
    topic: str
    topic_example: str
    topics: str
    topics_example: str
    speakers: str
    speakers_hint: str
    look: str
    names_nothing: str
    too_many: str
    count: str
    count_at_least: str
    withheld: str
    no_match: str
    scope: str
    hole: str
    none_found: str
    none_found_meaning: str
    statements: str
    cues: str
    by: str
    bys: dict[str, str]
    no_affiliation: str
    sort: str
    sorts: dict[str, str]
    columns: dict[str, str]
    confidence: str
    more: str
    save: str
    saved: str
    file: str
    table: str
    open_cell: str
    breaks: str
    wording: str
    wording_meaning: str
    added: str
    dropped: str
    no_date: str
    sought: str
    sought_example: str
    seek: str
    meetings: str
    no_body: str
    no_meeting: str
    read: str
    read_of: str
    ask_about: str
    ask_about_of: str
    draft_question: str
    new: str
    news: str
    news_removed: str
    superseded: str
    encoder: str
    version: str


JAPANESE = ViewsTexts(
    tabs="見かた",
    names={
        "chat": "質問と答え",
        "compare": "比較",
        "coverage": "一覧表",
        "timeline": "時系列",
        "matches": "該当する発言",
        "library": "会議",
    },
    about={
        "compare": "一つの話題について、だれがどう述べたかを並べます。一人につき、最も当てはまる発言を一つ示します。",
        "coverage": "いくつかの話題について、だれの発言が記録されているかを表にします。欄を押すと発言が開きます。",
        "timeline": "ある人の発言、またはある話題についての発言を、日付の順に並べます。",
        "matches": "話題に当てはまる発言をすべて挙げ、数えます。",
        "library": "索引にある会議です。題名、発言者、日付で探せます。",
    },
    topic="話題",
    topic_example="例：情報保全の強化",
    topics="話題（1 行に一つ、8 つまで）",
    topics_example="情報保全の強化\n技術流出の防止",
    speakers="発言者（省略できます）",
    speakers_hint="「、」で区切ります",
    look="調べる",
    names_nothing="話題、発言者、会議、日付のどれも読み取れません。どれか一つをお書きください。",
    too_many="話題は {limit} つまでです（{count} あります）。",
    count="{count} 件",
    count_at_least="{count} 件以上（多いため、すべては数えていません）",
    withheld="保存された文書と一致しない {count} 件は示していません。",
    no_match="当てはまる発言の記録は見つかりませんでした。",
    scope="検索した範囲：{meetings} 会議の {statements} 発言、{days}",
    hole="{hole}は索引にありません。",
    none_found="発言の記録は見つかりませんでした",
    none_found_meaning="「発言の記録は見つかりませんでした」は、発言がなかったという意味ではありません。議事録は要旨のことがあります。",
    statements="{count} 件の発言",
    cues="点線は、必要・慎重・検討など、立場を示す手がかりの言葉です。",
    by="くらべる単位",
    bys={"speaker": "発言者", "role": "役職", "affiliation": "所属"},
    no_affiliation="所属の記載がある発言者は見つかりませんでした。",
    sort="並び順",
    sorts={"relevance": "関連の強い順", "date": "日付順", "meeting": "会議の進行順"},
    columns={
        "date": "日付",
        "speaker": "発言者",
        "statement": "発言",
        "meeting": "会議",
        "confidence": "関連",
        "source": "出典",
    },
    confidence="話題との関連の強さ（最大 100）",
    more="さらに表示（残り {count} 件）",
    save="CSV で保存",
    saved="{name} を保存しました。始まらないときはここを押してください。",
    file="発言一覧",
    table="発言者と話題の表",
    open_cell="{name}、{topic}：発言を開く",
    breaks="ここから別の人：{person}",
    wording="文言",
    wording_meaning="同じ役職・発言者の一つ前の発言との、文言の違いです。議事要旨の文言は事務局によるもので、考えの変化を示すとは限りません。",
    added="加わった文言",
    dropped="なくなった文言",
    no_date="日付の記載なし",
    sought="会議を探す",
    sought_example="題名、発言者、日付（例：令和5年2月）",
    seek="探す",
    meetings="{count} 会議",
    no_body="会議体の記載なし",
    no_meeting="当てはまる会議はありません。",
    read="議事録を開く",
    read_of="議事録を開く：{title}",
    ask_about="この会議について聞く",
    ask_about_of="この会議について聞く：{title}",
    draft_question="{title}で",
    new="新着・更新",
    news="前回ご覧になった後に、{count} 会議が加わるか改められました（{day} の版より後）。",
    news_removed="{count} 件のファイルが取り除かれました。",
    superseded="旧版",
    encoder="索引を作った言語モデル",
    version="第 {version} 版（{day} 作成）",
)

ENGLISH = ViewsTexts(
    tabs="Ways to look",
    names={
        "chat": "Chat",
        "compare": "Compare",
        "coverage": "Coverage",
        "timeline": "Timeline",
        "matches": "All matches",
        "library": "Library",
    },
    about={
        "compare": "Who said what on one topic, side by side: the statement of each that fits best.",
        "coverage": "Of which speakers a statement on which topic is recorded. A click on a cell opens the statement.",
        "timeline": "Statements of a person, or on a topic, by date.",
        "matches": "Every statement that fits a topic, counted.",
        "library": "The meetings of the index, to be searched by title, speaker or date.",
    },
    topic="Topic",
    topic_example="For example: 情報保全の強化",
    topics="Topics (one a line, up to 8)",
    topics_example="情報保全の強化\n技術流出の防止",
    speakers="Speakers (optional)",
    speakers_hint="separated by commas",
    look="Look",
    names_nothing="This names no topic, speaker, meeting or date. Write one of them.",
    too_many="At most {limit} topics; there are {count}.",
    count="Statements: {count}",
    count_at_least="Statements: {count} or more (too many to count all)",
    withheld="Not shown, because they differ from the stored document: {count}.",
    no_match="No recorded statement on this was found.",
    scope="Searched: statements {statements}, meetings {meetings}, {days}",
    hole="Not in the index: {hole}.",
    none_found="no recorded statement found",
    none_found_meaning="“No recorded statement found” does not mean that nothing was said: minutes may be summaries.",
    statements="statements: {count}",
    cues="Dotted underlines mark phrases that show where a statement stands (needed, careful, to be examined).",
    by="Compare by",
    bys={"speaker": "Speaker", "role": "Role", "affiliation": "Affiliation"},
    no_affiliation="No speaker with a recorded affiliation was found.",
    sort="Order",
    sorts={"relevance": "Relevance", "date": "Date", "meeting": "Order in the meeting"},
    columns={
        "date": "Date",
        "speaker": "Speaker",
        "statement": "Statement",
        "meeting": "Meeting",
        "confidence": "Fit",
        "source": "Source",
    },
    confidence="How well the statement fits the topic, 100 at most",
    more="Show more ({count} left)",
    save="Save as CSV",
    saved="{name} was saved. If nothing happened, press here.",
    file="statements",
    table="Speakers by topics",
    open_cell="{name}, {topic}: open the statement",
    breaks="From here on another person: {person}",
    wording="Wording",
    wording_meaning="What differs from the statement before of the same office or speaker. The secretariat words "
    "summaries; other words need not mean another position.",
    added="Words added",
    dropped="Words dropped",
    no_date="No date recorded",
    sought="Search meetings",
    sought_example="Title, speaker or date (2023-02-14)",
    seek="Search",
    meetings="meetings: {count}",
    no_body="No body recorded",
    no_meeting="No meeting fits.",
    read="Open the minutes",
    read_of="Open the minutes: {title}",
    ask_about="Ask about it",
    ask_about_of="Ask about it: {title}",
    draft_question="{title}: ",
    new="new or changed",
    news="New or changed since your last visit (after the version of {day}): {count}.",
    news_removed="Files taken away: {count}.",
    superseded="older edition",
    encoder="Language model of the index",
    version="Version {version} of {day}",
)

_TEXTS: dict[Language, ViewsTexts] = {"ja": JAPANESE, "en": ENGLISH}


def views_texts(language: Language) -> ViewsTexts:
    """The texts of the tabs in a language."""
    return _TEXTS[language]
