"""Index: open an index, ask one consistent version of it, move on to the next."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from index.encoder import Encoder, load_encoder
from index.errors import IndexMismatch, MinutesError
from index.lexical import tokeniser_fingerprint
from index.reranker import Reranker, load_reranker
from index.snapshot import Filters, Fusion, Hit, Scope, Snapshot, mix
from index.store import Store, Version

__all__ = ["Filters", "Fusion", "Hit", "Index", "Scope", "Snapshot", "mix"]

# How often a page looks for a new version, in seconds.
LOOK_EVERY = 0.5


class Index:
    """The door to an index folder. Safe to use from several threads; moves to a new version by itself.

    `reranker` is None unless one was asked for.
    """

    def __init__(
        self, directory: Path, store: Store, encoder: Encoder, snapshot: Snapshot, reranker: Reranker | None = None
    ) -> None:
        self.directory = directory
        self.reranker = reranker
        self._store = store
        self._encoder = encoder
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._follower: threading.Thread | None = None

    @classmethod
    def open(cls, directory: Path, reranker: str | None = None) -> Index:
        """Open the newest version, with the reranker of that name beside it.

        Raises IndexMissing, IndexDamaged, IndexMismatch, ModelUnavailable.
        """
        store = Store(directory)
        version = store.latest()
        encoder = load_encoder(version.encoder)
        snapshot = _snapshot(store, version, encoder)
        return cls(directory, store, encoder, snapshot, load_reranker(reranker) if reranker else None)

    def snapshot(self) -> Snapshot:
        """The newest version; one query keeps to what it got here.

        Once the index follows what is published, the version that was loaded last, so that no question waits.
        """
        if self._follower is None:
            self._move()
        return self._snapshot

    def renew(self) -> None:
        """Move to the newest version now. Raises as `open` does."""
        self._move()

    def follow(self, say: Callable[[str], None]) -> None:
        """Load new versions in the background as they are published, until closed, and `say` so.

        What cannot be loaded is said once, and the version before goes on answering.
        """
        self._follower = threading.Thread(target=self._watch, args=(say,), name="new versions", daemon=True)
        self._follower.start()

    def close(self) -> None:
        """Stop following."""
        self._closed.set()
        if self._follower is not None:
            self._follower.join()

    def _watch(self, say: Callable[[str], None]) -> None:
        told = ""
        while not self._closed.wait(LOOK_EVERY):
            try:
                if self._move():
                    say(f"version {self._snapshot.version.id} answers from now on")
                told = ""
            except MinutesError as error:
                if str(error) != told:
                    told = str(error)
                    say(f"{told} (version {self._snapshot.version.id} goes on answering)")

    def _move(self) -> bool:
        """Move to the newest version; whether there was a newer one."""
        # Not by number alone: an index that was removed and built anew in its place begins at 1 again.
        if self._store.latest() == self._snapshot.version:
            return False
        with self._lock:
            latest = self._store.latest()
            if latest == self._snapshot.version:
                return False
            if latest.fingerprint != self._encoder.fingerprint:
                self._encoder = load_encoder(latest.encoder)
            self._snapshot = _snapshot(self._store, latest, self._encoder)
            return True


def _snapshot(store: Store, version: Version, encoder: Encoder) -> Snapshot:
    if version.fingerprint != encoder.fingerprint:
        raise IndexMismatch(
            f"the index was made with another encoder ({_difference(version.fingerprint, encoder.fingerprint)}); "
            "run: python -m index build FOLDER"
        )
    if version.tokeniser != tokeniser_fingerprint():
        raise IndexMismatch(
            f"the index was made with the tokeniser {version.tokeniser}, this program has {tokeniser_fingerprint()}; "
            "run: python -m index build FOLDER"
        )
    return Snapshot(store, version, encoder)


def _difference(index: str, program: str) -> str:
    """What two fingerprints of encoders, in JSON, differ in, shortened."""
    old, new = json.loads(index), json.loads(program)
    return ", ".join(
        f"{key}: index {str(old.get(key))[:12]}, program {str(new[key])[:12]}"
        for key in new
        if old.get(key) != new[key]
    )
