"""Public Japanese retrieval sets, read from a folder in the form in which they are published (docs/datasets.md)."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from eval.data import Candidates, Pair, Passages, drawn, sampled
from eval.passages import Reranked, Scored
from eval.systems import BUILT_IN
from index.encoder import EMBEDDED, Encoder, load_encoder
from index.errors import UsageError

NDCG, MRR, RECALL, MAP = ("nDCG@10", "nDCG@10"), ("MRR@10", "RR@10"), ("recall@10", "R@10"), ("MAP@10", "AP@10")
"""Measures as people call them and as ir-measures does."""
JSON_LINES, PARQUET = ".jsonl", ".parquet"
BATCH = 4096
"""Rows of a Parquet file that are held at once."""
_NULLABLE = str | None


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set that lies in a folder: its files, what reads them, and the measures, the publisher's own first."""

    name: str
    files: tuple[Path, ...]
    reader: Callable[[Sequence[Path]], Passages | Candidates]
    measures: Mapping[str, str]

    def read(self) -> Passages | Candidates:
        """At most SAMPLE queries, always the same ones. Raises UsageError that names the file and the form expected."""
        content = self.reader(self.files)
        if not content.queries:
            raise UsageError(f"{self.name}: {self.files[0].name} holds no question with an answer; download it again")
        return content


def recognised(folder: Path) -> list[PublicSet]:
    """The public sets whose files lie in a folder, however deep. Raises UsageError where there is none."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder.name!r}; give the one that holds the downloaded data sets")
    inside = folder.resolve()
    files = {f"{inside.name}/{path.relative_to(inside).as_posix()}": path for path in sorted(inside.rglob("*"))}
    found = []
    for form in _forms():
        paths = tuple(path for name, path in files.items() if form.named(name) and path.is_file())
        if paths:
            found.append(PublicSet(form.name, paths, form.reader, dict(form.measures)))
    if not found:
        looked = "; ".join(f"{form.name}: {' or '.join(form.patterns)}" for form in _forms())
        raise UsageError(f"no known data set lies in {folder.name!r}. Looked for {looked}. See docs/datasets.md")
    return found


@dataclass(frozen=True, slots=True)
class _Form:
    """How a set is published: patterns of its files' paths, which begin with the folder's own name."""

    name: str
    patterns: tuple[str, ...]
    reader: Callable[[Sequence[Path]], Passages | Candidates]
    measures: tuple[tuple[str, str], ...] = (NDCG, MRR, RECALL)

    def named(self, path: str) -> bool:
        return any(fnmatchcase(path.lower(), pattern.lower()) for pattern in self.patterns)


def _forms() -> tuple[_Form, ...]:
    rows = tuple(f"*JQaRA*/test*{kind}" for kind in (PARQUET, JSON_LINES))
    parts = tuple(f"*JaCWIR*/{part}*{kind}" for part in ("eval-", "collection-") for kind in (PARQUET, JSON_LINES))
    return (
        _Form("JSQuAD", ("*jsquad-v*/valid-v*.json",), _jsquad),
        _Form("JaQuAD", ("*/jaquad_dev_*.json",), _squad),
        _Form("JQaRA", rows, _jqara),
        _Form("JaCWIR", parts, _jacwir, (MAP, NDCG, MRR, RECALL)),
        _Form("PoliInfo-3", ("*/PoliInfo3_QuestionAnswering_*-Gold.json",), _poliinfo),
        _Form("PoliInfo-4", ("*/PoliInfo4_QuestionAnswering_*-Gold.json",), _poliinfo),
    )


@contextmanager
def _reading(file: Path, form: str) -> Iterator[None]:
    """Whatever a damaged or foreign file raises is said as one sentence."""
    try:
        yield
    except (OSError, ValueError, LookupError, TypeError) as error:
        pointer = not isinstance(error, OSError) and file.read_bytes().startswith(b"version https://git-lfs")
        what = "is a pointer of Git LFS, not the data" if pointer else f"cannot be read as {form}"
        raise UsageError(
            f"{file.parent.name}/{file.name} {what} ({type(error).__name__}: {error}); download it again as "
            "docs/datasets.md says"
        ) from error


def _text(row: Mapping[str, Any], key: str) -> str:
    if not isinstance(row[key], str):
        raise TypeError(f"{key} is {row[key]!r}")
    return str(row[key])


def _answered(pairs: Sequence[tuple[str, Pair]]) -> Passages:
    """A sample of the queries that were read with their ids; a file that lies there twice counts once."""
    return sampled([pair for _, pair in dict.fromkeys(pairs) if pair.query.strip() and pair.answer.strip()])


def _squad(files: Sequence[Path]) -> Passages:
    """Questions over the paragraphs that are asked about, as SQuAD writes them."""
    pairs = []
    for file in files:
        with _reading(file, 'SQuAD\'s JSON {"data": [{"paragraphs": [{"context", "qas": [{"id", "question"}]}]}]}'):
            for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
                for paragraph in article["paragraphs"]:
                    # JGLUE joins title and paragraph by a mark that is no text.
                    context = _text(paragraph, "context").replace(" [SEP] ", "\n")
                    title = str(article.get("title", context[:40]))
                    pairs += [(_text(a, "id"), Pair(_text(a, "question"), context, title)) for a in paragraph["qas"]]
    return _answered(pairs)


def _jsquad(files: Sequence[Path]) -> Passages:
    """Of several versions, the newest."""
    return _squad([max(files, key=lambda file: [int(number) for number in re.findall(r"\d+", file.name)])])


def _poliinfo(files: Sequence[Path]) -> Passages:
    """Summaries of members' questions, each under its topic, over all summaries of replies."""
    pairs = []
    for file in files:
        with _reading(file, 'JSON [{"ID", "Date", "SubTopic", "QuestionSummary", "AnswerSummary"}]'):
            for row in json.loads(file.read_text(encoding="utf-8")):
                query = f"{_text(row, 'SubTopic')} {_text(row, 'QuestionSummary')}"
                pairs.append((_text(row, "ID"), Pair(query, _text(row, "AnswerSummary"), _text(row, "Date"))))
    return _answered(pairs)


def _rows(files: Sequence[Path], fields: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows of Parquet files, or of the same as JSON lines where both are there; `fields` gives the types."""
    lines = [file for file in files if file.suffix == JSON_LINES]
    for file in lines or files:
        with _reading(file, f"rows with {', '.join(fields)}"):
            for row in _json_lines(file) if lines else _parquet(file, list(fields)):
                for field, kind in fields.items():
                    if not isinstance(row[field], kind):
                        raise TypeError(f"{field} is {row[field]!r}")
                yield row


def _json_lines(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _parquet(file: Path, fields: list[str]) -> Iterator[Mapping[str, Any]]:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise UsageError(
            f"{file.name} is a Parquet file: install the package that reads it (pip install pyarrow), or turn it into "
            "JSON lines on a machine that has it (docs/datasets.md)"
        ) from error
    with ParquetFile(file) as content:
        for batch in content.iter_batches(batch_size=BATCH, columns=fields):
            yield from batch.to_pylist()


@dataclass(frozen=True, slots=True)
class _Query:
    """A query with the ids of its candidates and of those that are right."""

    text: str
    candidates: frozenset[str]
    right: frozenset[str]


def _candidates(queries: Sequence[_Query], texts: Mapping[str, str]) -> Candidates:
    ordered = [sorted(query.candidates) for query in queries]
    return Candidates(
        tuple(query.text for query in queries),
        tuple(tuple(texts[id_] for id_ in ids) for ids in ordered),
        tuple(
            frozenset(place for place, id_ in enumerate(ids) if id_ in query.right)
            for ids, query in zip(ordered, queries, strict=True)
        ),
    )


def _titled(row: Mapping[str, Any], key: str) -> str:
    """Title and text joined by a blank, as JQaRA's own evaluation does."""
    return f"{row['title'] or ''} {row[key] or ''}".strip()


def _jqara(files: Sequence[Path]) -> Candidates:
    """Quiz questions with 100 passages each, of which those labelled 1 help to answer."""
    fields = {"q_id": str, "question": str, "passage_row_id": str, "label": int, "title": _NULLABLE, "text": _NULLABLE}
    questions: dict[str, str] = {}
    labels: dict[str, dict[str, int]] = {}
    texts: dict[str, str] = {}
    for row in _rows(files, fields):
        questions[row["q_id"]] = row["question"]
        labels.setdefault(row["q_id"], {})[row["passage_row_id"]] = row["label"]
        texts[row["passage_row_id"]] = _titled(row, "text")
    queries = [
        _Query(questions[id_], frozenset(found), frozenset(passage for passage in found if found[passage] == 1))
        for id_, found in sorted(labels.items())
        if 1 in found.values()
    ]
    return _candidates([queries[place] for place in drawn(len(queries))], texts)


def _jacwir(files: Sequence[Path]) -> Candidates:
    """Questions about web pages, each with the page that it was made from and 99 others."""
    asked, pages = ([file for file in files if file.name.lower().startswith(part)] for part in ("eval-", "collection-"))
    if not asked or not pages:
        lacking = "collection" if asked else "eval"
        raise UsageError(f"JaCWIR: {files[0].name} is there, {lacking}-*.parquet is not; docs/datasets.md names both")
    queries = list(
        dict.fromkeys(
            _Query(row["query"], frozenset((row["positive"], *row["negatives"])), frozenset((row["positive"],)))
            for row in _rows(asked, {"query": str, "positive": str, "negatives": list})
        )
    )
    chosen = [queries[place] for place in drawn(len(queries))]
    wanted = frozenset().union(*(query.candidates for query in chosen))
    texts = {
        row["doc_id"]: _titled(row, "description")
        for row in _rows(pages, {"doc_id": str, "title": _NULLABLE, "description": _NULLABLE})
        if row["doc_id"] in wanted
    }
    if lost := sorted(wanted - texts.keys()):
        raise UsageError(f"JaCWIR: page {lost[0]} is asked for and not in {pages[0].name}; download the files again")
    return _candidates(chosen, texts)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a set with one encoder: BM25 alone, the encoder alone, both."""

    set: str
    measure: str
    queries: int
    encoder: str
    bm25: float
    dense: float
    both: float


def measured(folder: Path, encoders: Sequence[str], say: Callable[[str], None]) -> list[Figure]:
    """Every set that lies in a folder, with the embedded encoder and those named; `say` is told what is done.

    Raises UsageError where nothing is recognised or a file is damaged, ModelUnavailable for an encoder.
    """
    loaded = [load_encoder(name) for name in dict.fromkeys((EMBEDDED, *encoders))]
    figures: list[Figure] = []
    for public in recognised(folder):
        content = public.read()
        for encoder in loaded:
            say(f"{public.name}: {len(content.queries):,} questions, {encoder.name}")
            figures += _figures(public, content, encoder)
    return figures


def _figures(public: PublicSet, content: Passages | Candidates, encoder: Encoder) -> Iterator[Figure]:
    scored = Scored(content, encoder) if isinstance(content, Passages) else Reranked(content, encoder)
    names = tuple(public.measures.values())
    fusions = [replace(system, encoder=encoder.name).model().fusion for system in BUILT_IN]
    sides = [scored.measured(fusion, names) for fusion in fusions]
    for shown, name in public.measures.items():
        yield Figure(public.name, shown, len(content.queries), encoder.name, *(side[name] for side in sides))


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| set | measure | questions | encoder | BM25 | dense | both |", "|---|---|---:|---|---:|---:|---:|"]
    lines += [
        f"| {one.set} | {one.measure} | {one.queries} | {one.encoder} | {one.bm25:.3f} | {one.dense:.3f} "
        f"| {one.both:.3f} |"
        for one in figures
    ]
    return "\n".join(lines)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[..., int]) -> None:
    """The command `public` and its options; `run` gets them."""
    public = commands.add_parser("public", help="public data sets in a folder that you downloaded (docs/datasets.md)")
    public.add_argument("folder", type=Path, help="where the data sets lie, in folders of their own")
    public.add_argument("--encoder", action="append", default=[], metavar="NAME", help="this one too (repeats)")
    public.add_argument("--json", action="store_true", help="print the numbers as JSON")
    public.set_defaults(run=run)
