"""What must hold of any parsed document, for tests and the fuzzer alike."""

from __future__ import annotations

from collections import Counter

from index.minutes import Parsed
from index.reading import Document


def bare(text: str) -> str:
    """`text` without white space."""
    return "".join(text.split())


def check_partition(document: Document, parsed: Parsed) -> None:
    """Every character is exactly once in a statement, claimed or unclaimed, and statements round-trip."""
    taken = [(claim.start, claim.end) for claim in parsed.claimed] + list(parsed.unclaimed)
    for meeting in parsed.meetings:
        ids = {one.id for one in meeting.statements}
        for one in meeting.statements:
            taken += [(span.start, span.end) for span in one.spans]
            assert bare(one.text) == bare("".join(document.text[span.start : span.end] for span in one.spans))
            assert one.text
            assert one.reply_to is None or one.reply_to in ids - {one.id}
            for span in one.spans:
                assert "\f" not in document.text[span.start : span.end]
                assert span.page == document.text.count("\f", 0, span.start) + 1
    covered = Counter(place for start, end in taken for place in range(start, end))
    assert all(count == 1 for place, count in covered.items() if not document.text[place].isspace())
    assert all(place in covered for place, character in enumerate(document.text) if not character.isspace())
