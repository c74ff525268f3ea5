"""The texts of the source viewer and of permanent links, in Japanese and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerTexts:
    """The words of the viewer; those with {} are templates."""

    copy_link: str
    copied: str
    download: str
    views: str
    as_page: str
    as_text: str
    page_of: str
    page_image: str
    previous: str
    next: str
    to_passage: str
    larger: str
    smaller: str
    no_image: str
    no_file: dict[str, str]
    not_marked: str
    unknown: str
    unproven: str
    damaged: str
    corrected: str
    removed: str
    forgotten: str
    succeeded: str
    no_successor: str
    before: str
    until: str
    added_text: str
    removed_text: str
    no_history: str
    no_day: str


JAPANESE = ViewerTexts(
    copy_link="リンクをコピー",
    copied="コピーしました",
    download="元のファイル",
    views="見かた",
    as_page="ページ画像",
    as_text="文字",
    page_of="{page} / {pages} ページ",
    page_image="{title}、{page} ページの画像",
    previous="前のページ",
    next="次のページ",
    to_passage="引用のページへ",
    larger="拡大",
    smaller="縮小",
    no_image="このページの画像は作れませんでした。索引にある文字を示します。",
    no_file={
        "changed": "元のファイルが索引の後に変更されたため、ページ画像は示せません。索引にある文字を示します。",
        "gone": "元のファイルが見つからないため、ページ画像は示せません。索引にある文字を示します。",
    },
    not_marked="このページには、引用した箇所はありません。",
    unknown="この番号の発言は見つかりません。リンクが途中で切れているか、別の議事録のものかもしれません。",
    unproven="この発言は、保存された文書と一致しないため、示せません。",
    damaged="索引が壊れているため、この発言は示せません。管理者にお知らせください。",
    corrected="リンクの発言は、その後訂正されました。訂正後の発言を示します。",
    removed="この発言は {day} に議事録から削除されました。最後に示されていた形を示します。",
    forgotten="リンクの発言は {day} から示されていません。本文は索引から消去されました。",
    succeeded="後を継いだ発言を示します。",
    no_successor="後を継いだ発言はありません。",
    before="以前の形",
    until="{day} まで（{speaker}）",
    added_text="加わった文言",
    removed_text="消えた文言",
    no_history="以前の形は、索引が壊れているため読めません。",
    no_day="リンクの日付「{value}」を読めません。2023-02-14 または 令和5年2月14日 の形で書いてください。",
)

ENGLISH = ViewerTexts(
    copy_link="Copy link",
    copied="Copied",
    download="Original file",
    views="View",
    as_page="Page image",
    as_text="Text",
    page_of="Page {page} of {pages}",
    page_image="Image of page {page} of {title}",
    previous="Previous page",
    next="Next page",
    to_passage="To the passage",
    larger="Larger",
    smaller="Smaller",
    no_image="No image of this page could be made; this is the text that was indexed.",
    no_file={
        "changed": "The file has changed since it was indexed, so its pages cannot be shown; this is the text that was "
        "indexed.",
        "gone": "The file is no longer there, so its pages cannot be shown; this is the text that was indexed.",
    },
    not_marked="The passage cited is not on this page.",
    unknown="There is no statement with this number. The link may be cut short, or belong to other minutes.",
    unproven="This statement cannot be shown: it differs from the stored document.",
    damaged="This statement cannot be shown, since the index is damaged. Please tell whoever runs this page.",
    corrected="The statement of the link has been corrected since. This is the corrected one.",
    removed="This statement was removed from the minutes on {day}. This is how it was shown last.",
    forgotten="The statement of the link is not shown since {day}; its words were deleted from the index.",
    succeeded="This is the statement that took its place.",
    no_successor="No statement took its place.",
    before="Earlier form",
    until="until {day} ({speaker})",
    added_text="added",
    removed_text="removed",
    no_history="Earlier forms cannot be read, since the index is damaged.",
    no_day="The date {value} of the link cannot be read; write it as 2023-02-14.",
)


def viewer_texts(language: str) -> ViewerTexts:
    """The viewer's texts in a language of the page."""
    return JAPANESE if language == "ja" else ENGLISH
