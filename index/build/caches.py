"""Vectors and tokens of texts, made once and kept: an interrupted build goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from tqdm import tqdm

from index.encoder import Encoder
from index.lexical import tokeniser_fingerprint, tokens
from index.store import Writer, text_key

EMBED_BATCH = 512


def fill(writer: Writer, engine: Encoder, texts: Iterable[str], progress: bool = True) -> int:
    """Embed and tokenise what the caches lack, in committed batches; returns the number of texts embedded."""
    by_key = {text_key(text): text for text in texts}
    tokeniser = tokeniser_fingerprint()
    missing = sorted(writer.missing("tokens", tokeniser, by_key))
    for keys in _batches(missing, "tokenising", progress):
        values = {key: json.dumps(tokens(by_key[key]), ensure_ascii=False).encode() for key in keys}
        writer.cache("tokens", tokeniser, values)
    missing = sorted(writer.missing("vectors", engine.fingerprint, by_key))
    for keys in _batches(missing, "embedding", progress):
        vectors = engine.encode_documents([by_key[key] for key in keys]).astype("float16")
        values = {key: row.tobytes() for key, row in zip(keys, vectors, strict=True)}
        writer.cache("vectors", engine.fingerprint, values)
    return len(missing)


def _batches(keys: Sequence[bytes], what: str, progress: bool) -> Iterator[Sequence[bytes]]:
    hidden = not progress or len(keys) < EMBED_BATCH
    with tqdm(total=len(keys), desc=what, unit="statement", mininterval=1, disable=hidden) as bar:
        for start in range(0, len(keys), EMBED_BATCH):
            batch = keys[start : start + EMBED_BATCH]
            yield batch
            bar.update(len(batch))
