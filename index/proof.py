"""Proof that a statement stands in its source."""

from __future__ import annotations

from index.identity import squeezed
from index.minutes import Statement


def proven(statement: Statement, document: str) -> bool:
    """Whether the statement is word for word what its spans of the document hold, white space aside."""
    return squeezed(statement.text) == squeezed("".join(document[span.start : span.end] for span in statement.spans))
