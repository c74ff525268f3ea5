"""Which part of a page is its content: without scripts, navigation and forms, and never without a statement."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

# What never holds words of a meeting. Tags that a browser does not show, and readings above characters.
_UNSEEN = (
    "script, style, template, noscript, svg, canvas, object, video, audio, map, select, datalist, button, input, "
    "rt, rp, rtc, [role=button], [role=toolbar]"
)
_CHROME = (
    "nav, [role=navigation], [role=banner], [role=contentinfo], [role=search], body > header, body > footer, "
    "body > div > header, body > div > footer, header, footer, aside, form, label, [class], [id], [style], [hidden]"
)
_CHROME_TAGS = {"nav", "header", "footer", "aside"}
_CHROME_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary"}
_CHROME_NAME = re.compile(
    r"(?:global|g|local|l|site|main|sub|foot|head|side)?[-_]?(?:navi?|navigation|gnavi?|lnavi?)(?:[-_].*)?|"
    r"(?:.*[-_])?(?:bread[-_]?crumbs?|topic[-_]?path|pan(?:kuzu)?[-_]?list|pankuzu|crumbs?)(?:[-_].*)?|"
    r"side[-_]?(?:bar|menu|nav|navi|area)(?:[-_].*)?|(?:site|global|page|g|l)?[-_]?(?:footer|header)(?:[-_]?(?:area|inner|wrap|nav.*))?|"
    r"skip(?:[-_].*)?|sns(?:[-_].*)?|share(?:[-_].*)?|social(?:[-_].*)?|page[-_]?top|(?:to|go|back|return)[-_]?top|"
    r"(?:hidden|no)[-_]?print|d-print-none|visible-print(?:-.*)?|visually[-_]?hidden|sr-only|screen-reader-text|"
    r"pagination|pager|cookie(?:[-_].*)?|search[-_]?(?:box|form|area)|font[-_]?size(?:[-_].*)?",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAIN = (
    "main", "[role=main]", "#main", "#main-content", "#main-contents", "#maincontent", "#maincontents", "#tmp_contents",
    "#contents", "#content", "#honbun", "article", "#main_contents", ".main-contents", ".main", ".contents",
)  # fmt: skip
_MARK = re.compile(r"(?m)^[ \t\u3000]*[○◯〇◆◎●△【]")
_BACK = re.compile(
    "ページの?(?:先頭|トップ|上部|一番上)|(?:トップ|先頭|上)[にへ]?(?:戻る|もどる)|page *top", re.IGNORECASE
)
_CHROME_SHARE = 0.25
_MAIN_SHARE = 0.6
_SHORT_LABEL = 30
_SENTENCE = 80
_LINKS = 5
_LINK_SHARE = 0.85


def main_content(page: LexborHTMLParser) -> LexborNode | None:
    """The element that holds the content, cleared of what is not; None for a page without a body.

    Changes the page.
    """
    body = page.body
    if body is None:
        return None
    page.strip_tags(["script", "style", "template", "noscript", "svg", "canvas"])
    for node in page.css(_UNSEEN):
        _drop(node)
    for node in page.css("textarea"):
        if _length(node) < 200:
            _drop(node)
    total = _length(body)
    for node in body.css(_CHROME):
        if node.parent is not None and _is_chrome(node, total):
            _drop(node)
    for node in body.css("a[href^='#'], a[href^='javascript']"):
        if _BACK.search(node.text(deep=True)) and _length(node) < _SHORT_LABEL:
            _drop(node)
    found = _main(page, body)
    if found is body:
        for node in body.css("ul, ol"):
            if node.parent is not None and _is_link_list(node):
                _drop(node)
    return found


def _drop(node: LexborNode) -> None:
    if node.parent is not None and node.tag not in ("html", "body"):
        node.decompose()


def _length(node: LexborNode) -> int:
    return len("".join(node.text(deep=True).split()))


def _is_chrome(node: LexborNode, total: int) -> bool:
    """Whether an element is about the site and not about the meeting; a large one is kept whatever it is called."""
    tag = node.tag or ""
    given = node.attributes
    if "hidden" in given or _HIDDEN_STYLE.search(given.get("style") or ""):
        # Speeches that a click unfolds are hidden as well: whatever holds a sentence stays.
        return "。" not in node.text(deep=True) and _length(node) < _SENTENCE
    if tag == "label":
        return "for" in given and _length(node) < _SHORT_LABEL
    if tag == "form":
        return node.css_first("textarea, p, pre, h2, h3, table") is None and _length(node) < _CHROME_SHARE * total
    names = [given.get("id") or "", *(given.get("class") or "").split()]
    named = tag in _CHROME_TAGS or given.get("role") in _CHROME_ROLES or any(map(_CHROME_NAME.fullmatch, names))
    if not named or tag in ("body", "html", "main", "article"):
        return False
    if tag in ("header", "aside", "footer") and _inside_content(node):
        return False
    return _length(node) < _CHROME_SHARE * total


def _inside_content(node: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in ("main", "article", "section"):
            return True
        parent = parent.parent
    return False


def _main(page: LexborHTMLParser, body: LexborNode) -> LexborNode:
    """The first element that calls itself the content and holds most of the text and every mark of a speaker."""
    text = body.text(deep=True, separator="\n")
    length, marks = len("".join(text.split())), len(_MARK.findall(text))
    for selector in _MAIN:
        for node in page.css(selector):
            inside = node.text(deep=True, separator="\n")
            if len("".join(inside.split())) >= _MAIN_SHARE * length and len(_MARK.findall(inside)) >= marks:
                return node
    return body


def _is_link_list(node: LexborNode) -> bool:
    links = node.css("a[href]")
    return len(links) >= _LINKS and sum(map(_length, links)) >= _LINK_SHARE * max(1, _length(node))
