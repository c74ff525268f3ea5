"""What several test modules need: the real sample minutes as an index, and where development data lie."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from eval.data import collections
from index.build import build
from index.search import Index

ROOT = Path(__file__).parents[1]
MINUTES = ROOT / "minutes"
KEIZAI = MINUTES / "keizai-anpo-04-20230214.txt"


@pytest.fixture(scope="session")
def minutes_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder over minutes/; tests must not change it."""
    directory = tmp_path_factory.mktemp("minutes-index")
    build([MINUTES], directory)
    return directory


@pytest.fixture(scope="session")
def minutes_index(minutes_directory: Path) -> Index:
    """The real sample minutes, opened."""
    return Index.open(minutes_directory)


@pytest.fixture(scope="session")
def samples_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The five invented meetings, opened."""
    directory = tmp_path_factory.mktemp("samples-index")
    build([ROOT / "samples"], directory)
    return Index.open(directory)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of development data; tests that need it are skipped where it is missing."""
    folder = Path(os.environ.get("MINUTES_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("development data not found; MINUTES_DATA names its folder")
    return folder


@pytest.fixture(scope="session")
def opened(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Index]:
    """Opens one of the collections of real minutes that development questions are asked of, by its name."""
    folders = {name: paths for name, paths in collections().items() if all(path.is_dir() for path in paths)}
    assert data.is_dir()

    @cache
    def index(name: str) -> Index:
        directory = tmp_path_factory.mktemp(name)
        build(list(folders[name]), directory)
        return Index.open(directory)

    return index


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Starts `python app.py` with options on a free port, as a user would; gives the page's address."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str | Path) -> str:
        messages = tmp_path_factory.mktemp("page") / "stderr"
        with messages.open("w") as stderr:
            command = [sys.executable, "app.py", "--port", "0", *map(str, options)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=stderr, text=True)
        running.append(process)
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://"), messages.read_text()
        return address

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="session")
def page(serve: Callable[..., str], minutes_directory: Path) -> str:
    """The address of a page over the real sample minutes."""
    return serve("--index", minutes_directory)


@pytest.fixture(scope="session")
def tokyo_index(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two plenary days of an assembly, opened."""
    directory = tmp_path_factory.mktemp("tokyo-index")
    build([data / "minutes" / "tokyo-2020"], directory)
    return Index.open(directory)
