"""What is new on saved questions -> an Atom feed (RFC 4287)."""

from __future__ import annotations

import re
import uuid
from xml.etree import ElementTree as ET

from index.matching import LABEL_MARKS
from qa.alerts import News, Report
from qa.render.alerts import CHANGES
from qa.render.text import citation, speaker_name

ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 may not hold, in whatever form.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report_to_atom(report: Report, name: str) -> str:
    """One entry for each question and statement; `name` tells this file of questions from others, for good."""
    found = [(alert.question, news) for alert in report.alerts for news in alert.news]
    feed = ET.Element("feed", {"xmlns": ATOM})
    _add(feed, "id", _urn("feed", name))
    _add(feed, "title", "議事録の新しい発言")
    # Times are all in UTC, and so sort as text.
    _add(feed, "updated", max((news.version.created for _, news in found), default=report.version.created))
    _add(feed, "generator", "ask-the-minutes")
    for question, news in found:
        _entry(feed, question, news)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode")


def _entry(feed: ET.Element, question: str, news: News) -> None:
    cited = news.match.cited
    speaker, meeting = cited.statement.speaker, cited.meeting.meeting
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", _urn(cited.statement.id, question))
    title = (speaker_name(speaker), meeting.title or "（会議名の記載なし）", question)
    _add(entry, "title", " – ".join(title))
    _add(entry, "updated", news.version.created)
    author = ET.SubElement(entry, "author")
    _add(author, "name", speaker.label.strip(LABEL_MARKS) if speaker else speaker_name(None))
    ET.SubElement(entry, "category", {"term": news.change, "label": CHANGES[news.change]})
    content = f"{cited.statement.text}\n— {citation(cited)} [{cited.statement.id}]"
    _add(entry, "content", content).set("type", "text")
    if meeting.url:
        ET.SubElement(entry, "link", {"rel": "alternate", "href": _FORBIDDEN.sub("", meeting.url)})


def _add(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = _FORBIDDEN.sub("", text)
    return element


def _urn(*parts: str) -> str:
    """The same for the same parts, in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(("ask-the-minutes", *parts))).urn
