"""Files as TREC keeps them: runs, relevance judgements (qrels) and topics, read line by line and written.

UTF-8, columns apart by white space, blank lines ignored. Every other line that is not of the form is refused with its
number, and so is what stands twice: two runs in one file would otherwise be scored as one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from index.errors import UsageError

Qrels = Mapping[str, Mapping[str, int]]
"""Query id, document id, grade: 0 is judged and not relevant."""

_NUMBER = re.compile(r"<num>\s*(?:Number:)?\s*([^\s<]+)")
_TITLE = re.compile(r"<title>(.*?)(?=</?[a-z]+>|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """What a system found: for every query id the documents with their scores.

    However they were given, the documents of a query stand best first, equal scores in the order of their ids
    (trec_eval itself takes such ids backwards; hand it runs without equal scores where that matters).
    Raises UsageError where the tag or an id is empty or holds white space, or a score is not finite.
    """

    tag: str
    scores: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        _check(self.tag, "tag of a run")
        for query, found in self.scores.items():
            _check(query, "query id")
            for document, score in found.items():
                _check(document, "document id")
                if not math.isfinite(score):
                    raise UsageError(f"the score {score} of {document!r} is not finite; give every document a number")
        object.__setattr__(self, "scores", {query: _best_first(found) for query, found in self.scores.items()})

    def ranking(self, query: str) -> tuple[str, ...]:
        """The ids of the documents found for a query, best first; none for a query that is not in the run."""
        return tuple(self.scores.get(query, ()))


def _best_first(found: Mapping[str, float]) -> dict[str, float]:
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def read_run(path: Path) -> Run:
    """A run file: `qid Q0 docid rank score tag`.

    The score alone decides the order, as in trec_eval; the second column and the rank are not looked at.
    """
    scores: dict[str, dict[str, float]] = {}
    tag = ""
    for line in _lines(path):
        query, _, document, _, score, own_tag = line.columns("qid Q0 docid rank score tag")
        if tag not in ("", own_tag):
            raise line.refused(f"a second tag {own_tag!r} beside {tag!r}; put every run into a file of its own")
        tag = own_tag
        _first_time(line, scores, query, document)
        scores.setdefault(query, {})[document] = line.score(score)
    if not tag:
        raise UsageError(f"{path.name} holds no run; a run has lines of the form qid Q0 docid rank score tag")
    return Run(tag, scores)


def write_run(path: Path, run: Run) -> None:
    """Ranks count from 1; scores read back equal. A query without documents has no line and is gone when read back."""
    _write(
        path,
        (
            f"{query} Q0 {document} {rank} {float(score)!r} {run.tag}"
            for query, found in run.scores.items()
            for rank, (document, score) in enumerate(found.items(), 1)
        ),
    )


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements: `qid 0 docid grade`, the grade a whole number; the second column is not looked at."""
    qrels: dict[str, dict[str, int]] = {}
    for line in _lines(path):
        query, _, document, grade = line.columns("qid 0 docid grade")
        _first_time(line, qrels, query, document)
        qrels.setdefault(query, {})[document] = line.grade(grade)
    return qrels


def write_qrels(path: Path, qrels: Qrels) -> None:
    """Raises UsageError where an id is empty or holds white space. A query without judgements has no line."""
    entries = [(query, id_, grade) for query, grades in qrels.items() for id_, grade in grades.items()]
    for query, id_, _ in entries:
        _check(query, "query id")
        _check(id_, "document id")
    _write(path, (f"{query} 0 {id_} {grade:d}" for query, id_, grade in entries))


def read_topics(path: Path) -> dict[str, str]:
    """Questions by id, from `qid<tab>text` lines or the classic form, which begins with `<top>`.

    White space in a text becomes one blank. Of a classic topic the title is the question; description and
    narrative are for judges and left out.
    """
    lines = tuple(_lines(path))
    classic = bool(lines) and lines[0].text.startswith("<top>") and "\t" not in lines[0].text
    topics: dict[str, str] = {}
    for topic in _classic(lines) if classic else _tabbed(lines):
        if topic.query in topics:
            raise topic.line.refused(f"the topic {topic.query!r} stands twice")
        if not topic.text:
            raise topic.line.refused(f"the topic {topic.query!r} has no text")
        topics[topic.query] = topic.text
    return topics


def write_topics(path: Path, topics: Mapping[str, str], *, classic: bool = False) -> None:
    """One line for each topic, `qid<tab>text`, or the classic form; white space in a text becomes one blank.

    Raises UsageError where an id is empty or holds white space (or, in the classic form, a "<"), or a text is empty.
    """
    lines = []
    for query, text in topics.items():
        _check(query, "query id")
        if classic and "<" in query:
            raise UsageError(f'the query id {query!r} holds "<", for which the classic form has no place; write tabs')
        if not text.split():
            raise UsageError(f"the topic {query!r} has no text")
        said = _one_line(text)
        top = f"<top>\n<num> Number: {query}\n<title> {escape(said)}\n</top>\n"
        lines.append(top if classic else f"{query}\t{said}")
    _write(path, lines)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a file by its number, from 1, with what reads its columns or refuses it."""

    file: str
    number: int
    text: str

    def refused(self, what: str) -> UsageError:
        return UsageError(f"{self.file}, line {self.number}: {what}")

    def columns(self, form: str) -> list[str]:
        columns = self.text.split()
        if len(columns) != len(form.split()):
            raise self.refused(f"{len(columns)} columns, not of the form {form}")
        return columns

    def score(self, text: str) -> float:
        try:
            score = float(text)
        except ValueError:
            score = math.nan
        if not math.isfinite(score):
            raise self.refused(f"the score {text!r} is no finite number")
        return score

    def grade(self, text: str) -> int:
        try:
            return int(text)
        except ValueError as error:
            raise self.refused(f"the grade {text!r} is no whole number") from error


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic and the line on which it begins."""

    line: _Line
    query: str
    text: str


def _tabbed(lines: Iterable[_Line]) -> Iterator[_Topic]:
    for line in lines:
        query, tab, text = line.text.partition("\t")
        if not tab or query.split() != [query]:
            raise line.refused("not of the form qid<tab>text")
        yield _Topic(line, query, _one_line(text))


def _classic(lines: Iterable[_Line]) -> Iterator[_Topic]:
    held: list[_Line] = []
    for line in lines:
        if not held and not line.text.startswith("<top>"):
            raise line.refused("a topic must begin with <top>")
        held.append(line)
        if line.text.rstrip().endswith("</top>"):
            whole = "\n".join(part.text for part in held)
            query, title = _NUMBER.search(whole), _TITLE.search(whole)
            if query is None or title is None:
                raise held[0].refused("the topic has no <num> or no <title>")
            yield _Topic(held[0], query[1], _one_line(unescape(title[1])))
            held = []
    if held:
        raise held[0].refused("the topic has no </top>")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(path: Path) -> Iterator[_Line]:
    """The lines that are not blank. Bytes are read, so that a bad one is named by the line in which it stands."""
    try:
        with path.open("rb") as file:
            for number, read in enumerate(file, 1):
                line = _Line(path.name, number, _decoded(path, number, read))
                if line.text.strip():
                    yield line
    except OSError as error:
        raise UsageError(f"{path.name!r} cannot be read ({type(error).__name__}); give the path of a file") from error


def _decoded(path: Path, number: int, read: bytes) -> str:
    try:
        return read.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise _Line(path.name, number, "").refused("not UTF-8; convert the file") from error


def _first_time(line: _Line, entries: Mapping[str, Mapping[str, float]], query: str, document: str) -> None:
    if document in entries.get(query, ()):
        raise line.refused(f"the document {document!r} stands twice for the query {query!r}")


def _check(word: str, what: str) -> None:
    """A byte order mark counts as white space: at the start of a file it would be lost."""
    if word.replace("\ufeff", " ").split() != [word]:
        raise UsageError(f"the {what} {word!r} must be one word, without white space")


def _write(path: Path, lines: Iterable[str]) -> None:
    """All or nothing: a run of which half was written would be read as a whole one."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines)
        unfinished.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        with suppress(OSError):
            unfinished.unlink()
        raise UsageError(f"{path.name!r} cannot be written ({type(error).__name__})") from error
