"""A table of token vectors, trained so that a question lies near the passage that belongs to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch
    from vocabulary import Vocabulary

TOKENS = 200  # longer texts are cut in training


@dataclass(frozen=True, slots=True)
class Options:
    """What decides a training run, beside the data."""

    dimension: int = 256
    steps: int = 750
    batch: int = 1024
    rate: float = 0.02
    scale: float = 20.0
    warm_up: float = 0.1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Bags:
    """Many texts as rows of the table: text i holds `rows[starts[i]:starts[i + 1]]`."""

    rows: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def take(self, chosen: npt.NDArray[np.int64]) -> Bags:
        """The bags of the chosen texts, in their order."""
        lengths = self.starts[chosen + 1] - self.starts[chosen]
        starts = np.concatenate([[0], np.cumsum(lengths)])
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        return Bags(self.rows[np.repeat(self.starts[chosen], lengths) + within], starts)


def to_bags(vocabulary: Vocabulary, texts: Sequence[str]) -> Bags:
    """Tokenise; tokens of row 0 (function words, unknown) are left out."""
    table = np.asarray(vocabulary.rows, dtype=np.int64)
    found: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(texts), 10_000):
        for encoding in vocabulary.tokenizer.encode_batch_fast(texts[start : start + 10_000], add_special_tokens=False):
            rows = table[encoding.ids]
            found.append(rows[rows > 0][:TOKENS])
    return Bags(np.concatenate(found), np.concatenate([[0], np.cumsum([len(rows) for rows in found])]))


def joined(many: Sequence[Bags]) -> Bags:
    """All bags of `many`, one after the other."""
    lengths = np.concatenate([np.diff(bags.starts) for bags in many])
    return Bags(np.concatenate([bags.rows for bags in many]), np.concatenate([[0], np.cumsum(lengths)]))


def idf(bags: Bags, rows: int) -> npt.NDArray[np.float32]:
    """Inverse document frequency of each row of the table: shape (rows,)."""
    document = np.repeat(np.arange(len(bags.starts) - 1), np.diff(bags.starts))
    seen = np.unique(bags.rows * len(bags.starts) + document) // len(bags.starts)
    return np.log(len(bags.starts) / (1 + np.bincount(seen, minlength=rows))).astype(np.float32)


def _batches(
    passage_of: npt.NDArray[np.int64], times: npt.NDArray[np.int64], options: Options
) -> Iterator[npt.NDArray[np.int64]]:
    """Batches of pairs without end; no passage stands twice in a batch, or it would be its own negative."""
    chance = np.random.default_rng(options.seed)
    pairs = np.repeat(np.arange(len(passage_of)), times)
    while True:
        order = chance.permutation(pairs)
        for start in range(0, len(order) - options.batch + 1, options.batch):
            batch = order[start : start + options.batch]
            yield batch[np.unique(passage_of[batch], return_index=True)[1]]


def train_table(
    queries: Bags,
    passages: Bags,
    passage_of: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
    initial: npt.NDArray[np.float32],
    options: Options,
) -> npt.NDArray[np.float32]:
    """Symmetric InfoNCE (van den Oord et al. 2018) over in-batch negatives; returns the trained table.

    `initial` has the shape (rows, dimension); pair i is query i with passage i, and `passage_of[i]` names
    its passage, equal for equal texts; it is seen `times[i]` times an epoch. Prints loss, rate and time
    left to standard error.
    """
    import torch

    torch.manual_seed(options.seed)
    table = torch.nn.EmbeddingBag.from_pretrained(torch.from_numpy(initial.copy()), freeze=False, mode="mean")
    optimiser = torch.optim.Adam(table.parameters(), lr=options.rate)
    warm = max(1, int(options.steps * options.warm_up))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (options.steps - step) / (options.steps - warm)))
    )
    began, smooth = time.monotonic(), 0.0
    for step, chosen in zip(range(options.steps), _batches(passage_of, times, options), strict=False):
        asked, given = queries.take(chosen), passages.take(chosen)
        loss = _loss(_vectors(table, asked), _vectors(table, given), options.scale)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
        smooth = loss.item() if step == 0 else 0.98 * smooth + 0.02 * loss.item()
        if step % 50 == 49:
            _report(step + 1, options, smooth, time.monotonic() - began)
    trained: npt.NDArray[np.float32] = table.weight.detach().numpy()
    trained[0] = 0.0
    return trained


def _vectors(table: torch.nn.EmbeddingBag, bags: Bags) -> torch.Tensor:
    import torch

    pooled = table(torch.from_numpy(bags.rows), torch.from_numpy(bags.starts[:-1]))
    return torch.nn.functional.normalize(pooled, dim=1)


def _loss(asked: torch.Tensor, given: torch.Tensor, scale: float) -> torch.Tensor:
    import torch

    scores = scale * asked @ given.T
    target = torch.arange(len(scores))
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, target) + entropy(scores.T, target)) / 2


def _report(step: int, options: Options, loss: float, seconds: float) -> None:
    left = seconds / step * (options.steps - step)
    rate = step * options.batch / seconds
    print(f"step {step}/{options.steps}  loss {loss:.3f}  {rate:,.0f} pairs/s  {left:.0f} s left", file=sys.stderr)
