"""docs/guarantees.md names only tests that there are."""

from __future__ import annotations

import re

from tests.conftest import ROOT
from tests.faults.figures import BLOCK, DOCUMENT


def test_every_test_that_is_named_is_there() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 30
    for file, name in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert not name or re.search(rf"^(def|class) {name}\b", source, re.MULTILINE), f"{file}::{name}"


def test_the_figures_have_their_place() -> None:
    assert BLOCK.search(DOCUMENT.read_text(encoding="utf-8"))
