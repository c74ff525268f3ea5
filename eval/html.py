"""A report as one HTML page that loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.util import find_spec

from eval.comparing import Evaluated, Report, changed, main_measure, mean, slices, worst
from eval.runs import Outcome, Question, Run
from eval.tables import WHOLE, shown

MEASURES = ("hit@1", "hit@3", "MRR@10", "RR@10", "nDCG@10", "recall@10", "unanswerable refused", "answerable answered")
"""What the bars show."""
SINGLE = 10
"""Questions that are shown with the systems' answers."""
STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --mark: #1f5f8b; }
body { font: 16px/1.6 system-ui, "Noto Sans CJK JP", sans-serif; max-width: 72rem; margin: auto; padding: 1rem; }
table { border-collapse: collapse; margin: .8rem 0; font-variant-numeric: tabular-nums; }
table { display: block; overflow-x: auto; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
td small { opacity: .7; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 6px; padding: .4rem .8rem; margin: .5rem 0; }
.answers { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem; }
.right { border-left: 4px solid var(--mark); } .other { border-left: 4px solid var(--line); }
.answers p { background: var(--soft); padding: .4rem .7rem; margin: .4rem 0; white-space: pre-line; }
svg { max-width: 100%; height: auto; background: #fff; border-radius: 6px; }
nav a { margin-right: 1rem; }
"""


def page(report: Report, runs: Mapping[str, Sequence[Run]]) -> str:
    """The page; `runs` holds the runs of each set by its name, in the order of its systems."""
    body = [f"<h1>Evaluation</h1><p>commit <code>{escape(report.commit)}</code></p>", _contents(report)]
    for number, one in enumerate(report.sets):
        body += _section(number, one, runs[one.set])
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Evaluation at {escape(report.commit)}</title><style>{STYLE}</style>{''.join(body)}</html>\n"
    )


def _contents(report: Report) -> str:
    links = (f'<a href="#set-{number}">{escape(one.set)}</a>' for number, one in enumerate(report.sets))
    return f"<nav>{''.join(links)}</nav>"


def _section(number: int, one: Evaluated, runs: Sequence[Run]) -> Iterator[str]:
    yield f'<h2 id="set-{number}">{escape(one.set)}</h2>'
    yield _measures(one)
    yield from _plots(one, runs)
    measure = main_measure(one)
    if measure:
        yield from _slices(one, measure)
        yield from _single(one, runs, measure)
    yield "<details><summary>where these figures come from</summary><ul>"
    yield from (
        f"<li>{escape(r.system)}: {escape(', '.join(f'{k} {v}' for k, v in r.stamp.items()))}</li>" for r in one.systems
    )
    yield "</ul></details>"


def _measures(one: Evaluated) -> str:
    heads = "".join(f"<th>{escape(reached.system)}</th>" for reached in one.systems)
    lines = [f"<table><tr><th>measure</th><th>questions</th>{heads}</tr>"]
    for measure in dict.fromkeys(name for reached in one.systems for name in reached.values):
        means = [
            mean(reached.values[measure], one.questions) if measure in reached.values else None
            for reached in one.systems
        ]
        count = next(entry.count for entry in means if entry)
        lines.append(
            f"<tr><td>{escape(measure)}</td><td>{count}</td>{''.join(f'<td>{shown(m)}</td>' for m in means)}</tr>"
        )
    for name, said in WHOLE.items():
        values = [getattr(reached.whole, name) for reached in one.systems]
        if any(value is not None for value in values):
            cells = "".join(f"<td>{'' if value is None else f'{value:.3g}'}</td>" for value in values)
            lines.append(f"<tr><td>{said}</td><td>{len(one.questions)}</td>{cells}</tr>")
    return "".join(lines) + "</table>"


def _plots(one: Evaluated, runs: Sequence[Run]) -> Iterator[str]:
    if find_spec("matplotlib") is None:
        return
    from eval.plots import abstention, bars

    for plot in (bars(one, MEASURES), abstention(runs)):
        if plot:
            yield f"<p>{plot}</p>"


def _slices(one: Evaluated, measure: str) -> Iterator[str]:
    parts = slices(one, measure)
    if parts:
        names = [reached.system for reached in one.systems]
        yield f"<details><summary>{escape(measure)} by parts</summary><table><tr><th>part</th><th>questions</th>"
        yield "".join(f"<th>{escape(name)}</th>" for name in names) + "</tr>"
        for part in parts:
            cells = "".join(f"<td>{part.means[name]:.3f}</td>" for name in names)
            yield f"<tr><td>{escape(part.by)}: {escape(part.part)}</td><td>{part.count}</td>{cells}</tr>"
        yield "</table></details>"


def _single(one: Evaluated, runs: Sequence[Run], measure: str) -> Iterator[str]:
    """The questions that differ most between the first and the last system, then those on which the last is worst."""
    first, last = runs[0], runs[-1]
    moved = [] if first is last else changed(one, one, first.system.name, last.system.name, measure, SINGLE)
    seen = {entry.question.id for entry in moved}
    bad = [question for question in worst(one, last.system.name, measure, SINGLE) if question.id not in seen]
    shown_runs = [last] if first is last else [first, last]
    for title, questions in (("most changed", [entry.question for entry in moved]), ("worst", bad)):
        if questions:
            yield f"<h3>{escape(measure)}: {title}</h3>"
        for question in questions:
            yield f"<details><summary>{escape(question.id)}: {escape(question.text)}</summary>"
            yield from _answers(question, shown_runs)
            yield "</details>"


def _answers(question: Question, runs: Sequence[Run]) -> Iterator[str]:
    yield '<div class="answers">'
    for run in runs:
        outcome = next(outcome for outcome in run.outcomes if outcome.question == question.id)
        state = "" if outcome.answered else " (refused; near misses)"
        sure = "" if outcome.confidence is None else f", confidence {outcome.confidence:.2f}"
        yield f"<div><b>{escape(run.system.name)}</b>{state}{sure}"
        yield from _passages(question, outcome, run)
        yield "</div>"
    wanted = [id_ for id_ in question.grades if id_ in runs[-1].passages]
    yield "<div><b>judged right</b>" + "".join(_passage(id_, runs[-1], "right") for id_ in wanted[:3]) + "</div></div>"


def _passages(question: Question, outcome: Outcome, run: Run) -> Iterator[str]:
    ids = outcome.shown or tuple(id_ for id_, _ in outcome.found[:3])
    for id_ in ids[:3]:
        yield _passage(id_, run, "right" if id_ in question.grades else "other")


def _passage(id_: str, run: Run, kind: str) -> str:
    passage = run.passages.get(id_)
    if not passage:
        return ""
    where = " · ".join(part for part in (passage.speaker, passage.meeting, passage.source) if part)
    path = passage.source.rpartition(", ")[0]
    link = f'<a href="{escape(path)}">{escape(where)}</a>' if path else escape(where)
    return f'<p class="{kind}">{escape(passage.text[:600])}<br><small>{link}</small></p>'
