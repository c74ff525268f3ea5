"""How an answer stands: how sure it is, in words, and the order in which its statements are listed."""

from __future__ import annotations

from dataclasses import dataclass

from qa.answer import Answer
from qa.render.labels import Labels
from qa.render.markup import Html, element
from qa.views import Sort

SURE, LIKELY = 0.8, 0.55
"""Confidence is calibrated: of answers from SURE on, at least four of five hold what was asked for."""


@dataclass(frozen=True, slots=True)
class StandingLabels:
    """The words of this line; `number` is a template."""

    sure: str
    likely: str
    weak: str
    number: str
    order: str
    orders: dict[Sort, str]


_JAPANESE = StandingLabels(
    sure="はっきり答えている発言です",
    likely="答えていると見られる発言です",
    weak="関連が弱い発言です。お確かめください",
    number="確からしさ {percent}%",
    order="並べ方",
    orders={"relevance": "関連の強い順", "date": "日付順", "meeting": "会議ごと"},
)
_ENGLISH = StandingLabels(
    sure="Answers the question",
    likely="Likely answers the question",
    weak="Weakly related; please check",
    number="confidence {percent}%",
    order="Order",
    orders={"relevance": "relevance", "date": "date", "meeting": "meeting"},
)


def standing_to_html(answer: Answer, labels: Labels, place: int, order: Sort) -> Html | None:
    """The line above the cards; None where there is nothing to say."""
    words = _ENGLISH if labels.language == "en" else _JAPANESE
    sure = _sureness(answer.confidence, words) if answer.answered and answer.evidence else None
    orders = _orders(words, place, order) if len(answer.statements) > 1 else None
    return element("div", sure, orders, class_="standing") if sure or orders else None


def _sureness(confidence: float, words: StandingLabels) -> Html:
    level = "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "weak"
    said = {"sure": words.sure, "likely": words.likely, "weak": words.weak}[level]
    return element("p", said, class_=f"sureness {level}", title=words.number.format(percent=round(100 * confidence)))


def _orders(words: StandingLabels, place: int, order: Sort) -> Html:
    buttons = (
        element(
            "button",
            said,
            type="button",
            data_action="sort",
            data_place=str(place),
            data_value=sort,
            aria_pressed="true" if sort == order else "false",
        )
        for sort, said in words.orders.items()
    )
    return element("div", *buttons, class_="orders", role="group", aria_label=words.order)
