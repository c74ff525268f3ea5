"""The child process that parses foreign formats: `python -m index.reading.worker`, spoken to by `sandbox`.

It takes a request and the bytes of a file, says that it is alive after each page or member, and answers. What
these formats can do to a process - fill its memory, spin, crash it - they do to this one.
"""

from __future__ import annotations

import base64
import json
import resource
import signal
import sys
import time
from dataclasses import asdict
from typing import Any, BinaryIO

from index.errors import SourceError
from index.reading import limits
from index.reading.wire import found_to_json, receive, send

_BEAT = 0.2  # seconds between two signs of life


class _Alive:
    """Tells the parent that work goes on, and has the kernel end this process if it does not.

    The alarm kills even where a parser in C keeps the interpreter from running, and when the parent is gone.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.last = time.monotonic()

    def __call__(self) -> None:
        signal.alarm(int(limits.MAX_SILENCE) + 2)
        if time.monotonic() - self.last >= _BEAT:
            send(self.stream, b'{"alive": true}')
            self.last = time.monotonic()


def main() -> int:
    """Answer requests until the parent closes its end."""
    _limit_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    alive = _Alive(answers)
    while (request := receive(requests)) is not None and (content := receive(requests)) is not None:
        alive()
        answer = _answer(json.loads(request), content, alive)
        send(answers, answer)
        signal.alarm(0)
    return 0


def _limit_memory() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limits.MAX_MEMORY, limits.MAX_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        # macOS refuses a limit of address space; there the limits of size and time alone hold.
        return


def _answer(request: dict[str, Any], content: bytes, alive: _Alive) -> bytes:
    try:
        answer = {"answer": _TASKS[request["task"]](request, content, alive)}
        return json.dumps(answer, ensure_ascii=False).encode()
    except SourceError as error:
        return json.dumps({"refused": str(error)}).encode()
    except MemoryError:
        size = limits.MAX_MEMORY // 2**20
        reason = f"{request['name']}: reading takes more than {size} MB of memory (MAX_MEMORY); split the file"
        return json.dumps({"refused": reason}).encode()
    except RecursionError:
        reason = f"{request['name']}: its parts nest deeper than {limits.MAX_DEPTH} (MAX_DEPTH); save it as text"
        return json.dumps({"refused": reason}).encode()


def _read(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:
    from index.reading.formats import read_content

    return [found_to_json(found) for found in read_content(content, request["name"], alive)]


def _digests(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:
    from index.reading.archive import digests

    return digests(content, request["name"], alive)


def _boxes(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:
    from index.reading.pdf.boxes import find_boxes

    return [asdict(box) for box in find_boxes(content, request["name"], request["wanted"], alive)]


def _image(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:
    from index.reading.pdf.boxes import render

    image = render(content, request["name"], request["page"], request["scale"], alive)
    return base64.b64encode(image).decode()


def _member(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:
    from index.reading.archive import find_member

    found = find_member(content, request["name"], request["sha256"], alive)
    return None if found is None else base64.b64encode(found).decode()


def _ready(request: dict[str, Any], content: bytes, alive: _Alive) -> Any:  # noqa: ARG001 as every task
    import index.reading.pdf.boxes  # noqa: F401 what takes the time


_TASKS = {"ready": _ready, "read": _read, "digests": _digests, "boxes": _boxes, "image": _image, "member": _member}


if __name__ == "__main__":
    sys.exit(main())
