"""Runs and judgements of anybody: TREC files scored against questions or qrels of an index."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from eval.judgements import Judgements, every, heads, resolve
from eval.questions import load, placed
from eval.runs import Outcome, Passage, Question, Run, rankings
from eval.scoring import measured
from eval.statistics import interval
from eval.systems import System
from eval.tables import row, rule
from eval.trec import Run as TrecRun
from eval.trec import read_qrels, read_run, write_qrels, write_run, write_topics
from index.errors import UsageError
from index.search import Index


def judgements(questions: Path, directory: Path) -> Judgements:
    """The judgements of a question file as statements of an index. Raises what opening both raises."""
    snapshot = Index.open(directory).snapshot()
    return resolve(placed(load(questions), snapshot), list(every(snapshot).values()), heads(snapshot))


def scored(run: Path, questions: Path | None, qrels: Path | None, directory: Path) -> str:
    """A TREC run of statement ids against questions or qrels, as a table of measures at both levels.

    Queries that are judged and not in the run count as 0; queries without a relevant statement are left out.
    """
    found = read_run(run)
    grades = read_qrels(qrels) if qrels else judgements(questions, directory).grades if questions else {}
    relevant = {id_: {s: grade for s, grade in own.items() if grade > 0} for id_, own in grades.items()}
    relevant = {id_: own for id_, own in relevant.items() if own}
    if not relevant.keys() & found.scores.keys():
        raise UsageError(f"{run.name} and the judgements have no query in common; their ids must be the same")
    snapshot = Index.open(directory).snapshot()
    turns = {one.id: Passage("", one.turn, one.reply_to or one.id) for one in every(snapshot).values()}
    questions_ = tuple(Question(id_, id_, "", id_, False, own) for id_, own in relevant.items())
    outcomes = tuple(Outcome(id_, tuple(found.scores.get(id_, {}).items())) for id_ in relevant)
    values = measured(Run(run.name, System(found.tag), {}, questions_, outcomes, turns, refuses=False))
    lines = [row("measure", "queries", found.tag, "95 %"), rule(1, 3)]
    for measure, own in values.items():
        low, high = interval(np.asarray(list(own.values())), list(own))
        lines.append(row(measure, str(len(own)), f"{np.mean(list(own.values())):.4f}", f"{low:.4f} to {high:.4f}"))
    unknown = sum(id_ not in turns for own in found.scores.values() for id_ in own)
    return "\n".join(lines) + (f"\n\n{unknown} documents of the run are no statements of this index" if unknown else "")


def written(questions: Path, found: Judgements, folder: Path) -> str:
    """Write topics and qrels of a question file into `folder`; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    topics = {item.id: " ".join((*item.history, item.question)) for item in load(questions)}
    write_topics(folder / "topics.tsv", topics)
    write_qrels(folder / "qrels.txt", {id_: own for id_, own in found.grades.items() if own})
    return f"{len(topics)} topics, {sum(map(len, found.grades.values()))} judgements in {folder}"


def write_stamped(folder: Path, run: Run) -> Path:
    """A run as a TREC file, with what it comes from beside it in JSON; returns the file."""
    name = re.sub(r"[^\w.-]+", "-", f"{run.set}.{run.system.name}")
    tag = f"{run.system.name}.{run.stamp['commit']}"
    file = folder / f"{name}.run"
    write_run(file, TrecRun(tag, {query: dict(ranking) for query, ranking in rankings(run).items()}))
    file.with_suffix(".json").write_text(json.dumps(run.stamp, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file
