"""Coverage-guided fuzzing of cutting text into statements. Not part of the suite; run it with `make fuzz`.

Whatever the text: nothing raises, every character is in a statement, claimed or unclaimed exactly once, statements
round-trip, and time stays linear.
"""

import sys
import time
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

with atheris.instrument_imports(include=["index"]):
    from index.layouts import parse

# What stands above is instrumented first.
from partition import check_partition  # noqa: E402

from index.reading import Document  # noqa: E402

# Words that the recognisers look for: a fuzzer that only knew bytes would seldom write them.
WORDS = (
    *"○◯〇◆◎△・【】〔〕（）：:「」。、　①ア\n\f ",
    *(
        "\n\n",
        "\r\n",
        "（１）",
        "１．",
        "委員",
        "議長",
        "知事",
        "大臣",
        "（小池君）",
        "田中委員",
        "事務局",
        "外務大臣",
        "問",
        "答",
    ),
    *(
        "日時",
        "場所",
        "出席者",
        "欠席者",
        "議題",
        "議事録",
        "議事要旨",
        "第１回",
        "会議",
        "令和5年2月14日",
        "午前十時開議",
    ),
    *(
        "散会",
        "（以上）",
        "〔拍手〕",
        "記者会見",
        "から、以下の発言があった。",
        "伺います。",
        "可決されました。",
        "第一号議案",
    ),
    *(
        "開催日: ",
        "# ",
        "## ",
        "* ",
        "- ",
        "---",
        "|",
        "```",
        "Date: ",
        "Name: ",
        "2024-01-02",
        "- 3 -",
        "4/5",
        "Copyright",
    ),
)
SECONDS = 1.0


def text_of(data: bytes) -> str:
    """Each byte is a word, or begins a character of its own."""
    provider = atheris.FuzzedDataProvider(data)
    parts = []
    while provider.remaining_bytes() and len(parts) < 400:
        choice = provider.ConsumeIntInRange(0, len(WORDS) + 1)
        parts.append(WORDS[choice] if choice < len(WORDS) else provider.ConsumeUnicodeNoSurrogates(4))
    return "".join(parts)


def check(data: bytes) -> None:
    """One run of the fuzzer."""
    text = text_of(data)
    pages = (0, *(place + 1 for place, character in enumerate(text) if character == "\f"))
    document = Document("x.txt", "0" * 64, text, pages, "text")
    started = time.process_time()
    parsed = parse(document)
    assert time.process_time() - started < SECONDS, "too slow"
    check_partition(document, parsed)
    assert parse(document) == parsed


def main() -> None:
    """Fuzz until stopped, or as long as libFuzzer's own options say (-max_total_time=60)."""
    atheris.Setup(sys.argv, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
