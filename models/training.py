"""A table of token vectors, trained so that a question lies near the passage that belongs to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import torch
    from vocabulary import Vocabulary

TOKENS = 200  # longer texts are cut in training
KEPT_EVERY = 250  # steps; what an interruption costs at most


@dataclass(frozen=True, slots=True)
class Options:
    """What decides a training run, beside the data."""

    dimension: int = 384
    steps: int = 3000
    batch: int = 1024
    rate: float = 0.03
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


class Training:
    """A table under training: its optimiser, its schedule, and how far it has come."""

    def __init__(self, initial: npt.NDArray[np.float32], options: Options) -> None:
        """Begin at `initial`, of the shape (rows, dimension), on a GPU where there is one."""
        import torch

        torch.manual_seed(options.seed)
        self._options = options
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        start = torch.from_numpy(initial.copy()).to(self._device)
        self._table = torch.nn.EmbeddingBag.from_pretrained(start, freeze=False, mode="mean")
        self._optimiser = torch.optim.Adam(self._table.parameters(), lr=options.rate)
        self.step, self.loss = 0, 0.0

    def learn(self, asked: Bags, given: Bags) -> None:
        """One step of symmetric InfoNCE (van den Oord et al. 2018) over in-batch negatives."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._options.rate * self._share()
        loss = _loss(self._vectors(asked), self._vectors(given), self._options.scale)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self.loss = loss.item() if self.step == 0 else 0.98 * self.loss + 0.02 * loss.item()
        self.step += 1

    def _share(self) -> float:
        """How much of the rate counts at this step: linear warm-up, linear decay."""
        warm = max(1, int(self._options.steps * self._options.warm_up))
        return min((self.step + 1) / warm, (self._options.steps - self.step) / max(1, self._options.steps - warm))

    def _vectors(self, bags: Bags) -> torch.Tensor:
        import torch

        rows, starts = (torch.from_numpy(part).to(self._device) for part in (bags.rows, bags.starts[:-1]))
        return torch.nn.functional.normalize(self._table(rows, starts), dim=1)

    def keep(self, file: Path) -> None:
        """Write down how far the training has come; a file that is there was written whole."""
        from safetensors.torch import save_file

        state = self._optimiser.state[self._table.weight]
        tensors = {"table": self._table.weight.detach(), "mean": state["exp_avg"], "square": state["exp_avg_sq"]}
        written = file.with_suffix(".part")
        save_file(tensors, written, metadata={"step": str(self.step), "loss": repr(self.loss)})
        written.replace(file)

    def resume(self, file: Path) -> None:
        """Go on where `keep` stood."""
        import torch
        from safetensors import safe_open

        with safe_open(file, framework="pt", device=str(self._device)) as kept:
            found, said = {name: kept.get_tensor(name) for name in kept.keys()}, kept.metadata()  # noqa: SIM118 no dict
        self.step, self.loss = int(said["step"]), float(said["loss"])
        self._table.weight.data.copy_(found["table"])
        self._optimiser.state[self._table.weight] = {
            "step": torch.tensor(float(self.step)),
            "exp_avg": found["mean"],
            "exp_avg_sq": found["square"],
        }

    def table(self) -> npt.NDArray[np.float32]:
        """The table as it is: shape (rows, dimension), row 0 zero."""
        trained: npt.NDArray[np.float32] = self._table.weight.detach().cpu().numpy().copy()
        trained[0] = 0.0
        return trained


def train_table(
    queries: Bags,
    passages: Bags,
    passage_of: npt.NDArray[np.int64],
    times: npt.NDArray[np.int64],
    initial: npt.NDArray[np.float32],
    options: Options,
    kept: Path,
) -> npt.NDArray[np.float32]:
    """The trained table: shape (rows, dimension), as `initial`.

    Pair i is query i with passage i, and `passage_of[i]` names its passage, equal for equal texts; it is seen
    `times[i]` times an epoch. Every KEPT_EVERY steps the state goes to the file `kept`; where that is there,
    training goes on from it and ends at the same table. Prints loss, rate and time left to standard error.
    """
    training = Training(initial, options)
    if kept.exists():
        training.resume(kept)
    first, began = training.step, time.monotonic()
    for chosen in islice(_batches(passage_of, times, options), first, options.steps):
        training.learn(queries.take(chosen), passages.take(chosen))
        if training.step % 50 == 0:
            _report(training, first, options, time.monotonic() - began)
        if training.step % KEPT_EVERY == 0:
            training.keep(kept)
    return training.table()


def _loss(asked: torch.Tensor, given: torch.Tensor, scale: float) -> torch.Tensor:
    import torch

    scores = scale * asked @ given.T
    target = torch.arange(len(scores), device=scores.device)
    entropy = torch.nn.functional.cross_entropy
    return (entropy(scores, target) + entropy(scores.T, target)) / 2


def _report(training: Training, first: int, options: Options, seconds: float) -> None:
    a_step = seconds / (training.step - first)
    left = a_step * (options.steps - training.step)
    print(
        f"step {training.step}/{options.steps}  loss {training.loss:.3f}  {options.batch / a_step:,.0f} pairs/s  "
        f"{left:.0f} s left",
        file=sys.stderr,
    )
