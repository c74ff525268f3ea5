"""What speaks for the best statements found as an answer, and what against it; calibration weighs it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from index.lexical import nouns, tokens
from index.minutes import Statement
from index.search import Filters, Hit, Snapshot
from qa.amounts import amounts_asked
from qa.question import Question
from qa.thesaurus import Alternatives

JUDGED = 5
"""How many of the best statements are looked at, however many are shown."""

NO_NOUN = 0.4
"""What a word that is no noun weighs beside one: verbs are paraphrased most."""

_WHY = re.compile(r"なぜ|何故|どうして|理由|\bwhy\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence about a question and the best statements found for it.

    near: how much closer the closest statement is to the question than the middle one of the index (cosine).
        Minutes of one topic are all a little close to a question on it; only what stands out is meant.
    covered: the share of the question's words, by rarity, that one of the statements, its neighbours in the turn and
        the question that it answers hold or say otherwise (thesaurus); the best of them. A rare word that they lack
        weighs most: what is asked about was most likely never spoken of.
    unknown: the share of the question's words, weighed alike, that no statement of the index holds or says otherwise:
        パチンコ of a question about it, where nobody ever spoke of that.
    wide: natural logarithm of how many statements were searched: among more of them, something alike is found
        by chance, so it says less. What one speaker said in one meeting is few statements.
    amountless: 1 where an amount, a date or a rate is asked for and no statement holds one of that kind.
    length: how many words the question has: of many words, half say more than of two.
    why: 1 where a reason is asked for; it may be asked of what nobody said.
    """

    near: float
    covered: float
    unknown: float
    wide: float
    amountless: float
    length: float
    why: float

    def features(self) -> tuple[float, ...]:
        """The fields, in their order."""
        return astuple(self)


def gather(question: Question, hits: Sequence[Hit], filters: Filters, snapshot: Snapshot) -> Evidence:
    """The evidence of the best `hits` of a question, found under `filters`; neither hits nor words may be empty.

    Raises IndexDamaged where none of them is what was written.
    """
    found = snapshot.whole([hit.row for hit in hits[:JUDGED]]) or snapshot.statements([hits[0].row])
    best = [hit for hit in hits[:JUDGED] if hit.row in found]
    heavy = weights(question, snapshot)
    around = [{token for text in _around(found[hit.row], snapshot) for token in tokens(text)} for hit in best]
    spoken = {*question.words, *(part for others in question.alternatives.values() for one in others for part in one)}
    known = {token for token in spoken if snapshot.knows(token)}
    wanted = amounts_asked(question.text)
    given = any(pattern.search(found[hit.row].text) for pattern in wanted for hit in best)
    return Evidence(
        near=max(hit.dense for hit in best) - snapshot.middle(question.topic),
        covered=max(covered(question.words, held, heavy, question.alternatives) for held in around),
        unknown=1 - covered(question.words, known, heavy, question.alternatives),
        wide=math.log(snapshot.scope(filters).statements),
        amountless=float(bool(wanted) and not given),
        length=float(len(question.words)),
        why=float(bool(_WHY.search(question.text))),
    )


def covered(asked: Sequence[str], text: Collection[str], heavy: Mapping[str, float], others: Alternatives) -> float:
    """The share of the tokens `asked`, by weight, that the tokens of a text hold, or hold an alternative of."""
    held = sum(
        heavy[token]
        for token in asked
        if token in text or any(all(part in text for part in sequence) for sequence in others.get(token, ()))
    )
    total = sum(heavy[token] for token in asked)
    return held / total if total else 0.0


def weights(question: Question, snapshot: Snapshot) -> dict[str, float]:
    """What each word of a question weighs: its rarity, less where it is no noun."""
    names = nouns(question.topic)
    return {word: snapshot.idf(word) * (1.0 if word in names else NO_NOUN) for word in question.words}


def _around(statement: Statement, snapshot: Snapshot) -> Iterator[str]:
    """A statement with its neighbours in the turn and the question that it answers."""
    yield statement.text
    for _, other in snapshot.neighbours(statement.id, 1, 1):
        if other.id != statement.id and other.turn == statement.turn:
            yield other.text
    asked = snapshot.statement(statement.reply_to) if statement.reply_to else None
    if asked:
        yield asked[1].text
