"""The commands that compare systems: report, compare, gate, score, resolve, trec."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Container, Iterator, Sequence
from pathlib import Path

from eval.commands import Done
from eval.comparing import Difference, Report, changed, compared, corrected, evaluated, main_measure, report
from eval.html import page
from eval.outside import judgements, scored, write_stamped, written
from eval.runs import RUNS, Run
from eval.sets import asked, there
from eval.subjects import Subject
from eval.systems import System, chosen
from eval.tables import FEW, changes, differences, markdown
from index.commands import takes_index
from index.errors import UsageError

Say = Callable[[str], None]
BASELINE = Path("eval/baseline.json")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser], run: Callable[..., int], say: Say) -> None:
    """Add the commands. Each sets `run` as given and `work`, which takes the options and gives `Done`."""

    def command(name: str, work: Callable[[argparse.Namespace, Say], Done], said: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=said)
        parser.set_defaults(run=run, work=lambda options: work(options, say))
        return parser

    report = command("report", _report, "what systems reach on sets, as HTML, Markdown and JSON, with their runs")
    _takes_sets(report)
    _takes_systems(report)
    report.add_argument("--out", type=Path, default=Path("var/eval/report"), metavar="FOLDER")

    compare = command("compare", _compare, "where two systems differ, and whether by more than luck")
    compare.add_argument("one", metavar="A", help="a system, or REPORT.json:SYSTEM")
    compare.add_argument("other", metavar="B")
    _takes_sets(compare)
    compare.add_argument("--systems", type=Path, metavar="FILE", help="a TOML file of systems")

    gate = command("gate", _gate, "exit 1 where a measure fell by more than its noise")
    gate.add_argument("--baseline", type=Path, default=BASELINE, metavar="FILE", help=f"a report ({BASELINE})")
    gate.add_argument("--write", action="store_true", help="write the baseline anew instead")
    _takes_sets(gate)

    score = command("score", _score, "score any TREC run of statement ids, at statement and at turn level")
    score.add_argument("trec_run", type=Path, metavar="RUN")
    judged = score.add_mutually_exclusive_group(required=True)
    judged.add_argument(
        "--questions", type=Path, metavar="FILE", help="questions whose quotes are looked up in the index"
    )
    judged.add_argument("--qrels", type=Path, metavar="FILE", help="TREC qrels of statement ids")
    takes_index(score)

    resolve = command("resolve", _resolve, "which judgements of a question file the indexed minutes no longer hold")
    resolve.add_argument("questions", type=Path, metavar="FILE")
    takes_index(resolve)

    trec = command("trec", _trec, "write the topics and the qrels of a question file for the indexed minutes")
    trec.add_argument("questions", type=Path, metavar="FILE")
    takes_index(trec)
    trec.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def _takes_sets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="NAME", help="only sets whose name begins so")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="your own questions instead (with --minutes)")
    parser.add_argument("--minutes", type=Path, nargs="+", metavar="FOLDER", help="the minutes that they ask about")
    parser.add_argument("--fresh", action="store_true", help="take nothing from earlier runs")


def _takes_systems(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--system", action="append", default=[], metavar="NAME", help="one of them (repeats)")
    parser.add_argument("--systems", type=Path, metavar="FILE", help="a TOML file of systems beside the built-in ones")


def _subjects(options: argparse.Namespace, say: Say, names: Container[str] | None) -> Iterator[Subject]:
    """The user's own questions, or the sets that are there."""
    if bool(options.questions) != bool(options.minutes):
        raise UsageError("--questions and --minutes go together: the questions, and the folders that they ask about")
    if not options.questions:
        yield from there(options.only, say, names)
        return
    for folder in options.minutes:
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder.name!r}")
    yield asked(options.questions.stem, (options.questions,), options.minutes)


def _evaluated(
    options: argparse.Namespace, systems: Sequence[System], say: Say, names: Container[str] | None = None
) -> Iterator[Sequence[Run]]:
    """The runs of the systems over each set (of these `names`), from earlier ones where nothing changed."""
    none = True
    for subject in _subjects(options, say, names):
        none = False
        yield subject.runs(systems, None if options.fresh else RUNS)
    if none:
        raise UsageError(f"nothing was measured for --only {options.only!r}; python -m eval names the sets")


def _report(options: argparse.Namespace, say: Say) -> Done:
    systems = chosen(options.system, options.systems)
    folder: Path = options.out
    runs: dict[str, Sequence[Run]] = {}
    for own in _evaluated(options, systems, say):
        runs[own[0].set] = own
    found = report([evaluated(own) for own in runs.values()])
    (folder / "runs").mkdir(parents=True, exist_ok=True)
    for own in runs.values():
        for run in own:
            write_stamped(folder / "runs", run)
    text = markdown(found)
    (folder / "report.json").write_text(found.to_json(), encoding="utf-8")
    (folder / "report.md").write_text(text, encoding="utf-8")
    (folder / "report.html").write_text(page(found, runs), encoding="utf-8")
    say(f"wrote report.html, report.md, report.json and {sum(map(len, runs.values()))} runs to {folder}")
    return Done(text)


def _compare(options: argparse.Namespace, say: Say) -> Done:
    one, other = (_side(text, options, say) for text in (options.one, options.other))
    found: list[Difference] = []
    questions: list[str] = []
    for after in other[0].sets:
        before = next((own for own in one[0].sets if own.set == after.set), None)
        if before is None:
            continue
        found += compared(before, after, one[1], other[1])
        if measure := main_measure(after):
            moved = changed(before, after, one[1], other[1], measure, FEW)
            if moved:
                questions += ["", f"{after.set}", "", *changes(moved, measure, "A", "B")]
    if not found:
        raise UsageError(f"{options.one} and {options.other} have no set in common")
    return Done("\n".join([f"A is {options.one}, B is {options.other}", "", differences(corrected(found)), *questions]))


def _side(text: str, options: argparse.Namespace, say: Say) -> tuple[Report, str]:
    """A report with the name of one of its systems: from a file, or of a system that is run now."""
    file, _, system = text.rpartition(":") if not Path(text).is_file() else (text, "", "both")
    if file and Path(file).is_file():
        return Report.from_json(Path(file).read_text(encoding="utf-8"), Path(file).name), system
    systems = chosen([text], options.systems)
    return report([evaluated(runs) for runs in _evaluated(options, systems, say)]), systems[0].name


def _gate(options: argparse.Namespace, say: Say) -> Done:
    file: Path = options.baseline
    if not options.write and not file.is_file():
        raise UsageError(f"there is no baseline {file.name!r}; write one with --write")
    before = None if options.write else Report.from_json(file.read_text(encoding="utf-8"), file.name)
    names = {one.set for one in before.sets} if before and not options.only else None
    now = report([evaluated(own) for own in _evaluated(options, chosen(["both"], None), say, names)]).without_times()
    if before is None:
        file.write_text(now.to_json(), encoding="utf-8")
        return Done(f"wrote {file}: {', '.join(one.set for one in now.sets)}")
    found: list[Difference] = []
    wrong: list[str] = []
    for after in now.sets:
        earlier = next((own for own in before.sets if own.set == after.set), None)
        if earlier is None:
            wrong.append(f"{after.set} is not in the baseline; write it anew with --write")
            continue
        gone = {question.id for question in earlier.questions} - {question.id for question in after.questions}
        if gone:
            wrong.append(f"{after.set}: {len(gone)} questions of the baseline are gone ({', '.join(sorted(gone)[:5])})")
        found += compared(earlier, after, "both", "both")
    fallen = [one for one in found if one.fell]
    wrong += [f"{one.set}: {one.measure} fell from {one.mean_one:.3f} to {one.mean_other:.3f}" for one in fallen]
    moved = [one for one in found if abs(one.by) > 1e-9]
    said = f"{len(found)} measures beside {file} (commit {before.commit}): {len(moved)} differ, {len(fallen)} fell"
    return Done("\n".join([said, *([differences(moved)] if moved else [])]), tuple(wrong))


def _score(options: argparse.Namespace, _: Say) -> Done:
    return Done(scored(options.trec_run, options.questions, options.qrels, options.index))


def _resolve(options: argparse.Namespace, _: Say) -> Done:
    found = judgements(options.questions, options.index)
    lost = tuple(f"{id_}: no statement holds {entry.quote or entry.statement!r}" for id_, entry in found.lost)
    whole = sum(map(len, found.grades.values()))
    return Done(f"{len(found.grades)} questions, {whole} statements judged, {len(lost)} judgements found nowhere", lost)


def _trec(options: argparse.Namespace, _: Say) -> Done:
    return Done(written(options.questions, judgements(options.questions, options.index), options.out))
