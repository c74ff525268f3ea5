"""Every text of the page, in Japanese and English: one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from index.errors import MinutesError, QuestionRejected
from qa.question import QUESTION_CHARS
from qa.render import Labels

Language = Literal["ja", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Labels):
    """The words of the page; those with {} are templates."""

    title: str
    subtitle: str
    facts: str
    facts_none: str
    last: str
    other_language: str
    clear: str
    question: str
    placeholder: str
    send: str
    welcome: str
    promise: str
    examples: str
    conversation: str
    you_asked: str
    source: str
    close: str
    earlier: str
    later: str
    the_passage: str
    as_printed: str
    characters: str
    not_in_index: str
    not_proven: str
    too_long: str
    no_question: str
    unreadable: str
    failed: str


JAPANESE = Texts(
    language="ja",
    title="議事録に聞く",
    subtitle="議事録の発言を、原文のまま、出典とともに示します",
    facts="{meetings} 会議　{statements} 発言　第 {version} 版",
    facts_none="まだ議事録がありません",
    last="最新の会議 {day}",
    other_language="English",
    clear="新しい会話",
    question="質問",
    placeholder="質問を書いて Enter",
    send="聞く",
    welcome="この議事録について質問してください",
    promise="答えは文章として作られません。議事録にある発言を、一字一句そのまま、発言者・会議・出典の箇所とともに示します。見つからないときは、見つからないとお答えします。",
    examples="質問の例",
    conversation="質問と答え",
    you_asked="質問",
    source="出典",
    close="出典を閉じる",
    earlier="前の発言を表示",
    later="続きの発言を表示",
    the_passage="引用した箇所",
    as_printed="文書の文字のまま（改行・空白も原文どおり）",
    characters="{start}–{end} 文字目",
    not_in_index="この発言は、いまの版の索引にはありません（議事録が差し替えられたか、取り除かれました）。",
    not_proven="保存された文書と一致しないため、表示できません。",
    too_long="質問が長すぎます（{length:,} 字）。{limit:,} 字以内で、短くしてお聞きください。",
    no_question="質問が空です。議事録について知りたいことをお書きください。",
    unreadable="質問に読めない文字が含まれています。入力し直してください。",
    failed="いまは答えられません。管理者にお知らせください：{message}",
    fields={
        "speakers": "発言者",
        "not_speakers": "除く発言者",
        "meetings": "会議",
        "since": "日付",
        "until": "日付",
        "topic": "ことがら",
        "act": "優先",
        "cue": "優先",
    },
    values={
        "asked": "質問",
        "replied": "答弁",
        "decision": "決定",
        "instruction": "指示",
        "request": "要望",
        "opposition": "反対・懸念",
    },
    change="{field}を書き換えて聞き直す",
    offer="＋{words}の発言に絞る",
    offer_meaning="質問の中の話題や相手と読み取りました。発言者として聞き直すこともできます。",
    others="ほかの人の発言",
    others_meaning="お尋ねの人の発言ではありません。同じことがらについての、ほかの人の発言です。",
    asked="質問",
    reported_meaning="ほかの人の発言を伝える文です。この人自身の言葉としては引用しません。",
    also="同じ発言：",
    repeated="同じ答弁（{asker}の質問に）：",
    name_from={
        "label": "氏名は議事録の表記",
        "attendees": "氏名は出席者名簿による",
        "text": "氏名は本文による",
        "roster": "氏名は閣僚名簿による",
        "sidecar": "氏名は添付の情報による",
    },
    kinds={"procedure": "議事進行", "narration": "経過の記述", "document": "配布資料", "head": "会議の情報"},
    file_state={"changed": "元のファイルは索引の後に変更されています", "gone": "元のファイルは見つかりません"},
    no_speaker="発言者の記載なし",
    no_title="会議名の記載なし",
    summary="議事要旨による",
    summary_meaning="事務局がまとめた要旨です。発言者本人の言葉そのものではありません。",
    verbatim="会議録による",
    draft="未定稿",
    uncertain="読み取り不確か",
    uncertain_meaning="この議事録の書き方からは、だれの発言かを確かに読み取れませんでした。原文を確かめてください。",
    fictional="架空",
    fictional_meaning="試用のために作られた架空の会議です。",
    page="p.{pages}",
    open_source="出典を開く",
    open_source_of="{rank} 番目の発言（{speaker}）の出典を開く",
    on_the_web="公開ページ ↗",
    understood="質問から読み取った絞り込み",
    carried="前の質問から",
    remove="絞り込み「{value}」を外して聞き直す",
    restore="「{value}」の絞り込みを戻して聞き直す",
    removed="外した絞り込み {value}",
    searched="検索した範囲：{meetings} 会議の {statements} 発言、{days}",
    searched_nothing="検索した範囲：{meetings} 会議、{days}（該当する発言は 0 件）",
    near_misses="近い発言を見る（{count} 件・答えではありません）",
    near_misses_meaning="質問に近い言葉を含みますが、答えではないと判断した発言です。",
)

ENGLISH = Texts(
    language="en",
    title="Ask the minutes",
    subtitle="Word for word, with its source",
    facts="meetings {meetings} · statements {statements} · version {version}",
    facts_none="There are no minutes yet",
    last="last meeting {day}",
    other_language="日本語",
    clear="New conversation",
    question="Question",
    placeholder="Type a question, press Enter",
    send="Ask",
    welcome="Ask about these minutes",
    promise="No answer is made up. You get the statements of the minutes, word for word, with speaker, meeting and "
    "place in the source. Where nothing is found, you are told so.",
    examples="Questions to start with",
    conversation="Questions and answers",
    you_asked="Question",
    source="Source",
    close="Close the source",
    earlier="Show earlier statements",
    later="Show later statements",
    the_passage="The passage cited",
    as_printed="As printed in the document (line breaks and blanks as they are)",
    characters="characters {start}–{end}",
    not_in_index="This statement is not in the present version of the index: its minutes were replaced or removed.",
    not_proven="Not shown: it differs from the stored document.",
    too_long="The question is too long ({length:,} characters). Please ask it in at most {limit:,}.",
    no_question="The question is empty. Write what you want to know about the minutes.",
    unreadable="The question holds characters that cannot be read. Please type it again.",
    failed="No answer is possible now. Please tell whoever runs this page: {message}",
    fields={
        "speakers": "Speaker",
        "not_speakers": "Without",
        "meetings": "Meeting",
        "since": "Date",
        "until": "Date",
        "topic": "Topic",
        "act": "First",
        "cue": "First",
    },
    values={
        "asked": "questions",
        "replied": "replies",
        "decision": "decisions",
        "instruction": "instructions",
        "request": "requests",
        "opposition": "objections",
    },
    change="Change {field} and ask again",
    offer="+ only what {words} said",
    offer_meaning="Read as topic or addressee of the question; one click asks for this person's own words.",
    others="What others said",
    others_meaning="Not statements of whom you asked about, but of others on the same topic.",
    asked="Question",
    reported_meaning="This sentence reports somebody else's words; it is not quoted as this person's own.",
    also="The same statement: ",
    repeated="The same reply, to {asker}: ",
    name_from={
        "label": "name as printed",
        "attendees": "name from the list of attendees",
        "text": "name from the text",
        "roster": "name from the roster of ministers",
        "sidecar": "name from the file's description",
    },
    kinds={
        "procedure": "Procedure",
        "narration": "Account of the proceedings",
        "document": "Document",
        "head": "About the meeting",
    },
    file_state={"changed": "the file has changed since it was indexed", "gone": "the file is no longer there"},
    no_speaker="No speaker recorded",
    no_title="Untitled meeting",
    summary="from summary minutes (議事要旨)",
    summary_meaning="Worded by the secretariat, not the speaker's own words.",
    verbatim="verbatim minutes",
    draft="draft",
    uncertain="layout uncertain",
    uncertain_meaning="Who speaks could not be read for certain from the way these minutes are set; check the source.",
    fictional="fictional (架空)",
    fictional_meaning="An invented meeting, for trying the program.",
    page="p. {pages}",
    open_source="Open source",
    open_source_of="Open source: statement {rank} ({speaker})",
    on_the_web="Published page ↗",
    understood="Filters understood from the question",
    carried="from the earlier question",
    remove="Remove the filter {value} and ask again",
    restore="Restore the filter from 「{value}」 and ask again",
    removed="removed filter {value}",
    searched="Searched: statements {statements}, meetings {meetings}, {days}",
    searched_nothing="Searched: meetings {meetings}, {days}; no statement matches the filters",
    near_misses="Show near misses ({count}, none of them an answer)",
    near_misses_meaning="These statements share words with the question and were judged not to answer it.",
)

_TEXTS: dict[Language, Texts] = {"ja": JAPANESE, "en": ENGLISH}


def texts(language: Language) -> Texts:
    """The page's texts in a language."""
    return _TEXTS[language]


def preferred(accept_language: str | None) -> Language:
    """The page's language for a browser's Accept-Language: the first of ours in it; Japanese without one."""
    if not accept_language:
        return "ja"
    wanted = [part.partition(";")[0].strip().lower() for part in accept_language.split(",")]
    for language in wanted:
        if language.startswith("ja"):
            return "ja"
        if language.startswith("en"):
            return "en"
    return "en"


def explained(error: MinutesError, question: str, words: Texts) -> str:
    """Why there is no answer, for the one who asked."""
    if not isinstance(error, QuestionRejected):
        return words.failed.format(message=error)
    if len(question) > QUESTION_CHARS:
        return words.too_long.format(length=len(question), limit=QUESTION_CHARS)
    if any(char.isalnum() for char in question):
        return words.unreadable
    return words.no_question
