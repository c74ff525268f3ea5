"""What speaks for the best statements found as an answer, and what against it; calibration weighs it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise

from index.lexical import tokens
from index.search import Filters, Fusion, Hit, Snapshot
from qa.amounts import amounts_asked
from qa.question import Question
from qa.thesaurus import Alternatives

JUDGED = 5
"""How many of the best statements are looked at, however many are shown."""

TOGETHER = 3
"""Words stand together where they are at most this many content words apart."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence about a question and the best statements found for it.

    near: how much closer the closest statement is to the question than the middle one of the index (cosine).
        Minutes of one topic are all a little close to a question on it; only what stands out is meant.
    covered: the share of the question's words, by rarity, that the first statement holds or says otherwise
        (thesaurus). A rare word that it lacks weighs most: what is asked about was most likely never spoken of.
    joined: the share of the question's neighbouring words, by rarity, that also stand together in one of the
        statements: 裁判員 and 制度 far apart are no 裁判員制度. Of a single word, what `covered` says.
    wide: natural logarithm of how many statements were searched: among more of them, something alike is found
        by chance, so it says less. What one speaker said in one meeting is few statements.
    addressed: 1 where the question names who is asked: few statements are left, and one of them is likely meant.
    rival: how much closer a statement outside the filters is than any within (cosine): somebody spoke of it,
        but not the one who is asked, or not then.
    amountless: 1 where an amount, a date or a rate is asked for and no statement holds one of that kind.
    """

    near: float
    covered: float
    joined: float
    wide: float
    addressed: float
    rival: float
    amountless: float

    def features(self) -> tuple[float, ...]:
        """The fields, in their order."""
        return astuple(self)


def gather(question: Question, hits: Sequence[Hit], filters: Filters, snapshot: Snapshot, fusion: Fusion) -> Evidence:
    """The evidence of the best `hits` of a question, found under `filters`; neither hits nor words may be empty."""
    best = hits[:JUDGED]
    found = snapshot.statements(hit.row for hit in best)
    texts = [found[hit.row].text for hit in best]
    spoken = [tokens(text) for text in texts]
    idf = {word: snapshot.idf(word) for word in question.words}
    first = covered(question.words, set(spoken[0]), idf, question.alternatives)
    closest = max(hit.dense for hit in best)
    anywhere = Filters(kinds=filters.kinds)
    rivals = () if filters == anywhere else snapshot.search(question.topic, question.searched, anywhere, fusion, JUDGED)
    wanted = amounts_asked(question.text)
    return Evidence(
        near=closest - snapshot.middle(question.topic),
        covered=first,
        joined=joined(question, spoken, idf) if len(question.words) > 1 else first,
        wide=math.log(snapshot.scope(filters).statements),
        addressed=float(bool(filters.speakers)),
        rival=max((hit.dense - closest for hit in rivals if hit.dense > closest), default=0.0),
        amountless=float(bool(wanted) and not any(pattern.search(text) for pattern in wanted for text in texts)),
    )


def covered(words: Sequence[str], found: Collection[str], idf: Mapping[str, float], others: Alternatives) -> float:
    """The share of the words, weighted by rarity, that `found` holds, or holds an alternative of; 0 for no words."""
    total = sum(idf[word] for word in words)
    held = sum(
        idf[word]
        for word in words
        if word in found or any(all(token in found for token in sequence) for sequence in others.get(word, ()))
    )
    return held / total if total else 0.0


def joined(question: Question, texts: Sequence[Sequence[str]], idf: Mapping[str, float]) -> float:
    """The share of pairs of neighbouring words, weighted by rarity, that stand together in any of the token lists."""
    places = [{word: _places(word, text, question.alternatives) for word in question.words} for text in texts]
    weight = {pair: idf[pair[0]] + idf[pair[1]] for pair in pairwise(question.words)}
    held = sum(
        weight[one, other]
        for one, other in weight
        if any(0 < abs(a - b) <= TOGETHER for text in places for a in text[one] for b in text[other])
    )
    total = sum(weight.values())
    return held / total if total else 0.0


def _places(word: str, text: Sequence[str], others: Alternatives) -> list[int]:
    """Where a word stands in a text, or a token of an alternative that the text holds as a whole."""
    held = {token for sequence in others.get(word, ()) if set(sequence) <= set(text) for token in sequence}
    return [place for place, token in enumerate(text) if token == word or token in held]
