"""How the number of a list item is printed, in Word and on web pages."""

from __future__ import annotations

from collections.abc import Callable

_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "〇壱弐参四五六七八九"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def counted(number: int, style: str) -> str:
    """A number from 0 on in a style by its name in the file format; unknown styles count 1, 2, 3."""
    write = _STYLES.get(style)
    return write(number) if write and number > 0 else str(number)


def roman(number: int) -> str:
    """Upper-case Roman numerals; beyond 3999 plain digits."""
    if number > 3999:
        return str(number)
    written = ""
    for amount, letters in _ROMAN:
        count, number = divmod(number, amount)
        written += letters * count
    return written


def letters(number: int) -> str:
    """a to z, then aa to az as columns of a sheet are named."""
    written = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        written = chr(ord("a") + rest) + written
    return written


def _word_letters(number: int) -> str:
    """As Word does it: a to z, then aa, bb, cc."""
    repeated, rest = divmod(number - 1, 26)
    return chr(ord("a") + rest) * (repeated + 1) if repeated < 10 else str(number)


def _kanji(number: int, digits: str = _DIGITS, ten: str = "十") -> str:
    if number > 9999:
        return str(number)
    written = ""
    for amount, unit in ((1000, "千"), (100, "百"), (10, ten), (1, "")):
        count, number = divmod(number, amount)
        if count:
            written += ("" if count == 1 and unit else digits[count]) + unit
    return written


def _around(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


def _run(first: str, count: int) -> Callable[[int], str]:
    """Signs that follow each other in Unicode; beyond them plain digits."""
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _circled(number: int) -> str:
    for start, first in ((1, "①"), (21, "㉑"), (36, "㊱")):
        last = {1: 20, 21: 35, 36: 50}[start]
        if start <= number <= last:
            return chr(ord(first) + number - start)
    return str(number)


def _full_width(number: int) -> str:
    return str(number).translate(_FULL_WIDTH)


_STYLES: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": roman,
    "lowerRoman": lambda number: roman(number).lower(),
    "upperLetter": lambda number: _word_letters(number).upper(),
    "lowerLetter": _word_letters,
    "aiueo": _around(_AIUEO),
    "aiueoFullWidth": _around(_AIUEO),
    "iroha": _around(_IROHA),
    "irohaFullWidth": _around(_IROHA),
    "japaneseCounting": _kanji,
    "chineseCounting": _kanji,
    "chineseCountingThousand": _kanji,
    "taiwaneseCounting": _kanji,
    "japaneseLegal": lambda number: _kanji(number, _LEGAL, "拾"),
    "ideographDigital": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "japaneseDigitalTenThousand": lambda number: "".join(_DIGITS[int(digit)] for digit in str(number)),
    "ideographTraditional": _around(_STEMS),
    "ideographZodiac": _around(_BRANCHES),
    "ideographEnclosedCircle": _run("㊀", 10),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _run("⑴", 20),
    "decimalEnclosedFullstop": _run("⒈", 20),
    "none": lambda _: "",
}
