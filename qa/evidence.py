"""What speaks for the best statements found as an answer, and what against it; calibration weighs it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass

from index.lexical import tokens
from index.search import Filters, Fusion, Hit, Snapshot
from qa.amounts import amounts_asked
from qa.question import Question
from qa.thesaurus import Alternatives

JUDGED = 5
"""How many of the best statements are looked at, however many are shown."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence about a question and the best statements found for it; every field is 0 where it says nothing.

    near: how much closer the closest statement is to the question than the middle one of the index (cosine).
        Minutes of one topic are all a little close to a question on it; only what stands out is meant.
    covered: the share of the question's words, by rarity, that one statement holds or says otherwise (thesaurus).
        A rare word that no statement holds weighs most: what is asked about was most likely never spoken of.
    addressed: 1 where the question names who is asked: few statements are left, and one of them is likely meant.
    rival: how much closer a statement outside the filters is than any within (cosine): somebody spoke of it,
        but not the one who is asked, or not then.
    amountless: 1 where an amount, a date or a rate is asked for and no statement holds one of that kind.
    """

    near: float
    covered: float
    addressed: float
    rival: float
    amountless: float

    def features(self) -> tuple[float, ...]:
        """The fields, in their order."""
        return astuple(self)


def gather(question: Question, hits: Sequence[Hit], filters: Filters, snapshot: Snapshot, fusion: Fusion) -> Evidence:
    """The evidence of the best `hits` of a question; neither they nor the question's words may be empty."""
    best = hits[:JUDGED]
    texts = [statement.text for statement in snapshot.statements(hit.row for hit in best).values()]
    idf = {word: snapshot.idf(word) for word in question.words}
    closest = max(hit.dense for hit in best)
    anywhere = Filters(kinds=filters.kinds)
    rivals = () if filters == anywhere else snapshot.search(question.topic, question.searched, anywhere, fusion, JUDGED)
    wanted = amounts_asked(question.text)
    return Evidence(
        near=closest - snapshot.middle(question.topic),
        covered=max(covered(question.words, set(tokens(text)), idf, question.alternatives) for text in texts),
        addressed=float(bool(filters.speakers)),
        rival=max((hit.dense - closest for hit in rivals if hit.dense > closest), default=0.0),
        amountless=float(bool(wanted) and not any(pattern.search(text) for pattern in wanted for text in texts)),
    )


def covered(words: Sequence[str], found: Collection[str], idf: dict[str, float], others: Alternatives) -> float:
    """The share of the words, weighted by rarity, that `found` holds, or holds an alternative of; 0 for no words."""
    total = sum(idf[word] for word in words)
    held = sum(
        idf[word]
        for word in words
        if word in found or any(all(token in found for token in sequence) for sequence in others.get(word, ()))
    )
    return held / total if total else 0.0
