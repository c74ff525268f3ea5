"""Reports and comparisons as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.comparing import Changed, Difference, Evaluated, Mean, Report, Slice, changed, main_measure, mean, slices

FEW = 8
"""Questions that are shown one by one."""


def markdown(report: Report) -> str:
    """The whole report: for each set the measures of all systems, parts of it, and the questions that differ most."""
    lines = [f"# Evaluation at {report.commit}", ""]
    for one in report.sets:
        lines += [f"## {one.set}", "", *_measures(one), ""]
        measure = main_measure(one)
        if measure and (parts := slices(one, measure)):
            lines += [f"### {measure} by parts", "", *_slices(one, parts), ""]
        if measure and len(one.systems) > 1:
            first, last = one.systems[0].system, one.systems[-1].system
            lines += [*changes(changed(one, one, first, last, measure, FEW), measure, first, last), ""]
        lines += [*_stamps(one), ""]
    return "\n".join(lines)


def _measures(one: Evaluated) -> Iterator[str]:
    names = [reached.system for reached in one.systems]
    yield row("measure", "questions", *names)
    yield rule(2, len(names))
    for measure in dict.fromkeys(name for reached in one.systems for name in reached.values):
        means = [
            mean(reached.values[measure], one.questions) if measure in reached.values else None
            for reached in one.systems
        ]
        count = next(entry.count for entry in means if entry)
        yield row(measure, str(count), *map(shown, means))
    for name in ("auroc", "aurc", "ece", "p50", "p95"):
        values = [getattr(reached.whole, name) for reached in one.systems]
        if any(value is not None for value in values):
            digits = 0 if name.startswith("p") else 3
            yield row(WHOLE[name], str(len(one.questions)), *("" if v is None else f"{v:.{digits}f}" for v in values))


WHOLE = {
    "auroc": "AUROC of the confidence",
    "aurc": "area under risk-coverage",
    "ece": "calibration error",
    "p50": "ms per answer, p50",
    "p95": "ms per answer, p95",
}
"""What only a set as a whole has, as it is called in tables."""


def shown(entry: Mean | None) -> str:
    """A mean with its interval."""
    return f"{entry.mean:.3f} ({entry.low:.3f} to {entry.high:.3f})" if entry else ""


def _slices(one: Evaluated, parts: Sequence[Slice]) -> Iterator[str]:
    names = [reached.system for reached in one.systems]
    yield row("by", "part", "questions", *names)
    yield rule(3, len(names))
    for part in parts:
        yield row(part.by, part.part, str(part.count), *(f"{part.means[name]:.3f}" for name in names))


def _stamps(one: Evaluated) -> Iterator[str]:
    for reached in one.systems:
        yield f"- {reached.system}: " + ", ".join(
            f"{key} {value}" for key, value in reached.stamp.items() if key != "system"
        )


def differences(found: Sequence[Difference]) -> str:
    """Differences as a table, one line each."""
    if not found:
        return "no question in common\n"
    lines = [
        row("set", "measure", "questions", "A", "B", "B - A", "95 %", "won, lost, tied", "p", "p, Holm"),
        rule(2, 8),
    ]
    for one in found:
        p, adjusted = ("" if value is None else f"{value:.4f}" for value in (one.p, one.adjusted))
        lines.append(
            row(
                one.set,
                one.measure,
                str(one.count),
                f"{one.mean_one:.3f}",
                f"{one.mean_other:.3f}",
                f"{one.by:+.3f}",
                f"{one.low:+.3f} to {one.high:+.3f}",
                f"{one.wins.won}, {one.wins.lost}, {one.wins.tied}",
                p,
                adjusted,
            )
        )
    return "\n".join(lines) + "\n"


def changes(found: Sequence[Changed], measure: str, first: str, last: str) -> Iterator[str]:
    """Single questions on which two systems differ, as a table."""
    if found:
        yield f"### {measure} of single questions: {first} and {last} differ most"
        yield ""
        yield row("question", first, last, "asked")
        yield rule(1, 2) + " --- |"
        for entry in found:
            yield row(entry.question.id, f"{entry.one:.3f}", f"{entry.other:.3f}", entry.question.text)


def row(*cells: str) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def rule(left: int, right: int) -> str:
    """The line under the heads: so many columns to the left, so many to the right."""
    return "|" + " --- |" * left + " ---: |" * right
