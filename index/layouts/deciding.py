"""Which of all ways of showing speakers a file uses: decided from all its lines, never from one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from index.layouts.clock import clock_event
from index.layouts.colons import labelled
from index.layouts.headwords import field_of
from index.layouts.labels import is_person, looks_like_label
from index.layouts.lines import Line
from index.layouts.marks import (
    BRACKETS,
    BULLET_MARKS,
    LONGEST_BARE,
    ROUND,
    SPEAKER_MARKS,
    Marks,
    answer_label,
    bracketed_label,
    is_child,
    letter_label,
    mark_start,
    marked_label,
    quoted_label,
    spaced_label,
)

_SPEECH = 12
"""Characters that a line must hold behind a label to be speech and not a name in a list."""
_QUESTIONS = frozenset(("問", "記者", "質問", "質問者", "Ｑ", "Q"))


def decide(lines: Iterable[Line]) -> Marks:
    """Reads the whole file before any line is understood.

    Marks go before brackets, these before letters, question and answer, colons and labels without any mark: where
    a stronger form is found, the weaker ones are part of what is said.
    """
    lines = [line for line in lines if not line.fenced]
    inline, alone = _marks(lines)
    square = frozenset(mark for mark in BRACKETS if mark not in ROUND and _bracketed(lines, mark))
    marks = _with_margin(Marks(inline=inline, alone=alone, brackets=square), lines)
    for decided in (_letters, _answers, _round_or_colon, _quoted, _bare, _spaced):
        if marks.any:
            break
        marks = decided(lines)
    return _with_evidence(marks, lines)


def _with_margin(marks: Marks, lines: Sequence[Line]) -> Marks:
    """Where nearly all people open at one indent, what stands deeper behind the same mark is a list."""
    marked = [line for line in lines if line.text[0] in marks.inline | marks.alone]
    opened = [(line, found.label) for line in marked if (found := marks.opening(line)) and found.known]
    indents = Counter(line.indent for line, label in opened if is_person(label))
    margin, count = indents.most_common(1)[0] if indents else (0, 0)
    if count < 3 or count < 0.8 * indents.total():
        return marks
    at_margin = frozenset(label for line, label in opened if line.indent <= margin)
    return replace(marks, margin=margin, at_margin=at_margin)


def _with_evidence(marks: Marks, lines: Sequence[Line]) -> Marks:
    """The counts of opened lines, by mark, and an example of each."""
    examples: dict[str, list[str]] = {}
    for line in lines:
        opening = marks.opening(line)
        if opening and opening.known:
            sign = line.text[0] if line.text[0] in SPEAKER_MARKS or line.text[0] in BRACKETS else "no mark"
            form = "alone on its line" if opening.label_end >= len(line.text) else "before speech"
            shown = line.text[opening.label_start : opening.label_end].strip()
            examples.setdefault(f"{sign}, label {form}", []).append(shown)
    evidence = [f"{form}: {len(found)} lines, such as {found[0]!r}" for form, found in examples.items()]
    return replace(marks, evidence=tuple(evidence) or ("no line opens a speaker",))


def _marks(lines: Sequence[Line]) -> tuple[frozenset[str], frozenset[str]]:
    inline, alone = set(), set()
    signs = [line.text[mark_start(line.text)] for line in lines]
    for mark in sorted(set(signs) & set(SPEAKER_MARKS + BULLET_MARKS)):
        places = [index for index, line in enumerate(lines) if signs[index] == mark and len(line.text) > 1]
        short = [index for index in places if _is_alone(lines[index])]
        if mark in SPEAKER_MARKS and _mostly(lines, [index for index in places if index not in set(short)]):
            inline.add(mark)
        if _headings(lines, short, 1 if mark in SPEAKER_MARKS else 2) and (
            mark in SPEAKER_MARKS or len(short) == len(places)
        ):
            alone.add(mark)
    return frozenset(inline), frozenset(alone)


def _is_alone(line: Line) -> bool:
    alone = marked_label(line.text, mark_start(line.text))[1] >= len(line.text)
    return len(line.text) <= 40 and not line.ends_sentence and alone


def _label(line: Line) -> str:
    return marked_label(line.text, mark_start(line.text))[0]


def _mostly(lines: Sequence[Line], places: list[int]) -> bool:
    labels = [_label(lines[index]) for index in places]
    fitting = sum(looks_like_label(label) for label in labels)
    return fitting > 0 and fitting >= len(places) * 0.5


def _headings(lines: Sequence[Line], places: list[int], least: int) -> bool:
    """Labels alone on their lines open speakers only where something else follows each of them."""
    fitting = [index for index in places if looks_like_label(_label(lines[index]))]
    followed = [
        index for index in fitting if index + 1 < len(lines) and lines[index + 1].text[0] != lines[index].text[0]
    ]
    return len(fitting) >= least and len(fitting) >= len(places) * 0.5 and len(followed) >= len(fitting) * 0.7


def _bracketed(lines: Sequence[Line], mark: str) -> bool:
    shown = [index for index, line in enumerate(lines) if line.text[0] == mark and not is_child(line.text)]
    found = [(index, label) for index in shown if (label := _in_brackets(lines[index], mark))]
    # A whole line in brackets that names an event (〔知事登壇〕) is no label.
    fitting = [(index, label) for index, label in found if looks_like_label(label)]
    if len(fitting) == 1:
        index, label = fitting[0]
        return len(found) == 1 and is_person(label) and len(lines[index].text) > len(label) + _SPEECH
    return len(fitting) >= 2 and len(fitting) >= len(found) * 0.5


def _in_brackets(line: Line, mark: str) -> str | None:
    found = bracketed_label(line.text) if line.text[0] == mark else None
    return found[0] if found else None


def _round_or_colon(lines: Sequence[Line]) -> Marks:
    """（委員）大野会長、… stands in lists of those present too: what opens more lines is how this file speaks."""
    forms = (_round(lines), labelled(lines))
    return max(forms, key=lambda marks: sum(bool(marks.opening(line)) for line in lines) if marks.any else 0)


def _round(lines: Sequence[Line]) -> Marks:
    """（外務大臣） alone on its line, or before speech where labels come again and again."""
    fitting = frozenset(mark for mark in ROUND if _bracketed(lines, mark))
    shown = [line for line in lines if line.text[0] in fitting and not is_child(line.text)]
    # （報道関係者 入室） is a stage direction.
    directions = [line for line in shown if line.text[-1] in "）)" and not looks_like_label(line.text[1:-1])]
    labels = [label for line in shown if line not in directions and (label := _in_brackets(line, line.text[0]))]
    alone = [line for line in shown if line.text[-1] in "）)"]
    if sum(_is_speech(line) for line in shown if line.text[-1] not in "）)") < 0.5 * (len(shown) - len(alone)):
        return Marks()
    proven = sum(map(is_person, labels)) >= max(2, len(labels) * 0.6) or (alone and len(alone) == len(labels))
    return Marks(brackets=fitting) if fitting and proven else Marks()


def _letters(lines: Sequence[Line]) -> Marks:
    labels = Counter(label for line in lines if (label := letter_label(line.text)))
    if set(labels) <= {"Q", "A", "Ｑ", "Ａ"} and len(labels) == 2 and labels.keys() & {"Q", "Ｑ"}:
        return Marks()
    return Marks(letters=len(labels) >= 2 and sum(labels.values()) >= 2 * len(labels))


def _answers(lines: Sequence[Line]) -> Marks:
    """問 and 答 in turn: a press conference."""
    labels = [label for line in lines if (label := answer_label(line.text))]
    questions = sum(label in _QUESTIONS for label in labels)
    return Marks(answers=questions >= 2 and len(labels) - questions >= 2)


def _quoted(lines: Sequence[Line]) -> Marks:
    """委員長「それでは…」."""
    return Marks(quoted=_people(Counter(label for line in lines if (label := quoted_label(line.text)))))


def _bare(lines: Sequence[Line]) -> Marks:
    """Names with nothing before or behind them, each on a line above what was said."""
    above = [
        line
        for line, after in pairwise(lines)
        if len(line.text) <= LONGEST_BARE and line.stands_alone and _is_speech(after) and not is_child(line.text)
    ]
    return Marks(
        bare=_people(Counter(line.text for line in above)), above_speech=frozenset(line.start for line in above)
    )


def _spaced(lines: Sequence[Line]) -> Marks:
    """Names before a blank, without a mark: 渡辺委員　それでは…"""
    spoken = [line for line in lines if line.ends_sentence or not field_of(line)]
    pairs = [(line, pair) for line in spoken if (pair := spaced_label(line.text))]
    return Marks(
        spaced=_people(Counter(label for line, (label, said) in pairs if line.ends_sentence or len(said) >= _SPEECH))
    )


def _is_speech(line: Line) -> bool:
    return line.ends_sentence or len(line.text) >= 2 * _SPEECH or clock_event(line) is not None


def _people(labels: Counter[str]) -> frozenset[str]:
    """The labels found, where they can only be people who take turns: three turns, two people, mostly persons."""
    people = {found for found in labels if is_person(found)}
    turns = sum(labels[found] for found in people)
    enough = turns >= 3 and len(people) >= 2 and turns >= 0.6 * sum(labels.values())
    return frozenset(people) if enough else frozenset()
