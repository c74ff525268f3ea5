"""Guarantee 22: nothing that a command prints names where it lies on this machine, and no message holds a question."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build
from index.store import DATABASE
from tests.faults.figures import Figures, tries
from tests.faults.scenes import make_encoder, minutes_of, write_minutes
from tests.faults.warm import Done, Server

SECRET = "毛布についての秘密の問い"
PASSWORD = "hunter2-token"


class House:
    """A folder with a telling name, in it good and broken things."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = write_minutes(place / "minutes", range(1, 5))
        self.encoder = make_encoder(place / "encoder")
        self.index = place / "index"
        build([self.folder], self.index, str(self.encoder))
        (self.folder / "m1.txt").write_text(minutes_of(1, "二"), encoding="utf-8")
        (self.folder / "m2.txt").rename(self.folder / "renamed.txt")
        build([self.folder], self.index)
        self._break_things()

    def _break_things(self) -> None:
        bad = write_minutes(self.place / "bad", [1, 2])
        (bad / "empty.txt").write_bytes(b"")
        (bad / "binary.txt").write_bytes(bytes(range(256)) * 20)
        (bad / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj")
        (bad / "broken.docx").write_bytes(b"PK\x03\x04broken")
        (bad / "broken.zip").write_bytes(b"PK\x03\x04broken")
        (bad / "old.xls").write_bytes(b"old")
        (bad / "link.txt").symlink_to(self.place / "minutes" / "m3.txt")
        (bad / "m1.txt.meta.toml").write_text("title = ", encoding="utf-8")
        os.mkfifo(bad / "pipe.txt")
        write_minutes(self.place / "badroster", [1])
        (self.place / "badroster" / "roster.csv").write_text("role,name\nx", encoding="utf-8")
        write_minutes(self.place / "badignore", [1])
        (self.place / "badignore" / ".minutesignore").write_text("**/**/**/**/x\n", encoding="utf-8")
        (self.place / "empty").mkdir()
        (self.place / "file").write_text("in the way", encoding="utf-8")
        for name in ("nodatabase", "damaged", "otherformat", "noencoder", "flipped", "noversion"):
            shutil.copytree(self.index, self.place / name)
        (self.place / "nodatabase" / DATABASE).write_text("no database " * 1000, encoding="utf-8")
        _change(self.place / "damaged", "UPDATE statements SET text = text || '改竄'")
        _change(self.place / "otherformat", "UPDATE meta SET value = 'minutes-index/99'")
        _change(self.place / "noversion", "DELETE FROM versions")
        content = bytearray((self.place / "flipped" / DATABASE).read_bytes())
        for at in range(4096, len(content), 1000):
            content[at] ^= 0x55
        (self.place / "flipped" / DATABASE).write_bytes(bytes(content))
        gone = make_encoder(self.place / "gone", seed=3)
        shutil.rmtree(self.place / "noencoder")
        build([self.folder], self.place / "noencoder", str(gone))
        shutil.rmtree(gone)
        (self.place / "auth").write_text(f"user{PASSWORD}\n", encoding="utf-8")
        (self.place / "notutf8").write_bytes(b"\xff\xfe\xfa")
        lines = [{"id": "a", "question": SECRET}, {"id": "b", "question": SECRET * 20_000}]
        (self.place / "batch.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        (self.place / "badbatch.jsonl").write_text(f'{{"question": "{SECRET}"', encoding="utf-8")
        (self.place / "questions.txt").write_text(f"{SECRET}\n", encoding="utf-8")

    def named(self, words: Sequence[str]) -> list[str]:
        """A command line in which @name is a place in this house."""
        return [str(self.place / word[1:]) if word.startswith("@") else word for word in words]


def _change(index: Path, command: str) -> None:
    with closing(sqlite3.connect(index / DATABASE)) as connection, connection:
        connection.execute(command)


@pytest.fixture(scope="module")
def house(tiny: str, tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("geheim-secret-place") / "ministry-of-secrets")


BROKEN = ("nodatabase", "damaged", "otherformat", "noencoder", "flipped", "noversion", "nowhere", "file", "empty")
GOOD_INDEX = [
    "build @minutes", "build @minutes --json", "build @minutes --dry-run", "build @minutes --dry-run --json",
    "info", "info --json", "check", "check --json", "check --repair", "changes", "changes --json", "changes --csv",
    "vacuum", "vacuum --keep 0",
]  # fmt: skip
WITHOUT_INDEX = [
    "build @bad --index @new1", "build @bad --index @new1 --json", "build @badroster --index @new2",
    "build @badignore --index @new3", "build @empty --index @new4", "build @nowhere --index @new5",
    "build @minutes/m3.txt --index @new6", "build @minutes --index @file", "build @minutes --index @file/below",
    "build @minutes --index @new7 --encoder @nowhere", "build @minutes --index @new8 --encoder @empty",
    "build @minutes --index @index --encoder @file", "build @empty --index @index",
    "build @minutes/m3.txt --index @index",
    "build @minutes --index @new9 --exclude #", "watch @minutes --settle no --index @new10", "parse @nowhere",
    "parse @minutes", "parse @bad/empty.txt", "parse @bad/binary.txt", "parse @bad/cut.pdf", "parse @bad/broken.docx",
    "parse @bad/broken.zip", "parse @bad/old.xls", "parse @bad/link.txt", "parse @bad/pipe.txt", "parse @bad/m1.txt",
    "parse @minutes/m3.txt", "parse @minutes/m3.txt --json", "parse @minutes/m3.txt --text",
    "backup @index/minutes.db --index @index", "backup @nowhere/there.db --index @index",
    "backup @backup.db --index @index", "restore @backup.db --index @index", "restore @backup.db --index @restored",
    "restore @nowhere --index @restored2", "restore @file --index @restored3",
    "restore @damaged/minutes.db --index @r4",
    "restore @flipped/minutes.db --index @r5", "restore @otherformat/minutes.db --index @r6",
    "restore @backup.db --index @file/below", "changes --since never --index @index", "vacuum --keep -3 --index @index",
    "alerts @questions.txt --index @index", "alerts @questions.txt --index @index --since 0 --json",
    "alerts @questions.txt --index @index --since 0 --atom", "alerts @nowhere --index @index",
    "alerts @notutf8 --index @index", "alerts @questions.txt --index @damaged",
    "alerts @questions.txt --index @nowhere",
]  # fmt: skip
ON_BROKEN = [
    "build @minutes", "info", "info --json", "check", "check --json", "check --repair", "changes", "vacuum",
    "backup @b.db",
]  # fmt: skip
QA = ["{q}", "{q} --json", "{q} --all", "{q} --timeline --csv", "{q} --compare", "--batch @batch.jsonl"]
QA_ERRORS = [
    "{q} --since never", "{q} --top 0", "{q} --csv", "{q} {q}", "{q} --batch @batch.jsonl", "--batch @nowhere",
    "--batch @notutf8", "--batch @badbatch.jsonl", "--statement 123", "{q} --speaker {blank}",
]  # fmt: skip
APP = [
    "--index @missing", "--index @nodatabase", "--index @otherformat", "--index @noencoder", "--index @flipped",
    "--index @index --auth @nowhere", "--index @index --auth @auth", "--index @index --auth @notutf8",
    "--index @index --host 0.0.0.0", "--index @index --port 99999", "--index @index --host no.such.host.invalid",
    "--minutes @missing --index @app1", "--minutes @bad --index @otherformat",
    "--minutes @minutes --index @file/below", "--minutes @bad --index @index --prune --host 0.0.0.0",
]  # fmt: skip


def _lines() -> list[tuple[str, str]]:
    lines = [("index", f"{line} --index @index") for line in GOOD_INDEX] + [("index", line) for line in WITHOUT_INDEX]
    lines += [("qa", f"{line} --index @index") for line in QA + QA_ERRORS]
    lines += [("app", f"--port 0 {line}") for line in APP]
    for broken in BROKEN:
        lines += [("qa", f"{line} --index @{broken}") for line in QA]
        lines += [("index", f"{line} --index @{broken}") for line in ON_BROKEN]
    return lines


def test_no_command_names_a_place_or_a_question(warm: Server, house: House, figures: Figures) -> None:
    leaks = []
    codes: dict[int, int] = {}
    lines = _lines()
    random.Random(22).shuffle(lines)
    lines = lines[: tries(short=60, long=10**6)]
    for program, line in lines:
        words = [word.format(q=SECRET, blank=" ") for word in line.split(" ")]
        done = warm.run(program, *house.named(words))
        codes[done.code] = codes.get(done.code, 0) + 1
        leaks += [f"{program} {line}: {leak}" for leak in _leaks(done, house)]
    assert leaks == []
    assert set(codes) == {0, 1, 2, 3}
    figures.say(
        22,
        f"{len(lines)} commands on good and broken input (exit codes {dict(sorted(codes.items()))}): no absolute path "
        "in what they print, no question and no password in a message, no traceback.",
    )


def _leaks(done: Done, house: House) -> list[str]:
    """What is said that should not be."""
    leaks = []
    if house.place.parent.name in done.out + done.err:
        at = (done.out + done.err).index(house.place.parent.name)
        leaks.append(f"a path: …{(done.out + done.err)[max(0, at - 60) : at + 60]}…")
    if SECRET in done.err:
        leaks.append("the question")
    if PASSWORD in done.out + done.err:
        leaks.append("a password")
    if "Traceback" in done.err or done.code not in (0, 1, 2, 3):
        leaks.append(f"a traceback: {done.err[-600:]}")
    return leaks


def test_a_watch_names_no_place(warm: Server, house: House, figures: Figures) -> None:
    """A watch that reads good and bad files, told to stop."""
    job = warm.start("index", "watch", house.folder, house.place / "bad", "--index", house.place / "watched",
                     "--settle", "0.01", "--every", "0.05").go()  # fmt: skip
    said = job.reads("holds")
    shutil.rmtree(house.place / "bad")
    said += job.reads("does not exist")
    os.kill(job.pid, signal.SIGTERM)
    done = job.result()
    assert done.code == 0, done
    assert _leaks(Done(done.code, done.out, said + done.err), house) == []
    figures.say(22, "a watch over good and bad files, one folder of which goes: its log names no place.")
