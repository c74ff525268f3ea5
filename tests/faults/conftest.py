"""What the tests here share: a warm process, a tiny encoder, and the figures that `make faults` writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.figures import Figures, is_long
from tests.faults.scenes import make_encoder
from tests.faults.warm import Server

FIGURES = Figures()


@pytest.fixture(scope="session")
def figures() -> Figures:
    """Takes a line for what a test did."""
    return FIGURES


@pytest.fixture(scope="session")
def warm() -> Iterator[Server]:
    """Forks a process for each job."""
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="session")
def tiny(warm: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tiny encoder in a folder."""
    return str(make_encoder(tmp_path_factory.mktemp("encoders") / "tiny"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """For `make faults`."""
    parser.addoption("--write-figures", action="store_true", help="put the figures into docs/guarantees.md")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """The long form, once it has passed as a whole, writes its figures into the document."""
    if session.config.getoption("--write-figures", default=False) and is_long() and exitstatus == 0:
        FIGURES.write()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the lines."""
    for line in FIGURES.in_words():
        terminalreporter.write_line(line)
