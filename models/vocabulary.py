"""The tokeniser: Sudachi's words, cut by a unigram model that any `tokenizers` can load.

Sudachi cuts the training texts into its shortest units. Their counts become the log probabilities of a
unigram model, whose best path through a text then cuts nearly as Sudachi does, without Sudachi. Words with
one normalised form (取組み, 取り組み) share one row of the embedding table; words that only hold a sentence
together (particles, auxiliaries) share row 0, which stays zero. Runs of Latin letters or digits count whole
or not at all: without marks at both ends, `said` would be read as `ai` between two unknown letters.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FUNCTION_WORDS = frozenset({"助詞", "助動詞", "補助記号", "空白"})
RUN = re.compile(r"[a-z0-9]+")
MARK = "▁"
MARKED_ENDS = r"(?<![a-z0-9])(?=[a-z0-9])|(?<=[a-z0-9])(?![a-z0-9])"
# Punctuation carries no meaning in a bag of words, and short pieces keep the best-path search fast.
BETWEEN = r"[\s\p{P}\p{S}&&[^▁]]+"
UNKNOWN = "<unk>"
LONGEST = 10  # longer ones are names of single projects, or whole amounts in kanji numerals
# A path of two characters must never beat a rare word of two, so characters that are no word stand far below.
CHARACTER_PENALTY = 4.0
WORKERS = 2
PARTS = 64


@dataclass(frozen=True, slots=True)
class Word:
    """A surface as it stands in a text, and its normalised form, empty for a function word."""

    surface: str
    form: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The tokeniser and, for each of its ids, the row of the embedding table."""

    tokenizer: Tokenizer
    rows: list[int]


def count_words(texts: Sequence[str]) -> Counter[Word]:
    """How often each word stands in `texts`."""
    total: Counter[Word] = Counter()
    with ProcessPoolExecutor(WORKERS) as pool:
        for part in pool.map(_count, [texts[start::PARTS] for start in range(PARTS)]):
            total.update(part)
    return total


def _count(texts: Iterable[str]) -> Counter[Word]:
    from sudachipy import Dictionary, SplitMode

    sudachi = Dictionary(dict="core").tokenizer(mode=SplitMode.A)
    found: Counter[Word] = Counter()
    for text in texts:
        text = unicodedata.normalize("NFKC", text).lower()
        found.update(Word(MARK + run + MARK, run) for run in RUN.findall(text))
        for morpheme in sudachi.tokenize(text):
            surface = morpheme.surface()
            if not RUN.search(surface):
                function = morpheme.part_of_speech()[0] in FUNCTION_WORDS
                found[Word(surface, "" if function else morpheme.normalized_form().lower())] += 1
    return found


def build_vocabulary(words: Counter[Word], most: int, min_count: int) -> Vocabulary:
    """A tokeniser over at most `most` words seen at least `min_count` times, and all single characters."""
    counts, forms = _surfaces(words)
    kept = [(surface, count) for surface, count in counts.most_common() if count >= min_count]
    characters = {character for word in words if word.form for character in word.surface if not RUN.match(character)}
    characters -= {surface for surface, _ in kept} | {MARK}
    kept = kept[: most - len(characters) - 1]
    total = sum(count for _, count in kept)
    pieces = [(UNKNOWN, 0.0)]
    pieces += [(surface, math.log(count / total)) for surface, count in kept]
    pieces += [(character, math.log(1 / total) - CHARACTER_PENALTY) for character in sorted(characters)]
    row_of = {"": 0}
    for surface, _ in pieces[1:]:
        row_of.setdefault(forms.get(surface, surface), len(row_of))
    return Vocabulary(_tokenizer(pieces), [0] + [row_of[forms.get(surface, surface)] for surface, _ in pieces[1:]])


def _surfaces(words: Counter[Word]) -> tuple[Counter[str], dict[str, str]]:
    """How often each surface was seen, and its most frequent form."""
    counts: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0].surface, item[0].form)):
        if len(word.surface.strip(MARK)) <= LONGEST and not word.surface.isspace():
            counts[word.surface] += count
            forms.setdefault(word.surface, word.form)
    return counts, forms


def _tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(MARKED_ENDS), MARK)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(BETWEEN), "removed")
    return tokenizer
