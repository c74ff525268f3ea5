"""Has foreign formats parsed in a child process with limits; what breaks there becomes a SourceError here.

One child serves this process, one file at a time, from any thread. It is started when first needed, killed when it
breaks a limit, started again for the next file, and ends when this process does.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from index.errors import SourceError
from index.reading import limits

_PACKAGES = Path(__file__).parents[2]
_LENGTH = struct.Struct(">I")
_CHUNK = 1 << 16


class _Silent(Exception):
    """The child did not get on in time."""


class _Gone(Exception):
    """The child has ended."""


class Sandbox:
    """The child and the way to talk to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, task: str, name: str, content: bytes, **request: Any) -> Any:
        """What the child answers to a task about the file called `name`.

        Raises SourceError with the child's reason, or if it took too long, crashed or ran out of memory.
        """
        words = json.dumps({"task": task, "name": name, **request}).encode()
        with self._lock:
            try:
                answer = self._exchange(words, content)
            except _Silent as error:
                self._stop()
                raise SourceError(
                    f"{name}: reading took more than {error} without getting on; save the minutes as text"
                ) from error
            except _Gone as error:
                code = self._stop()
                raise SourceError(
                    f"{name}: the file makes its reader fail ({_end(code)}); save it again, or as text"
                ) from error
        if "refused" in answer:
            raise SourceError(answer["refused"])
        return answer["answer"]

    @property
    def pid(self) -> int | None:
        """The process id of the child; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._stop()

    def _exchange(self, request: bytes, content: bytes) -> dict[str, Any]:
        child = self._started()
        if child.stdin is None or child.stdout is None:
            raise _Gone
        talk = _Talk(child.stdin.fileno(), child.stdout.fileno(), time.monotonic() + limits.MAX_SECONDS)
        try:
            talk.write(_LENGTH.pack(len(request)) + request + _LENGTH.pack(len(content)), content)
            while True:
                answer: dict[str, Any] = json.loads(talk.frame())
                if "alive" not in answer:
                    return answer
        except KeyboardInterrupt:
            self._stop()  # it would still answer this question when it is asked the next
            raise

    def _started(self) -> subprocess.Popen[bytes]:
        """The running child; a fork of this process needs one of its own."""
        if self._child is not None and self._owner != os.getpid():
            self._child = None
        if self._child is not None and self._child.poll() is not None:
            self._stop()
        if self._child is None:
            self._owner = os.getpid()
            path = os.pathsep.join(filter(None, [str(_PACKAGES), os.environ.get("PYTHONPATH")]))
            self._child = subprocess.Popen(
                [sys.executable, "-m", "index.reading.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"},
                bufsize=0,
            )
            for stream in (self._child.stdin, self._child.stdout):
                if stream is not None:
                    os.set_blocking(stream.fileno(), False)
        return self._child

    def _stop(self) -> int:
        """Kill the child if there is one; returns how it ended."""
        child, self._child = self._child, None
        if child is None:
            return 0
        ended = child.poll()
        child.kill()
        child.wait()
        for stream in (child.stdin, child.stdout):
            if stream is not None:
                stream.close()
        return child.returncode if ended is None else ended


class _Talk:
    """Bytes to and from a child, without ever waiting longer than the limits allow."""

    def __init__(self, requests: int, answers: int, end: float) -> None:
        self.requests = requests
        self.answers = answers
        self.end = end
        self.read = bytearray()

    def write(self, *chunks: bytes) -> None:
        for chunk in chunks:
            view = memoryview(chunk)
            while view:
                self._wait(self.requests, selectors.EVENT_WRITE)
                try:
                    view = view[os.write(self.requests, view[:_CHUNK]) :]
                except BlockingIOError:
                    continue
                except BrokenPipeError as error:
                    raise _Gone from error

    def frame(self) -> bytes:
        size = _LENGTH.unpack(self._take(_LENGTH.size))[0]
        return self._take(size)

    def _take(self, size: int) -> bytes:
        while len(self.read) < size:
            self._wait(self.answers, selectors.EVENT_READ)
            try:
                chunk = os.read(self.answers, max(_CHUNK, size - len(self.read)))
            except BlockingIOError:
                continue
            if not chunk:
                raise _Gone
            self.read += chunk
        taken = bytes(self.read[:size])
        del self.read[:size]
        return taken

    def _wait(self, handle: int, event: int) -> None:
        left = self.end - time.monotonic()
        if left <= 0:
            raise _Silent(f"{limits.MAX_SECONDS:g} seconds (MAX_SECONDS)")
        with selectors.DefaultSelector() as selector:
            selector.register(handle, event)
            if not selector.select(min(left, limits.MAX_SILENCE)):
                raise _Silent(f"{limits.MAX_SILENCE:g} seconds (MAX_SILENCE)")


def _end(code: int) -> str:
    if code in (-signal.SIGABRT, -signal.SIGSEGV):  # what parsers in C do when memory ends
        return f"signal {-code}: damaged, or needs more than {limits.MAX_MEMORY // 2**20} MB (MAX_MEMORY)"
    return f"signal {-code}" if code < 0 else f"exit code {code}"


SANDBOX = Sandbox()
"""The one child of this process; it costs nothing until a file needs it."""

atexit.register(SANDBOX.close)
