"""What is new on saved questions -> plain text and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from index.errors import one_line
from qa.alerts import Alert, News, Report
from qa.render.json import cited_to_json
from qa.render.text import japanese_date, speaker_name
from qa.render.tracing import UNPROVEN, day_of
from qa.render.views import match_lines

CHANGES = {"added": "新しい発言", "corrected": "訂正された発言", "reattributed": "発言者が改められた発言"}


def report_to_text(report: Report) -> str:
    """Each question with what is new on it; those without news in one line at the end."""
    blocks = ["\n".join(_lines(alert)) for alert in report.alerts if alert.news]
    quiet = [one_line(alert.question) for alert in report.alerts if not alert.news and alert.error is None]
    blocks += [f"新しい発言なし: {' / '.join(quiet)}"] if quiet else []
    return "\n\n".join(blocks)


def _lines(alert: Alert) -> Iterator[str]:
    more = "" if alert.complete else "以上"
    yield f"■ {one_line(alert.question)}（{len(alert.news)} 件{more}）"
    for news in alert.news:
        yield ""
        yield from match_lines(news.match)
        yield f"   {CHANGES[news.change]}（{japanese_date(day_of(news.version))}の第{news.version.id}版）"
        yield from _before(news)


def _before(news: News) -> Iterator[str]:
    if news.before:
        yield f"   以前: {news.before.text or UNPROVEN} — {speaker_name(news.before.speaker)} [{news.before.id}]"


def report_to_json(report: Report) -> dict[str, Any]:
    """The form that `python -m index alerts --json` prints; `since` is 0 for everything that matches."""
    return {
        "version": report.version.id,
        "since": report.since,
        "questions": [
            {
                "question": alert.question,
                "new": [_news_to_json(news) for news in alert.news],
                "complete": alert.complete,
                "withheld": alert.withheld,
                "error": alert.error,
            }
            for alert in report.alerts
        ],
    }


def _news_to_json(news: News) -> dict[str, Any]:
    return cited_to_json(news.match.cited) | {
        "confidence": round(news.match.confidence, 4),
        "change": news.change,
        "before": asdict(news.before) if news.before else None,
        "version": news.version.id,
        "created": news.version.created,
    }
