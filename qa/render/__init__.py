"""Answer -> JSON, plain text, HTML. The only place that escapes."""

from qa.render.html import Html, Labels, answer_to_html, element, joined
from qa.render.json import answer_to_json
from qa.render.text import answer_to_text, citation, speaker_name

__all__ = [
    "Html",
    "Labels",
    "answer_to_html",
    "answer_to_json",
    "answer_to_text",
    "citation",
    "element",
    "joined",
    "speaker_name",
]
