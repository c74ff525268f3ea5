"""Where training starts: vectors of words that already know which words stand near each other.

Positive pointwise mutual information of words in a window, factorised (Levy, Goldberg & Dagan 2015), then
drawn towards words with the same kanji and towards Sudachi's synonyms, with some noise that keeps every word
itself, and as long as the word is rare.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix
    from training import Bags
    from vocabulary import Vocabulary

Table = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

WINDOW = 8
CHUNK = 8_000_000  # tokens counted at once, for memory
KANJI_WEIGHT = 200  # a word seen this often is as much itself as the sum of its kanji
SYNONYM_SHARE = 0.5
LARGEST_GROUP = 12
NOISE = 0.7
LENGTH = 16.0  # in units that suit the learning rate


def initial_table(vocabulary: Vocabulary, bags: Bags, idf: Table, dimension: int, seed: int) -> Table:
    """The table before training: shape (rows, dimension), row 0 zero."""
    rows = len(idf)
    counts = np.bincount(bags.rows, minlength=rows)
    surfaces = _surfaces(vocabulary)
    table = _factorised(_cooccurrences(bags, rows), dimension, seed)
    table = _towards_kanji(table, surfaces, counts)
    table = _towards_synonyms(table, surfaces, counts)
    noise = np.random.default_rng(seed).standard_normal(table.shape).astype(np.float32) / np.sqrt(dimension)
    table = _unit(table + NOISE * noise) * (LENGTH * idf[:, None])
    table[0] = 0
    return table


def _cooccurrences(bags: Bags, rows: int) -> csr_matrix:
    """How often two rows stand at most WINDOW apart in one text, each time divided by their distance."""
    from scipy.sparse import coo_matrix, csr_matrix

    text = np.repeat(np.arange(len(bags.starts) - 1), np.diff(bags.starts))
    total = csr_matrix((rows, rows), dtype=np.float32)
    for start in range(0, len(bags.rows), CHUNK):
        tokens, within = bags.rows[start : start + CHUNK], text[start : start + CHUNK]
        for distance in range(1, WINDOW + 1):
            same = within[distance:] == within[:-distance]
            weight = np.full(int(same.sum()), 1 / distance, dtype=np.float32)
            pair = (tokens[distance:][same], tokens[:-distance][same])
            total = total + coo_matrix((weight, pair), shape=(rows, rows)).tocsr()
    return (total + total.T).tocsr()


def _factorised(together: csr_matrix, dimension: int, seed: int) -> Table:
    """Unit vectors from the positive PMI, contexts smoothed with the power 0.75."""
    from scipy.sparse import csr_matrix
    from sklearn.utils.extmath import randomized_svd  # type: ignore[import-untyped]

    found = together.tocoo()
    word = np.asarray(together.sum(axis=1)).ravel()
    context = word**0.75
    information = np.log(found.data * context.sum() / (word[found.row] * context[found.col]))
    kept = information > 0
    positive = csr_matrix(
        (information[kept].astype(np.float32), (found.row[kept], found.col[kept])), shape=together.shape
    )
    left, values, _ = randomized_svd(positive, dimension, n_iter=3, random_state=seed)
    return _unit((left * np.sqrt(values)).astype(np.float32))


def _surfaces(vocabulary: Vocabulary) -> dict[int, list[str]]:
    """The surfaces that share each row, without row 0."""
    surfaces: dict[int, list[str]] = defaultdict(list)
    for place, row in enumerate(vocabulary.rows):
        if row:
            surfaces[row].append(str(vocabulary.tokenizer.id_to_token(place)))
    return surfaces


def _towards_kanji(table: Table, surfaces: dict[int, list[str]], counts: Counts) -> Table:
    """Rare words lean on the other words that are written with their kanji."""
    kanji = {row: set(re.findall(r"[\u4e00-\u9fff]", "".join(words))) for row, words in surfaces.items()}
    rows_with: dict[str, list[int]] = defaultdict(list)
    for row, characters in kanji.items():
        for character in characters:
            rows_with[character].append(row)
    mean = {character: _mean(table, rows, np.sqrt(counts[rows])) for character, rows in rows_with.items()}
    leaning = table.copy()
    for row, characters in kanji.items():
        if characters:
            together = _unit(np.sum([mean[character] for character in sorted(characters)], axis=0)[None])[0]
            leaning[row] = (counts[row] * table[row] + KANJI_WEIGHT * together) / (counts[row] + KANJI_WEIGHT)
    return _unit(leaning)


def _towards_synonyms(table: Table, surfaces: dict[int, list[str]], counts: Counts) -> Table:
    """Words of one synonym group of Sudachi's dictionary (配布, 配る) draw near each other."""
    centre, groups = np.zeros_like(table), np.zeros(len(table), dtype=np.float32)
    for rows in _synonyms(surfaces):
        centre[rows] += _unit(_mean(table, rows, np.log1p(counts[rows]))[None])
        groups[rows] += 1
    share = np.where(groups > 0, SYNONYM_SHARE, 0.0).astype(np.float32)[:, None]
    return _unit((1 - share) * table + share * centre / np.maximum(groups, 1)[:, None])


def _synonyms(surfaces: dict[int, list[str]]) -> list[list[int]]:
    """Rows whose words stand in one synonym group."""
    from sudachipy import Dictionary, SplitMode

    sudachi = Dictionary(dict="core").tokenizer(mode=SplitMode.A)
    groups: dict[int, set[int]] = defaultdict(set)
    for row, words in surfaces.items():
        for word in words:
            morphemes = sudachi.tokenize(word)
            if len(morphemes) == 1:
                for group in morphemes[0].synonym_group_ids():
                    groups[group].add(row)
    return [sorted(rows) for _, rows in sorted(groups.items()) if 1 < len(rows) <= LARGEST_GROUP]


def _mean(table: Table, rows: Sequence[int], weight: npt.NDArray[np.floating]) -> Table:
    mean: Table = (table[rows] * weight[:, None]).sum(axis=0) / max(float(weight.sum()), 1e-9)
    return mean.astype(np.float32)


def _unit(table: npt.NDArray[np.floating]) -> Table:
    lengths = np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    unit: Table = (table / lengths).astype(np.float32)
    return unit
