"""Bills, reports and petitions: their numbers, titles and what was decided, where the text proves it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.dates import number
from index.layouts.lines import Line
from index.layouts.passages import tidy
from index.minutes import Bill, Span, Statement

_DIGITS = r"[0-9０-９〇一二三四五六七八九十百]{1,5}"
_PROPOSED = r"(?:議員|委員会|市長)提出議案|議案|議第|発議|意見書案|決議案|請願|陳情"
_KIND = rf"(?:{_PROPOSED}|報告|承認|同意|諮問|認定|選挙)"
_NUMBER = re.compile(
    rf"{_KIND}(?:[平令]?[0-9０-９元一二三四五六七八九]{{1,2}})?第?{_DIGITS}号|第{_DIGITS}号(?:議案|報告|認定|諮問|承認)"
)
_RANGE = re.compile(r"^(?:から|ないし|＝ないし＝|乃至|～|〜)")
_GOES_ON = re.compile(r"(?:まで|及び|並びに|から|ほか|外|の[上質採提])")
_TITLE_END = re.compile(
    r"を(?:議題|上程|一括)|については?(?:、|，|を|であ|の|ご?説明)|(?<=[例件案])(?:を|が|は|であ)|[。、，]"
)
_MATTER = re.compile(
    r"(?:条例|予算|決算|について|件|案|契約|計画|報告|認定|同意|指定|変更|規約|協定|法律|請願|陳情|選任|任命|認可|意見書|決議|締結|処分|経費)(?:[（(].{1,20}[)）])?$"
)
_RESULT = re.compile(
    r"(?P<how>原案(?:のとおり)?可決|修正可決|可決|否決|同意|承認|認定|不認定|(?:趣旨|一部|不)?採択|継続審[査議]|撤回)(?:すること(?:に|と)|するもの?と)?"
    r"[^。]{0,14}(?:決定|決し|され|いたし|成立|べきもの|ました|です)"
)
_PUT = re.compile(
    r"異議(?:あり|ござい|なし)|お諮り|賛成の(?:方|諸君)|採決(?:いた|し)|求めます|べき(?:もの)?(?:である|と(?:考え|思))|ましょうか|でしょうか|[かも]。$"
)
_THIS = re.compile(r"(?:本案|本件|本議案|本請願|本陳情)")
_LONGEST_TITLE = 80


@dataclass(slots=True)
class _Found:
    number: str
    title: str | None
    titled: Span | None
    result: str | None = None
    decided: Span | None = None


def bills_of(lines: Sequence[Line], statements: Sequence[Statement]) -> tuple[Bill, ...]:
    """What the meeting dealt with by number, in order of appearance.

    Titles come from lines that begin with the number (order of the day), or from the words after it. A result
    counts where one sentence of a decision names the number, or says 本案 while one bill alone is under vote.
    """
    found: dict[str, _Found] = {}
    for line in lines:
        match = _NUMBER.search(line.text[:40])
        if match and not line.ends_sentence:
            _note(found, match[0], _title(line.text[match.end() :], whole=True), Span(line.page, line.start, line.end))
    under_vote: list[str] = []
    for statement in statements:
        if statement.kind in ("speech", "procedure"):
            under_vote = _read(found, statement, under_vote)
    return tuple(
        Bill(one.number, one.title, one.result, tuple(span for span in (one.titled, one.decided) if span))
        for one in found.values()
        if one.title or one.result
    )


def _note(found: dict[str, _Found], number_: str, title: str | None, place: Span) -> None:
    known = found.setdefault(_key(number_), _Found(number_, None, None))
    if known.title is None and title:
        known.title, known.titled = title, place


def _title(after: str, whole: bool = False) -> str | None:
    """The words behind a number that name the matter (`whole`: all of them); None for a range or a number alone."""
    words = tidy(after.split("\n")[0]).lstrip("　 ・:：,，、「＝")
    if _RANGE.match(words) or _GOES_ON.match(words):
        return None
    end = None if whole else _TITLE_END.search(words)
    title = words[: end.start() if end else None].strip("　 」")
    return title if 4 <= len(title) <= _LONGEST_TITLE and _MATTER.search(title) else None


def _read(found: dict[str, _Found], statement: Statement, under_vote: list[str]) -> list[str]:
    """Numbers, titles and decisions in one statement; returns the bills that 本案 stands for after it."""
    for sentence in re.findall(r"[^。\n]+[。\n]?", statement.text):
        named = list(_numbers(sentence))
        for number_, after in named:
            _note(found, number_, _title(after), statement.spans[0])
        under_vote = [number_ for number_, _ in named] or under_vote
        result = None if _PUT.search(sentence) else _RESULT.search(sentence)
        this = under_vote if _THIS.search(sentence) and len(under_vote) == 1 else []
        for number_ in ([number_ for number_, _ in named] or this) if result else []:
            one = found[_key(number_)]
            one.result, one.decided = result["how"] if result else None, statement.spans[0]
    return under_vote


def _numbers(sentence: str) -> Iterator[tuple[str, str]]:
    """Every number named, with the words after it; 第一号議案から第三号議案まで names three."""
    matches = list(_NUMBER.finditer(sentence))
    for place, match in enumerate(matches):
        after = sentence[match.end() :]
        yield match[0], after
        if _RANGE.match(after) and place + 1 < len(matches):
            for value in range((_value(match[0]) or 0) + 1, min(_value(matches[place + 1][0]) or 0, _MOST)):
                yield re.sub(_DIGITS + "(?=号)", str(value), match[0]), ""


_MOST = 1000


def _value(number_: str) -> int | None:
    digits = re.search(rf"({_DIGITS})号", number_)
    return number(digits[1]) if digits else None


def _key(number_: str) -> str:
    """One key for 第四十号議案, 第40号議案 and 議案第４０号."""
    return f"{re.sub(rf'第?{_DIGITS}号', '', number_)}{_value(number_)}"
