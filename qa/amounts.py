"""Questions for an amount, a date or a rate: what their answer must hold."""

from __future__ import annotations

import re

NUMBER = r"(?:[0-9０-９]+|[〇一二三四五六七八九十百千万数]+)\s?"

_TIME = re.compile(rf"{NUMBER}(?:年|か月|カ月|ヶ月|月|日|時|週)|年度|年内|今年|来年|早期|速やか|直ち|当面|[0-9]{{4}}")
_RATE = re.compile(rf"{NUMBER}(?:%|％|パーセント|割|ポイント|分の|percent)")
_MONEY = re.compile(rf"{NUMBER}(?:兆|億|万|千)?(?:円|ドル|ユーロ|億|dollar|yen)")
_ANY = re.compile(NUMBER)

# What asks, and what must then stand in an answer. The first that applies counts.
_KINDS = (
    (r"何パーセント|何[%割]|(?:率|割合|シェア)(?:は|が|を|の目標|$|[?？])|what percentage|how many percent", _RATE),
    (
        r"いつ|(?<!第)何[年月日時]|(?:時期|期限|期間|日程|スケジュール)(?:は|が|$|[?？])|\bwhen\b|how long|deadline",
        _TIME,
    ),
    (r"いくら|何円|(?:費用|予算|金額|総額|経費|料金|価格|額)(?:は|が|$|[?？])|how much", _MONEY),
    (r"いくつ|どれ(?:くらい|ぐらい|だけ)|(?:件|人|回|社|台|戸)?数(?:は|が|$|[?？])|how many|number of", _ANY),
)
_ASKS = tuple((re.compile(asks, re.IGNORECASE), answer) for asks, answer in _KINDS)
# 何人, 何か国, 何通: any counter; 何故, 何処 and 何者 count nothing.
_COUNTED = re.compile(r"(?<!第)何(か国|カ国|か月|カ月|ヶ月|か所|カ所|箇所|つ|(?![故処者事様物年月日時])[一-龯])")


def amounts_asked(question: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of which an answer to `question` (NFKC) must hold one; empty where no amount is asked for."""
    for asks, answer in _ASKS:
        if asks.search(question):
            return (answer,)
    counted = _COUNTED.search(question)
    if counted is None:
        return ()
    unit = "(?:人|名)" if counted[1] in "人名" else re.sub("[かカヶ箇]", "[かカヶケ箇]", re.escape(counted[1]))
    return (re.compile(NUMBER + unit),)
