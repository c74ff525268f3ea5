"""What the tests here build, ask and compare: small invented minutes, a tiny encoder, answers, versions."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from index import derived, store
from index.build import build
from index.identity import squeezed
from index.layouts import parse
from index.reading import read
from index.search import Filters, Fusion, Index, Snapshot
from index.store import Store, Version
from qa.answer import Answer, Asked, answer, ask
from qa.citing import Cited

FUSION = Fusion(weight=0.5, floor=0.0)
TODAY = date(2026, 1, 1)
QUESTION = "避難所の毛布はどう増やしますか"
QUESTIONS = (
    QUESTION,
    "山田会長は訓練について何と言いましたか",
    "第3回会議はいつ開かれましたか",
    "予算の議決",
    "備蓄は？",
)
SMALL = """（架空）第{n}回みどり市防災会議
議事要旨
日時：令和5年{month}月{day}日
場所：市役所第{n}会議室

○山田会長　避難所の毛布を{said}百枚増やし、備蓄の倉庫を{said}棟建てる。
○鈴木委員　訓練は年{said}回とし、議決した予算は{said}千万円とする。
○佐藤委員　要援護者の名簿を{said}地区で作り直すべきだ。
"""


def minutes_of(number: int, said: str | None = None) -> str:
    """A small invented meeting, different for each number and for what is said."""
    return SMALL.format(n=number, month=number % 12 + 1, day=number % 28 + 1, said=said or number)


def write_minutes(folder: Path, numbers: Iterable[int]) -> Path:
    """A folder with these meetings."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f"m{number}.txt").write_text(minutes_of(number), encoding="utf-8")
    return folder


def make_encoder(folder: Path, seed: int = 1, dimension: int = 16) -> Path:
    """A folder with a tiny encoder: a vector for each letter; loads in milliseconds."""
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    letters = [
        "[UNK]",
        *dict.fromkeys("会避難所毛布増備蓄倉庫訓練予算議決要援護者名簿地区作直年回千万円百枚棟建水委員"),
    ]
    letters += [chr(code) for code in range(0x3041, 0x30FF)] + list("0123456789")
    tokeniser = Tokenizer(models.WordLevel({one: at for at, one in enumerate(letters)}, "[UNK]"))
    tokeniser.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    weights = np.random.default_rng(seed).standard_normal((len(letters), dimension)).astype("float32")
    model = SentenceTransformer(modules=[StaticEmbedding(tokeniser, embedding_weights=weights)], device="cpu")
    model.save(str(folder), create_model_card=False)
    return folder


def edit(folder: Path, chosen: random.Random, number: int) -> None:
    """Add, change, rename and remove a meeting each, as far as there are enough."""
    files = sorted(folder.glob("*.txt"))
    chosen.shuffle(files)
    (folder / f"new{number}.txt").write_text(minutes_of(100 + number), encoding="utf-8")
    said = str(chosen.randrange(1000, 10**6))
    for file in files[:2]:
        file.write_text(file.read_text(encoding="utf-8").replace("備蓄", f"備蓄（{said}）"), encoding="utf-8")
    files[2].rename(folder / f"renamed{number}.txt")
    if len(files) > 8:
        files[3].unlink()


Found = list[tuple[str, float]]


def found_in(snapshot: Snapshot) -> Found:
    """What a snapshot finds for some words: texts with scores."""
    words = ["避難", "所", "毛布", "訓練", "予算", "備蓄"]
    hits = snapshot.search("避難所の毛布と訓練の予算", words, Filters(), FUSION, 50)
    texts = snapshot.statements(hit.row for hit in hits)
    return [(texts[hit.row].text, round(hit.score, 5)) for hit in hits]


def found(directory: Path) -> Found:
    """The same of an index, opened anew."""
    return found_in(Index.open(directory).snapshot())


@dataclass(frozen=True, slots=True)
class State:
    """What an index shows: the digest over its newest version, and answers."""

    content: str
    found: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, directory: Path) -> State:
        return cls(Store(directory).latest().content, tuple(found(directory)))


def built_at_once(folder: Path, directory: Path, encoder: str | None) -> State:
    """What an index shows that is built at once from a folder."""
    shutil.rmtree(directory, ignore_errors=True)
    build([folder], directory, encoder)
    return State.of(directory)


def derived_files(directory: Path, version: int) -> dict[str, bytes]:
    """The derived files of a version by name."""
    return {path.name: path.read_bytes() for path in sorted((directory / "derived" / str(version)).iterdir())}


def halves(directory: Path) -> list[str]:
    """Files under a final name that are not what was written: of a version that is known, by the digests kept of it."""
    reader = Store(directory)
    partial = []
    for version in reader.versions():
        for name, sha256 in reader.derived(version.id).items():
            path = directory / "derived" / str(version.id) / name
            if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                partial.append(f"{version.id}/{name}")
    return partial


def unknown_versions(directory: Path) -> dict[str, dict[str, bytes]]:
    """Derived files under a final name for which there is no version: published just before a kill."""
    known = {str(version.id) for version in Store(directory).versions()}
    return {
        path.name: {file.name: file.read_bytes() for file in path.iterdir()}
        for path in (directory / "derived").glob("*")
        if path.name not in known and not path.name.startswith(".")
    }


def cached_texts(directory: Path, encoder: str) -> set[bytes]:
    """The keys of the texts that are embedded already by the encoder with this fingerprint."""
    with closing(Store(directory).connect()) as connection:
        query = "SELECT text FROM vectors JOIN makers ON makers.id = maker WHERE name = ?"
        return {key for (key,) in connection.execute(query, (encoder,))}


def wanted_texts(folder: Path) -> set[bytes]:
    """The keys of the texts of all statements in a folder."""
    parsed = [parse(read(file, file.name)) for file in sorted(folder.glob("*.txt"))]
    return {
        store.text_key(statement.text) for one in parsed for meeting in one.meetings for statement in meeting.statements
    }


def age(directory: Path, days: int) -> None:
    """Make all versions that much older, as if they had been built then: with digests that fit."""
    with closing(sqlite3.connect(directory / store.DATABASE)) as connection, connection:
        for version in store.read_versions(connection):
            rewrite_version(connection, version, created=_earlier(version.created, days))


def rewrite_version(connection: sqlite3.Connection, version: Version, **changes: object) -> None:
    """Give a version other values, as a program of another day would have written it: with a digest that fits."""
    connection.execute("DELETE FROM versions WHERE id = ?", (version.id,))
    store.insert(connection, "versions", **asdict(replace(version, **changes)))  # type: ignore[arg-type]


def _earlier(moment: str, days: int) -> str:
    return (datetime.fromisoformat(moment) - timedelta(days=days)).isoformat(timespec="seconds")


def everything_shown(given: Answer) -> Iterator[Cited]:
    """Every statement that an answer shows, in whatever place."""
    for entry in (*given.statements, *given.near_misses, *given.others):
        yield from _with_inner(entry)


def _with_inner(entry: Cited) -> Iterator[Cited]:
    yield entry
    for inner in (*(beside.cited for beside in entry.context), *entry.also, *entry.repeated):
        yield from _with_inner(inner)


def untrue(given: Answer, folder: Path) -> list[str]:
    """What an answer shows that does not stand, word for word, at its place in the source below `folder`."""
    wrong = []
    for entry in everything_shown(given):
        texts = [_text(folder, source.path) for source in entry.meeting.sources]
        spans = entry.statement.spans
        slices = {squeezed("".join(text[span.start : span.end] for span in spans)) for text in texts if text}
        if squeezed(entry.statement.text) not in slices:
            wrong.append(f"not in its source: {entry.statement.text}")
        wrong += [f"not in its statement: {quote}" for quote in entry.quotes if quote not in entry.statement.text]
    return wrong


_texts: dict[tuple[Path, int], str] = {}


def _text(folder: Path, path: str) -> str | None:
    file = folder / path
    if not file.is_file():
        return None
    key = (file, file.stat().st_mtime_ns)
    if key not in _texts:
        _texts[key] = read(file, path).text
    return _texts[key]


def asked(directory: Path, questions: Sequence[str] = QUESTIONS) -> list[Answer]:
    """The answers of an index to several questions."""
    index = Index.open(directory)
    return [ask(Asked(question), index, TODAY) for question in questions]


def shown(answers: Sequence[Answer]) -> list[object]:
    """What somebody sees of answers, in a form that compares."""
    return [
        (one.answered, round(one.confidence, 5), one.note, one.searched, [*map(_seen, everything_shown(one))])
        for one in answers
    ]


def _seen(entry: Cited) -> object:
    return (
        entry.statement,
        entry.quotes,
        entry.meeting.meeting,
        [(source.path, source.sha256) for source in entry.meeting.sources],
        entry.file,
    )


def marked(version: int) -> str:
    """The word that stands in every statement of a version whose folder `mark` wrote."""
    return f"〈版{version}〉"


def mark(folder: Path, version: int, numbers: Sequence[int] = (1, 2, 3, 4)) -> None:
    """Write minutes of which every statement bears the mark of the version that they will be."""
    for number in numbers:
        (folder / f"m{number}.txt").write_text(minutes_of(number, f"{marked(version)}{number}"), encoding="utf-8")


def mixed(snapshot: Snapshot, question: str) -> str | None:
    """What in an answer is not of the version that it names; None where all is."""
    given = answer(Asked(question), snapshot, TODAY)
    entries = list(everything_shown(given))
    if not given.statements or given.version != snapshot.version.id:
        return f"version {given.version}: nothing was found"
    texts = [entry.statement.text for entry in entries] + [text for text, _ in found_in(snapshot)]
    wrong = [text for text in texts if marked(given.version) not in text]
    if wrong:
        return f"version {given.version} shows {wrong[0]}"
    if given.searched.statements != snapshot.version.statements:
        return f"version {given.version} searched {given.searched.statements} statements"
    return None


def loads(directory: Path) -> dict[str, bytes]:
    """The derived files of the newest version after it was opened."""
    reader = Store(directory)
    version = reader.latest()
    derived.load(reader, version)
    return derived_files(directory, version.id)
