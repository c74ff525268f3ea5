"""Pieces of HTML that several tabs share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.render import Html, element, joined, speaker_name
from qa.render.labels import day_text
from qa.render.markup import text_language
from qa.views import Match, Matches
from web.texts import Texts
from web.views_texts import ViewsTexts


def matched(match: Match) -> Html:
    """A statement, whole, with the sentences that fit marked and the phrases that show where it stands underlined."""
    text, pieces, done = match.cited.statement.text, [], 0
    for quote in sorted(match.cited.quotes, key=text.find):
        start = text.find(quote, done)
        if start >= 0 and quote:
            pieces += [_cued(text[done:start], match.cues), element("mark", _cued(quote, match.cues))]
            done = start + len(quote)
    pieces.append(_cued(text[done:], match.cues))
    return element("blockquote", *pieces, class_="statement", lang=text_language(text))


def _cued(text: str, cues: Sequence[str]) -> Html:
    if not cues:
        return joined((text,))
    # The longest first, so that 丁寧な検討 is not taken for 検討 alone.
    pattern = "|".join(re.escape(cue) for cue in sorted(cues, key=len, reverse=True))
    parts = re.split(f"({pattern})", text)
    return joined(element("em", part, class_="cue") if place % 2 else part for place, part in enumerate(parts))


def open_button(match: Match, words: Texts) -> Html:
    """The way to the source of a statement: the action of the cards."""
    speaker = match.cited.statement.speaker
    name = speaker_name(speaker) if speaker else words.no_speaker
    return element(
        "button",
        words.open_source,
        type="button",
        class_="open",
        data_action="open",
        data_place="-1",
        data_value=match.cited.statement.id,
        aria_label=f"{match.cited.rank} · {words.open_source} · {name}",
    )


def scope_to_html(found: Matches, words: Texts, own: ViewsTexts) -> Html:
    """What was searched, and which meetings of a series are missing."""
    within = found.searched
    days = " – ".join(dict.fromkeys(day_text(day, words) for day in (within.first, within.last) if day)) or "—"
    scope = own.scope.format(meetings=within.meetings, statements=within.statements, days=days)
    # A hole speaks the language of the text that it is given.
    holes = [own.hole.format(hole=hole.text(own.hole)) for hole in within.holes]
    return element("p", " ".join((scope, *holes)), class_="scope")
