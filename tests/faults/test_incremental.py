"""Guarantee 6: an index grown step by step, whatever happens between the steps, shows what one built at once shows."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.strategies import sampled_from

from index.backup import backup, restore
from index.build import build
from index.encoder import EMBEDDED
from index.history import steps, trace
from index.scan import Patterns
from index.store import Store, damage
from index.vacuum import vacuum
from tests.conftest import KEIZAI
from tests.faults.figures import Figures, tries
from tests.faults.scenes import age, derived_files, found, make_encoder, minutes_of

STEPS: Counter[str] = Counter()
NAMES = "abcde"


class Incremental(RuleBasedStateMachine):
    """Whatever happens to a folder and its index, the index is compared with a fresh one after each step."""

    @initialize()
    def start(self) -> None:
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "minutes"
        self.folder.mkdir()
        shutil.copy(KEIZAI, self.folder / "keizai.txt")
        for name, number in zip(NAMES[:3], (1, 2, 3), strict=True):
            (self.folder / f"{name}.txt").write_text(minutes_of(number), encoding="utf-8")
        self.trash: dict[str, bytes] = {}
        self.ids: set[str] = set()
        self.patterns = Patterns()
        self.encoders = [str(make_encoder(self.place / "one" / "tiny")), str(make_encoder(self.place / "two", 2, 8))]
        self.encoder = self.encoders[0]
        self.directory = self.place / "index"
        self.check()

    @rule(name=sampled_from(NAMES), number=sampled_from([1, 2, 3, 4]))
    def write(self, name: str, number: int) -> None:
        (self.folder / f"{name}.txt").write_text(minutes_of(number), encoding="utf-8")
        self.check()

    @rule(name=sampled_from(NAMES), old=sampled_from(["毛布", "鈴木委員", "三地区", "予算", "○佐藤委員"]))
    def correct(self, name: str, old: str) -> None:
        """A word, a speaker."""
        file = self.folder / f"{name}.txt"
        if file.exists():
            new = {"鈴木委員": "田中委員", "○佐藤委員": "○鈴木委員"}.get(old, "水")
            file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
        self.check()

    @rule(name=sampled_from(NAMES), new=sampled_from("dexyz"))
    def rename(self, name: str, new: str) -> None:
        file = self.folder / f"{name}.txt"
        if file.exists():
            file.replace(self.folder / f"{new}.txt")
        self.check()

    @rule(name=sampled_from(NAMES))
    def copy(self, name: str) -> None:
        if (self.folder / f"{name}.txt").exists():
            shutil.copy(self.folder / f"{name}.txt", self.folder / "copy.txt")
        self.check()

    @rule(name=sampled_from(NAMES))
    def delete(self, name: str) -> None:
        file = self.folder / f"{name}.txt"
        if file.exists():
            self.trash[file.name] = file.read_bytes()
            file.unlink()
        self.check()

    @precondition(lambda self: self.trash)
    @rule()
    def take_out_of_the_trash(self) -> None:
        name, content = self.trash.popitem()
        (self.folder / name).write_bytes(content)
        self.check()

    @rule(name=sampled_from(NAMES), place=sampled_from(["第一会議室", "別館"]))
    def describe(self, name: str, place: str) -> None:
        (self.folder / f"{name}.txt.meta.toml").write_text(f'place = "{place}"\n', encoding="utf-8")
        self.check()

    @rule(exclude=sampled_from([(), ("b.txt",), ("[ac].txt",)]))
    def leave_out(self, exclude: tuple[str, ...]) -> None:
        self.patterns = Patterns(exclude=exclude)
        self.check()

    @rule()
    def rebuild(self) -> None:
        self.check()

    @rule(which=sampled_from([0, 0, 1, 2]))
    def change_encoder(self, which: int) -> None:
        self.encoder = [*self.encoders, EMBEDDED][which]
        self.check()

    @rule()
    def vacuum(self) -> None:
        """All versions but the newest."""
        age(self.directory, 10)
        version = Store(self.directory).latest().id
        vacuum(self.directory, timedelta(days=1))
        assert [one.id for one in Store(self.directory).versions()] == [version]
        self.check()

    @rule()
    def keep(self) -> None:
        (self.place / "backup.db").unlink(missing_ok=True)
        backup(self.directory, self.place / "backup.db")

    @precondition(lambda self: (self.place / "backup.db").exists())
    @rule(elsewhere=sampled_from([True, False]))
    def restore(self, elsewhere: bool) -> None:
        if elsewhere:
            shutil.rmtree(self.directory)
        restored = restore(self.place / "backup.db", self.directory, replace=True)
        assert Store(self.directory).latest() == restored
        assert damage(Store(self.directory)) == []
        self.check()

    def check(self) -> None:
        build([self.folder], self.directory, self.encoder, patterns=self.patterns, prune=True)
        fresh = self.place / "fresh"
        shutil.rmtree(fresh, ignore_errors=True)
        build([self.folder], fresh, self.encoder, patterns=self.patterns)
        one, other = Store(self.directory), Store(fresh)
        version = one.latest()
        assert version.content == other.latest().content
        assert version.fingerprint == other.latest().fingerprint
        assert found(self.directory) == found(fresh)
        assert _without_rows(self.directory, version.id) == _without_rows(fresh, 1)
        assert damage(one) == []
        self.ids.update(one.columns(version.id).ids)
        for id_ in self.ids:
            trace(one, id_, version.id)
        list(steps(one))
        STEPS["steps"] += 1

    def teardown(self) -> None:
        if hasattr(self, "place"):
            shutil.rmtree(self.place)


def _without_rows(directory: Path, version: int) -> dict[str, bytes]:
    """The derived files, apart from the one that names rows of minutes.db."""
    return {name: content for name, content in derived_files(directory, version).items() if name != "rows.npy"}


class TestIncremental(Incremental.TestCase):  # type: ignore[misc, name-defined]
    """The machine as a test."""

    settings = settings(
        max_examples=tries(short=4, long=40),
        stateful_step_count=tries(short=7, long=20),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def test_the_machine_has_run(figures: Figures) -> None:
    assert STEPS["steps"] > 3
    figures.say(
        6,
        f"{STEPS['steps']} steps of a random machine (write, correct, rename, copy, delete, put back, sidecar, "
        "exclude, change the encoder, vacuum, backup, restore): after each the index equals one built at once.",
    )
