"""Guarantees 5 and 8: every question reads one version while others are built; reloading for days leaves nothing."""

from __future__ import annotations

import gc
import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.backup import backup, restore
from index.build import build
from index.encoder import load_encoder
from index.search import Index
from index.snapshot import Snapshot
from index.store import Store
from tests.faults.figures import Figures, tries
from tests.faults.scenes import QUESTION, found_in, mark, marked, mixed
from tests.faults.warm import Server

THREADS = 8


@pytest.mark.parametrize("follows", [True, False], ids=["following", "looking at each question"])
def test_every_question_reads_one_version(
    follows: bool, warm: Server, tiny: str, tmp_path: Path, figures: Figures
) -> None:
    """Threads here and another process ask while versions are built, in turn here and by another process."""
    folder, directory = tmp_path / "minutes", tmp_path / "index"
    folder.mkdir()
    mark(folder, 1)
    build([folder], directory, tiny)
    other = warm.start("keep asking", directory, QUESTION).go()
    other.reads("asking")
    index = Index.open(directory)
    said: list[str] = []
    if follows:
        index.follow(said.append)
    over = threading.Event()
    seen: Counter[int] = Counter()

    def keep_asking() -> str | None:
        while not over.is_set():
            snapshot = index.snapshot()
            if wrong := mixed(snapshot, QUESTION):
                return wrong
            seen[snapshot.version.id] += 1
        return None

    rebuilds = tries(short=4, long=50)
    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(keep_asking) for _ in range(THREADS)]
        try:
            for version in range(2, rebuilds + 2):
                mark(folder, version)
                if version % 2:
                    assert build([folder], directory, prune=True).version == version
                else:
                    done = warm.run("index", "build", folder, "--prune", "--index", directory)
                    assert done.code == 0, done
        finally:
            over.set()
    (tmp_path / "stop").touch()
    elsewhere = other.result()
    assert elsewhere.code == 0, elsewhere
    assert [future.result() for future in asking] == [None] * THREADS
    index.close()
    assert not [line for line in said if "goes on answering" in line]
    figures.say(
        5,
        f"{THREADS} threads and another process asked through {rebuilds} rebuilds, "
        f"{'following' if follows else 'looking at each question'}: {seen.total()} answers here over {len(seen)} "
        f"versions and {elsewhere.out.strip()} there, none mixed, no error.",
    )


def test_a_version_that_was_replaced_is_read_as_it_was(tiny: str, tmp_path: Path) -> None:
    """A reader that is still loading a version while the next ones are published."""
    folder, directory = tmp_path / "minutes", tmp_path / "index"
    folder.mkdir()
    for version in range(1, 5):
        mark(folder, version, range(1, version + 2))
        build([folder], directory, tiny, prune=True)
    store, encoder = Store(directory), load_encoder(tiny)
    for version in store.versions():
        snapshot = Snapshot(store, version, encoder)
        assert mixed(snapshot, QUESTION) is None
        assert len(snapshot.meetings) == version.id + 1


def test_reloading_leaves_nothing_behind(tiny: str, tmp_path: Path, figures: Figures) -> None:
    """An index that changes between two versions, loaded again each time."""
    folder, directory = tmp_path / "minutes", tmp_path / "index"
    folder.mkdir()
    backups = []
    for version in (1, 2):
        mark(folder, version)
        build([folder], directory, tiny, prune=True)
        backups.append(tmp_path / f"{version}.db")
        backup(directory, backups[-1])
    index = Index.open(directory)
    reloads = tries(short=60, long=1000)
    warming = reloads // 3
    usage: list[tuple[int, int, float]] = []
    for number in range(reloads + 1):
        restore(backups[number % 2], directory, replace=True)
        snapshot = index.snapshot()
        assert snapshot.version.id == number % 2 + 1
        assert all(marked(snapshot.version.id) in text for text, _ in found_in(snapshot))
        if number in (warming, reloads):
            gc.collect()
            usage.append((_descriptors(), threading.active_count(), _memory()))
    (descriptors, threads, memory), (descriptors_after, threads_after, memory_after) = usage
    assert (descriptors_after, threads_after) == (descriptors, threads)
    assert memory_after < memory + ALLOWED, f"{memory:.1f} MB became {memory_after:.1f} MB"
    figures.say(
        8,
        f"{reloads} reloads, from number {warming} on: descriptors {descriptors} and {descriptors_after}, threads "
        f"{threads} and {threads_after}, memory {memory:.1f} and {memory_after:.1f} MB (allowed: {ALLOWED} MB more).",
    )


ALLOWED = 20
"""Megabytes that the process may have grown by: allocators keep pages, whatever is freed."""


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def _memory() -> float:
    """Megabytes in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
