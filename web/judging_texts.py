"""Every text of the judging page, in Japanese and English: one table."""

from __future__ import annotations

from dataclasses import dataclass

from web.texts import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingTexts:
    """The words of the judging page; those with {} are templates. `grades` are those for 2, 1 and 0."""

    title: str
    who: str
    who_meaning: str
    begin: str
    not_a_name: str
    progress: str
    question: str
    history: str
    task: str
    keys: str
    grades: tuple[str, str, str]
    previous: str
    next: str
    undo: str
    change: str
    done: str
    not_saved: str


_TEXTS: dict[Language, JudgingTexts] = {
    "ja": JudgingTexts(
        title="発言の判定",
        who="あなたの名前",
        who_meaning="判定はこの名前のファイルに保存されます。前回と同じ名前なら、続きから始まります。",
        begin="はじめる",
        not_a_name="この名前は使えません。文字・数字・「-」「_」で、40 字以内にしてください。",
        progress="{total} 件のうち {judged} 件を判定しました",
        question="質問 {place} / {count}",
        history="前の質問",
        task="それぞれの発言は、この質問に答えていますか",
        keys="キー：2・1・0 で判定、j・k で次・前の発言、u で取り消し",
        grades=("答える", "役に立つ", "関係ない"),
        previous="前の質問へ",
        next="次の質問へ",
        undo="取り消す",
        change="名前を変える",
        done="すべて判定しました。判定は保存されています。",
        not_saved="読み書きできませんでした。判定は保存されていないかもしれません：{message}",
    ),
    "en": JudgingTexts(
        title="Judging statements",
        who="Your name",
        who_meaning="Judgements are kept in a file of this name. The same name as last time goes on where it stopped.",
        begin="Begin",
        not_a_name="This name cannot be used: take letters, digits, - and _, at most 40.",
        progress="{judged} of {total} judged",
        question="Question {place} of {count}",
        history="Asked before",
        task="Does each statement answer this question?",
        keys="Keys: 2, 1, 0 judge; j and k go to the next and previous statement; u takes back",
        grades=("Answers", "Helps", "Unrelated"),
        previous="Previous question",
        next="Next question",
        undo="Take back",
        change="Change the name",
        done="Everything is judged, and kept.",
        not_saved="A file cannot be read or written; the judgement may not be kept: {message}",
    ),
}


def judging_texts(language: Language) -> JudgingTexts:
    """The texts in a language."""
    return _TEXTS[language]
