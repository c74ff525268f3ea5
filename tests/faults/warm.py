"""Real processes at once: a server that has imported everything heavy forks itself for each job.

A job runs the command line (or one of the functions below) in a process of its own, which can be killed, limited and
traced. What it prints goes through a socket, so that failing writes do not swallow its last words.
"""

from __future__ import annotations

import faulthandler
import io
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HEAVY = (
    "app",
    "index.backup",
    "index.checking",
    "index.history",
    "index.repair",
    "index.vacuum",
    "index.watch",
    "qa.__main__",
    "scipy.sparse",
    "sentence_transformers",
    "wcmatch.glob",
)
PATIENCE = 120
"""Seconds after which a job that says nothing has failed."""
BATCH = 2
"""Texts that a build embeds before it commits them, here: so that small folders have several batches as well."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended: `code` is its exit code, negative for the signal that killed it."""

    code: int
    out: str
    err: str


class Job:
    """A process at work; `held` until `go`."""

    def __init__(self, server: Server, connection: socket.socket, pid: int) -> None:
        self.pid = pid
        self._server = server
        self._connection = connection
        connection.settimeout(PATIENCE)
        self._lines = connection.makefile("r", encoding="utf-8")
        assert self._lines.readline() == '"ready"\n'

    def go(self) -> Job:
        """Let it begin."""
        self._connection.sendall(b"\n")
        return self

    def reads(self, words: str) -> str:
        """What it has printed to standard error once that holds `words`."""
        said = ""
        while words not in said:
            line = self._lines.readline()
            assert line, f"it ended without saying {words!r}: {said}"
            said += json.loads(line).get("err", "")
        return said

    def killed_after(self, seconds: float) -> bool:
        """Kill it at that moment, if it has not ended by then; whether it was killed."""
        select.select([], [], [], seconds)  # the moment of the kill, not a way to wait for something
        return self.kill() == -signal.SIGKILL

    def kill(self) -> int:
        """Kill it at once; returns how it ended."""
        os.kill(self.pid, signal.SIGKILL)
        return self._end()

    def result(self) -> Done:
        """Wait until it has ended."""
        out = err = ""
        code = None
        try:
            for line in self._lines:
                said = json.loads(line)
                out, err = out + said.get("out", ""), err + said.get("err", "")
                code = said.get("code", code)
        except TimeoutError as error:
            self.kill()
            raise AssertionError(f"a job has said nothing for {PATIENCE} s since: {out} {err}") from error
        ended = self._end()
        return Done(code if code is not None and ended == 0 else ended, out, err)

    def _end(self) -> int:
        code = self._server.wait(self.pid)
        self._lines.close()
        self._connection.close()
        return code


class Server:
    """The test's side of the warm process."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.faults.warm", str(theirs.fileno())]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()])
        theirs.close()
        self._answers = self._control.makefile("r")

    def start(self, job: str, *arguments: object, file_limit: int | None = None) -> Job:
        """A process that is ready to run a job: "index", "qa", "app" (a command line) or one of JOBS."""
        ours, theirs = socket.socketpair()
        message = {"job": job, "arguments": [str(one) for one in arguments], "file_limit": file_limit}
        socket.send_fds(self._control, [json.dumps(message).encode() + b"\n"], [theirs.fileno()])
        theirs.close()
        return Job(self, ours, int(self._answers.readline()))

    def run(self, job: str, *arguments: object, file_limit: int | None = None) -> Done:
        """Run a job to its end."""
        return self.start(job, *arguments, file_limit=file_limit).go().result()

    def wait(self, pid: int) -> int:
        """Wait for the end of a process; returns its exit code, negative for a signal."""
        self._control.sendall(json.dumps({"wait": pid}).encode() + b"\n")
        return int(self._answers.readline())

    def close(self) -> None:
        """End it."""
        self._answers.close()
        self._control.close()
        self._process.wait(timeout=20)


class _Told(io.TextIOBase):
    """A stream into a socket."""

    def __init__(self, connection: socket.socket, name: str) -> None:
        self._connection = connection
        self._name = name

    def write(self, text: str) -> int:
        self._connection.sendall(json.dumps({self._name: text}).encode() + b"\n")
        return len(text)


def _hold(directory: str) -> int:
    """Hold the lock of the writer until killed."""
    from index.store import Writer

    with Writer(Path(directory)):
        sys.stderr.write("holding")
        signal.pause()
    return 0


def _keep_asking(directory: str, question: str) -> int:
    """Ask until there is a file `stop` beside the index; prints how often."""
    from index.search import Index
    from tests.faults.scenes import mixed

    index = Index.open(Path(directory))
    sys.stderr.write("asking")
    asked = 0
    while not (Path(directory).parent / "stop").exists():
        if wrong := mixed(index.snapshot(), question):
            sys.stdout.write(wrong)
            return 1
        asked += 1
    sys.stdout.write(str(asked))
    return 0


JOBS: dict[str, Callable[..., int]] = {"hold": _hold, "keep asking": _keep_asking}


def _run(connection: socket.socket, message: dict[str, Any]) -> None:
    os.set_blocking(connection.fileno(), True)
    # A terminal's interrupt is for the tests; a job has its own.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    connection.sendall(b'"ready"\n')
    if not connection.recv(1):
        return
    sys.stdout, sys.stderr = _Told(connection, "out"), _Told(connection, "err")  # type: ignore[assignment]
    if message["file_limit"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (message["file_limit"], resource.RLIM_INFINITY))
    if message["job"] not in JOBS and "watch" not in message["arguments"]:
        # Whoever hangs tells where.
        faulthandler.dump_traceback_later(PATIENCE - 20, exit=True, file=2)
    try:
        code = _called(message["job"], message["arguments"])
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        code = 70
    connection.sendall(json.dumps({"code": code}).encode() + b"\n")


def _called(job: str, arguments: list[str]) -> int:
    import app
    from index.__main__ import main as index_main
    from qa.__main__ import main as qa_main

    mains: dict[str, Callable[[list[str]], int]] = {"index": index_main, "qa": qa_main, "app": app.main}
    return mains[job](arguments) if job in mains else JOBS[job](*arguments)


def _serve(control: socket.socket) -> None:
    while True:
        said, descriptors, _, _ = socket.recv_fds(control, 1 << 20, 1)
        if not said:
            return
        message = json.loads(said)
        if "wait" in message:
            _, status = os.waitpid(message["wait"], 0)
            control.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            continue
        pid = os.fork()
        if pid == 0:
            control.close()
            _run(socket.socket(fileno=descriptors[0]), message)
            os._exit(0)
        os.close(descriptors[0])
        control.sendall(f"{pid}\n".encode())


def _warm_up() -> None:
    """Import what a command imports, without a thread that a fork would lose."""
    import faiss
    import torch

    from index.build import caches
    from index.lexical import tokens

    for module in HEAVY:
        import_module(module)
    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)
    tokens("準備")
    caches.EMBED_BATCH = BATCH


if __name__ == "__main__":
    _warm_up()
    _serve(socket.socket(fileno=int(sys.argv[1])))
