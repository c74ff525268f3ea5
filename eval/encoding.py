"""How fast encoders load and encode, over the sample minutes cut into texts of 100 characters."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

import numpy as np

from eval.questions import ROOT
from index.encoder import EMBEDDED, EMBEDDED_FOLDER, Vectors, load_encoder
from index.identity import squeezed

CHARACTERS = 100
STATEMENTS = 20_000
QUESTIONS = 50
ROUNDS = 3
LIBRARY = "embedded, through sentence-transformers"
LEAST, LONGEST = 6_000, 1.0
"""What the embedded encoder must reach through sentence-transformers: statements a second, seconds to load."""

Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Speed:
    """What one encoder takes: seconds to load once libraries are imported, statements a second, ms for one question."""

    encoder: str
    dimension: int
    load: float
    statements: float
    question: float


def speeds(names: Sequence[str], say: Callable[[str], None]) -> Iterator[Speed]:
    """The embedded encoder in both its forms, then those named. Raises ModelUnavailable."""
    import sentence_transformers  # noqa: F401 so that no load time holds the import
    import tokenizers  # noqa: F401

    texts = _texts()
    for name, load in ((EMBEDDED, _ours(EMBEDDED)), (LIBRARY, _library), *((name, _ours(name)) for name in names)):
        say(f"{name}: {STATEMENTS:,} statements of {CHARACTERS} characters")
        yield _speed(name, load, texts)


def slow(found: Sequence[Speed]) -> list[str]:
    """One sentence for every promise about the embedded encoder that is broken."""
    said = []
    for speed in found:
        if speed.encoder == LIBRARY and speed.statements < LEAST:
            said.append(f"{speed.encoder}: {speed.statements:,.0f} statements/s, must be at least {LEAST:,}")
        if speed.encoder == LIBRARY and speed.load >= LONGEST:
            said.append(f"{speed.encoder}: loads in {speed.load:.2f} s, must be below {LONGEST:g} s")
    return said


def table(found: Sequence[Speed]) -> str:
    """The speeds as a Markdown table; the last column is relative to the first encoder."""
    lines = [
        "| encoder | dimensions | load, s | one question, ms | statements/s | ratio |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {one.encoder} | {one.dimension} | {one.load:.2f} | {one.question:.1f} | {one.statements:,.0f} "
        f"| ×{one.statements / found[0].statements:.3g} |"
        for one in found
    ]
    return "\n".join(lines)


def _texts() -> list[str]:
    """Texts of CHARACTERS characters from every place of the sample minutes, in a mixed order."""
    whole = "".join(squeezed(file.read_text(encoding="utf-8")) for file in sorted((ROOT / "minutes").glob("*.txt")))
    starts = np.random.default_rng(1).permutation(len(whole) - CHARACTERS)
    return [whole[start : start + CHARACTERS] for start in islice(cycle(starts.tolist()), STATEMENTS)]


def _ours(name: str) -> Callable[[], Encode]:
    return lambda: load_encoder(name).encode_documents


def _library() -> Encode:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(EMBEDDED_FOLDER), device="cpu", local_files_only=True)
    return lambda texts: np.asarray(model.encode(list(texts), batch_size=256, normalize_embeddings=True))


def _speed(name: str, load: Callable[[], Encode], texts: Sequence[str]) -> Speed:
    """The best of ROUNDS for statements (others may use the machine), the median for questions."""
    began = time.perf_counter()
    encode = load()
    dimension = encode(texts[:1]).shape[1]
    loaded = time.perf_counter() - began
    alone = median(_seconds(encode, [text[:40]]) for text in texts[:QUESTIONS])
    # A transformer may take minutes for what a table of words does in seconds: a part says as much.
    part = texts[: max(200, min(STATEMENTS, int(20 / max(_seconds(encode, texts[:200]) / 200, 1e-9))))]
    best = min(_seconds(encode, part) for _ in range(ROUNDS))
    return Speed(name, dimension, loaded, len(part) / best, 1000 * alone)


def _seconds(encode: Encode, texts: Sequence[str]) -> float:
    began = time.perf_counter()
    encode(texts)
    return time.perf_counter() - began
