"""The texts of conversations, copying, exporting and feedback, in Japanese and English."""

from __future__ import annotations

from dataclasses import dataclass

from web.texts import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTexts:
    """The words around conversations; those with {} are templates."""

    talks: str
    none: str
    kept: str
    full: str
    rename: str
    delete: str
    deleted: str
    undo: str
    export: str
    export_as: str
    exported: str
    filters: str
    source: str
    unproven: str
    copy: str
    copied: str
    not_copied: str
    opinion: str
    useful: str
    useless: str
    unsaid: str


JAPANESE = TalkTexts(
    talks="会話",
    none="まだ会話はありません",
    kept="会話はこのブラウザーにだけ保存されます",
    full="ブラウザーに保存できませんでした。再読み込みするとこの会話は失われます。",
    rename="会話の名前",
    delete="会話「{title}」を削除",
    deleted="会話「{title}」を削除しました",
    undo="元に戻す",
    export="書き出す",
    export_as="この会話を {form} で書き出す",
    exported="{day}に書き出し（索引 第 {version} 版）。引用は書き出しの時点で文書と照合済み。",
    filters="絞り込み：{filters}",
    source="{path}（発言 {id}）",
    unproven="（この発言は、書き出しの時点で索引の文書と照合できなかったため、載せていません。）",
    copy="引用をコピー",
    copied="引用と出典をコピーしました（{form}）",
    not_copied="コピーできませんでした。文を選んでコピーしてください。",
    opinion="この発言は",
    useful="役に立つ",
    useless="役に立たない",
    unsaid="評価を保存できませんでした。ページの管理者にお伝えください。",
)

ENGLISH = TalkTexts(
    talks="Conversations",
    none="No conversations yet",
    kept="Conversations are kept in this browser alone",
    full="The browser could not keep this conversation; a reload will lose it.",
    rename="Name of the conversation",
    delete="Delete the conversation {title}",
    deleted="Deleted the conversation {title}",
    undo="Undo",
    export="Export",
    export_as="Export this conversation as {form}",
    exported="Exported on {day} from version {version} of the index; every quote was compared with its document.",
    filters="Filters: {filters}",
    source="{path} (statement {id})",
    unproven="(A statement is left out here: it no longer agrees with the documents of the index.)",
    copy="Copy quote",
    copied="Copied quote and source ({form})",
    not_copied="Could not copy. Please select the text and copy it.",
    opinion="This statement is",
    useful="Useful",
    useless="Not useful",
    unsaid="Your verdict could not be stored. Please tell whoever runs this page.",
)

_TEXTS: dict[Language, TalkTexts] = {"ja": JAPANESE, "en": ENGLISH}


def talk_texts(language: Language) -> TalkTexts:
    """The texts in a language."""
    return _TEXTS[language]
