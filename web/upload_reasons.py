"""Why a file cannot be read, and what the parser warns of, in Japanese: the messages of index/ are in English."""

from __future__ import annotations

# What stands in a message of index/, and what it means: the first that fits.
REASONS = (
    ("this is an image", "画像は読めません。OCR で文字を付けた PDF にしてください。"),
    ("has no text layer", "文字のない PDF（スキャン画像）です。OCR で文字を付けてください。"),
    ("which characters its glyphs are", "文字を取り出せない PDF です。OCR で文字を付けてください。"),
    (
        "this is a spreadsheet",
        "表計算のファイルは読めません。meeting・date・speaker・text の列を持つ CSV にしてください。",
    ),
    ("this is a presentation", "スライドは読めません。PDF にしてください。"),
    ("this is a recording", "録音・録画は読めません。文字に起こしたファイルを追加してください。"),
    ("this is a document of another program", "この形式の文書は読めません。DOCX か PDF で保存し直してください。"),
    (
        "an old version of Office",
        "古い形式か、パスワード付きの文書です。パスワードなしの DOCX か PDF で保存し直してください。",
    ),
    ("encrypted", "パスワード付きのファイルです。パスワードなしで保存し直してください。"),
    ("this type of file is not read", "この種類のファイルは読めません。"),
    ("which is not read", "この形式のファイルは読めません。"),
    ("the file is empty", "ファイルが空（0 バイト）です。"),
    ("the file holds no", "ファイルに文字がありません。"),
    ("although its name says so", "壊れているか、名前のとおりの形式ではありません。保存し直してください。"),
    ("is damaged", "ファイルが壊れています。ダウンロードか保存をし直してください。"),
    ("no whole Word document", "Word の文書として読めません。Word で開いて保存し直してください。"),
    ("cannot be read without loss", "文字コードを正しく読めません。UTF-8 で保存し直してください。"),
    ("this is a binary file", "文字のファイルではありません。UTF-8 のテキストか PDF で保存してください。"),
    ("holds no file of minutes", "ZIP の中に議事録のファイルがありません。"),
    ("(MAX_", "大きすぎるか、複雑すぎるファイルです。分けてから追加してください。"),
    ("too many files wait", "確認を待つファイルが多すぎます。しばらくしてから送ってください。"),
    ("did not arrive whole", "ファイルが最後まで届きませんでした。もう一度送ってください。"),
    ("no speaker is marked", "発言者の印が見つかりません。発言は、発言者なしで索引に入ります。"),
    ("of the text has a speaker", "発言者の分からない部分が多く、読み取り方が合っていないかもしれません。"),
    ("look like speakers and were read as text", "発言者に見えるのに本文として読んだ行があります。"),
    ("were not understood", "読み取れなかった部分があります。"),
    ("too short to be sentences", "行が短く、議事録の文章として読めませんでした。"),
)


def in_japanese(message: str) -> str | None:
    """What a message of index/ means, None where the table does not know it."""
    return next((meaning for words, meaning in REASONS if words in message), None)
