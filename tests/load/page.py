"""Puts a page of its own under load: python tests/load/page.py [--minutes FOLDER] [--seconds 60]; make load."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Fifty people, then three times as many as may wait; the exit code of the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", default="minutes")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "app.py", "--minutes", options.minutes, "--index", directory, "--port", "0"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as page:
            try:
                address = page.stdout.readline().strip() if page.stdout else ""
                asking = [sys.executable, str(HERE / "asking.py"), address]
                for more in (["--seconds", str(options.seconds)], ["--seconds", "10", "--people", "200", "--beyond"]):
                    code = subprocess.run([*asking, *more], cwd=ROOT, check=False).returncode
                    if code:
                        return code
                return 0
            finally:
                page.terminate()


if __name__ == "__main__":
    sys.exit(main())
