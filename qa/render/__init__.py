"""Answer -> JSON, plain text, HTML. The only place that escapes."""

from qa.render.html import answer_to_html
from qa.render.json import answer_to_json, cited_to_json
from qa.render.labels import Labels
from qa.render.markup import Html, element, joined
from qa.render.text import answer_to_text, citation, speaker_name, statement_to_text

__all__ = [
    "Html",
    "Labels",
    "answer_to_html",
    "answer_to_json",
    "answer_to_text",
    "citation",
    "cited_to_json",
    "element",
    "joined",
    "speaker_name",
    "statement_to_text",
]
