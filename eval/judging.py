"""The commands around people's judgements: sample, pool, agree, qrels and export."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from eval.commands import Done
from index.commands import takes_index, takes_json
from index.errors import UsageError

if TYPE_CHECKING:
    from index.search import Snapshot


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[..., int]) -> None:
    """Add the commands. Each sets `run` as given and `work`, which takes the options and gives `Done`."""
    sample = commands.add_parser("sample", help="draw statements to write questions for")
    takes_index(sample)
    sample.add_argument("--count", type=int, default=20, help="how many (20)")
    sample.add_argument("--seed", type=int, default=1, help="another number draws others (1)")
    sample.add_argument("--out", type=Path, metavar="FILE", help="a new question file (default: print)")
    sample.set_defaults(run=run, work=_sample)

    pool = commands.add_parser("pool", help="put the best statements of several runs together for judging")
    pool.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="a TREC run of statement ids")
    pool.add_argument("--questions", type=Path, required=True, metavar="FILE", help="the questions of the runs (JSONL)")
    takes_index(pool)
    pool.add_argument("--depth", type=int, default=10, help="how many statements of each run and question (10)")
    pool.add_argument("--out", type=Path, required=True, metavar="POOL", help="POOL.jsonl; what it holds is kept")
    pool.set_defaults(run=run, work=_pool)

    agree = commands.add_parser("agree", help="how far the judges of a pool agree")
    agree.add_argument("pool", type=Path, metavar="POOL")
    takes_json(agree)
    agree.set_defaults(run=run, work=_agree)

    qrels = commands.add_parser("qrels", help="make TREC qrels, and questions, of what the judges of a pool said")
    qrels.add_argument("pool", type=Path, metavar="POOL")
    qrels.add_argument("--out", type=Path, required=True, metavar="FILE", help="the qrels")
    qrels.add_argument("--questions", type=Path, metavar="FILE", help="also a question file that quotes the statements")
    qrels.set_defaults(run=run, work=_qrels)

    export = commands.add_parser("export", help="write the indexed minutes as a BEIR corpus")
    export.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new or empty folder")
    takes_index(export)
    export.add_argument("--level", choices=("statement", "turn"), default="statement", help="what a document is")
    export.add_argument("--questions", type=Path, metavar="FILE", help="also queries and qrels of these questions")
    export.set_defaults(run=run, work=_export)


def _sample(options: argparse.Namespace) -> Done:
    from eval.sample import sample

    if options.count < 1:
        raise UsageError(f"--count {options.count}: give a number from 1 on")
    drawn = sample(_snapshot(options.index), options.count, options.seed)
    if not drawn:
        raise UsageError("the index holds no statement to write a question for")
    short = (f"only {len(drawn)} statements can be drawn",) if len(drawn) < options.count else ()
    lines = [json.dumps(one.line, ensure_ascii=False) for one in drawn]
    if options.out is None:
        return Done("\n".join(lines), short)
    if options.out.exists():
        raise UsageError(f"{options.out.name!r} exists and may hold questions of somebody; choose another --out")
    _write(options.out, lines)
    return Done(f"{options.out.name}: {len(drawn)} statements", short)


def _pool(options: argparse.Namespace) -> Done:
    from eval.pooling import pooled
    from eval.questions import load
    from eval.trec import read_run
    from qa.judging import read_pool, write_pool

    if options.depth < 1:
        raise UsageError(f"--depth {options.depth}: give a number from 1 on")
    items = load(options.questions)
    runs = [read_run(run) for run in options.runs]
    before = read_pool(options.out) if options.out.exists() else ()
    pool = pooled(runs, options.depth, items, _snapshot(options.index), before)
    left_out = []
    if pool.unasked:
        left_out.append(f"{options.questions.name} has no question {_some(pool.unasked)}")
    if pool.unknown:
        left_out.append(f"the index holds no statement {_some(pool.unknown)}")
    if not pool.statements:
        raise UsageError(f"nothing can be pooled: {'; '.join(left_out) or 'the runs are empty'}")
    write_pool(options.out, pool.statements)
    questions = len({one.query for one in pool.statements})
    new = len(pool.statements) - len(before)
    said = f"{options.out.name}: {len(pool.statements)} statements, {questions} questions; {new} new"
    return Done(said, tuple(left_out))


def _agree(options: argparse.Namespace) -> Done:
    from eval.pooling import Agreement, agreements
    from qa.judging import all_judgements, read_pool

    pool, judges = read_pool(options.pool), all_judgements(options.pool)
    if len(judges) < 2:
        raise UsageError(f"{options.pool.name} has {len(judges)} judges; agreement needs two (app.py --judge POOL)")
    pairs = agreements(pool, judges)
    if options.json:
        return Done(json.dumps([asdict(pair) for pair in pairs], ensure_ascii=False, indent=1, default=str))

    def lines(pair: Agreement) -> Iterable[str]:
        yield (
            f"{pair.one}, {pair.other}: {pair.both} judged by both, {_number(pair.agreement)} of them alike, "
            f"kappa {_number(pair.binary)} (relevant or not), {_number(pair.weighted)} (grades, linear weights)"
        )
        for one in pair.differences:
            yield f"  {one.one} {one.other}  {one.of.query} {one.of.statement} {one.of.text[:60]}"

    return Done("\n".join(line for pair in pairs for line in lines(pair)))


def _qrels(options: argparse.Namespace) -> Done:
    from eval.pooling import qrels, question_lines, settled
    from eval.trec import write_qrels
    from qa.judging import all_judgements, read_pool

    pool = read_pool(options.pool)
    grades = settled(all_judgements(options.pool).values())
    judged = qrels(pool, grades)
    if not judged:
        raise UsageError(f"nobody has judged {options.pool.name} yet; run: python app.py --judge {options.pool.name}")
    write_qrels(options.out, judged)
    count = sum(map(len, judged.values()))
    left_out = []
    if open_ := len(pool) - count:
        left_out.append(f"{open_} of {len(pool)} statements are not judged yet")
    if options.questions:
        questions = list(question_lines(pool, grades))
        _write(options.questions, [json.dumps(one, ensure_ascii=False) for one in questions])
        still = {one["id"] for one in questions} | {one.query for one in pool if one.key not in grades}
        if without := tuple(dict.fromkeys(one.query for one in pool if one.query not in still)):
            left_out.append(f"nothing relevant was found for {_some(without)}; if there is no answer, say so yourself")
    return Done(f"{options.out.name}: {count} judgements", tuple(left_out))


def _export(options: argparse.Namespace) -> Done:
    from eval.export import export
    from eval.questions import load

    items = load(options.questions) if options.questions else ()
    done = export(_snapshot(options.index), items, options.out, options.level)
    left_out = (f"no statement holds a quote of {_some(done.unresolved)}",) if done.unresolved else ()
    text = f"{options.out.name}: {done.documents} documents, {done.queries} queries, {done.judgements} judgements"
    return Done(text, left_out)


def _snapshot(directory: Path) -> Snapshot:
    from index.search import Index

    return Index.open(directory).snapshot()


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path.name!r} cannot be written ({error.strerror})") from error


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


def _some(names: tuple[str, ...]) -> str:
    """A few of the names, and how many there are beyond."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
