"""The commands of python -m index: one module each, which adds its options with `add` and runs."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

DEFAULT_INDEX = "var/index"
ENCODER_HELP = "embedded, a model folder or a hub model: [BACKEND:]NAME[@REVISION], see docs/models.md"
RERANKER_HELP = "put what is found in the order of this model, see docs/models.md; default: MINUTES_RERANKER, else none"


def default_index() -> Path:
    """The index folder where none is named: MINUTES_INDEX, else var/index."""
    return Path(os.environ.get("MINUTES_INDEX") or DEFAULT_INDEX)


def default_reranker() -> str | None:
    """The reranker where none is named: MINUTES_RERANKER, else none."""
    return os.environ.get("MINUTES_RERANKER") or None


def takes_index(command: argparse.ArgumentParser) -> None:
    """Give a command the option --index."""
    command.add_argument(
        "--index", type=Path, default=default_index(), help=f"default: MINUTES_INDEX, else {DEFAULT_INDEX}"
    )


def takes_json(command: argparse.ArgumentParser) -> None:
    """Give a command the option --json."""
    command.add_argument("--json", action="store_true", help="print JSON")


def print_json(value: Any) -> None:
    """Print a value as JSON; a file name that is no UTF-8 is escaped, as JSON may."""
    print(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace").decode())
