"""Labels before a colon: which of them are people who talk, and which are fields of something else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from index.layouts.attendees.latin import called, ends_list, is_absence, is_list_title, untitled
from index.layouts.attendees.tables import Columns, columns_of, row_of
from index.layouts.labels import is_person, looks_like_label, split_role
from index.layouts.lines import Line
from index.layouts.marks import Marks, colon_label


def labelled(lines: Sequence[Line]) -> Marks:
    """Labels before a colon: those that look like people, those of the list of attendees, those that come again."""
    labels = Counter(label for line in lines if (label := colon_label(line.text)))
    people = {label for label in labels if is_person(label)}
    turns = sum(labels[label] for label in people)
    # One person alone must be named: 高島委員長：, where 委員： three times is a list.
    if turns >= 3 and (len(people) >= 2 or any(split_role(label)[0] for label in people)):
        return Marks(colons=frozenset(people | {label for label in labels if looks_like_label(label)}))
    spoken = _spoken(lines)
    present = _present(lines)
    attending = {label for label in spoken if _ways(label) & present}
    found = attending | {label for label in spoken if untitled(_plain(label)) != _plain(label)}
    found |= {label for label, said in spoken.items() if len(said) >= 3 and _may_be_person(label, said)}
    mentioned = {match[1] or match[2] for line in lines for match in _MENTION.finditer(line.text)}
    found |= {label for label in spoken if _alike(label, len(spoken[label]) + (label in mentioned), found)}
    if attending or _take_turns(lines, spoken, found):
        return Marks(colons=frozenset(found))
    return Marks()


def _spoken(lines: Sequence[Line]) -> dict[str, list[str]]:
    """What stands behind each label, the lists of attendees aside."""
    listed = _listed(lines)
    found: dict[str, list[str]] = {}
    for index, line in enumerate(lines):
        label = colon_label(line.text) if index not in listed else None
        if label and _plain(label):
            found.setdefault(label, []).append(line.text[line.text.index(label) + len(label) :].lstrip(" :：*_"))
    return found


def _plain(label: str) -> str:
    """A label without what sets it off, and without what stands in brackets behind it: KM (on queue), **Rod**."""
    return re.sub(r"\s*[(\[][^()\[\]]*[)\]]?$", "", label.strip("*_ ")).strip("*_?@ ")


def _ways(label: str) -> set[str]:
    return {_plain(label).lower(), untitled(_plain(label)).lower()}


_INITIALS = re.compile(r"[A-Z]{2,4}")
_HANDLE = re.compile(r"[a-z][a-z0-9_-]{1,15}")
_NAME = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: (?:[^\W\d_a-z][\w.'’-]*|d[aeiu]|de[lrn]|v[ao]n|la|le|bin)){0,3}")
_MENTION = re.compile(r"[(@]([a-z][a-z0-9_]{1,15})\b|\b([a-z][a-z0-9_]{1,15})-san\b")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_TALK = re.compile(r"\?|\b(?:I|[Ww]e|[Yy]ou|[Mm]y|[Oo]ur|[Yy]our|me|us|[Ii]ch|[Ww]ir|[Jj]e|[Nn]ous|[Vv]ous)\b")
"""Who speaks asks, or says I, we and you, sooner or later; a list of changes or settings never does."""


def _may_be_person(label: str, said: Sequence[str]) -> bool:
    """Whether a label that comes again has the form of initials, a handle or a name, and sentences behind it."""
    plain = _plain(label)
    if _CJK.search(label):
        return len(label) <= 20 and label[0].isalnum()
    if _is_field(label):
        return False
    if _INITIALS.fullmatch(plain):
        return True
    shaped = bool(_HANDLE.fullmatch(plain) or _NAME.fullmatch(plain))
    return shaped and (any(map(_TALK.search, said)) or len(" ".join(said).split()) >= 6 * len(said))


def _alike(label: str, count: int, found: set[str]) -> bool:
    """Whether a rarer label has the form of many that are known: initials like the others, or a handle met twice."""
    plain = _plain(label)
    if label in found or _is_field(label):
        return False
    if plain.lower() in {_plain(known).lower() for known in found}:
        return True
    if _INITIALS.fullmatch(plain):
        return sum(bool(_INITIALS.fullmatch(known)) for known in found) >= 5
    return count >= 2 and bool(_HANDLE.fullmatch(plain)) and sum(bool(_HANDLE.fullmatch(one)) for one in found) >= 5


def _take_turns(lines: Sequence[Line], spoken: dict[str, list[str]], found: set[str]) -> bool:
    """Whether labels that no list explains are people who talk: often enough, in sentences, in no fixed order."""
    said = [words for label in found for words in spoken[label]]
    if len(found) < 2 or len(said) < max(6, len(lines) // 20):
        return False
    long = sum(len(words.split()) >= 4 or len(_CJK.findall(words)) >= 8 for words in said)
    talk = sum(bool(_TALK.search(words) or _CJK.search(words)) for words in said)
    return long >= len(said) * 0.4 and talk >= max(2, len(said) * 0.1) and not _is_record(lines, found)


def _is_record(lines: Sequence[Line], found: set[str]) -> bool:
    """Whether three labels or more follow each other in one fixed order, as the fields of records do."""
    order = [label for line in lines if (label := colon_label(line.text)) in found]
    pairs = Counter(pairwise(order))
    first: dict[str | None, int] = {}
    for (before, _), count in pairs.items():
        first[before] = max(first.get(before, 0), count)
    return len(found) >= 3 and sum(first.values()) >= 0.9 * pairs.total()


_NO_PERSON = re.compile(
    r"abstain|abstained|abstentions|abstract|acceptance|added|adjourned|adjournment|advantages|agenda|agreed|"
    r"agreement|aim|aims|all|also|alternative|and|android|announce|announcement|announcements|anonymous|answer|aob|"
    r"apologies|apology|approved|argument|arguments|assignee|attendance|attendees|attention|author|authors|ayes|"
    r"background|benefits|blocker|blockers|board|bonus|breaking|bug|bugs|build|but|called|carried|category|caution|"
    r"caveat|cc|change|changed|changes|chat|chinese|chore|ci|code|comment|comments|committee|con|concern|concerns|"
    r"conclusion|conclusions|cons|consensus|context|copyright|cost|council|criteria|data|date|day|deadline|decided|"
    r"decision|decisions|default|deliverables|demo|dependencies|deprecated|design|details|disadvantages|discussion|"
    r"doc|docs|done|downsides|dr|due|duration|edit|eg|else|email|end|english|error|errors|estimate|everyone|"
    r"example|examples|expected|fail|failed|feat|feature|feedback|file|files|finally|first|fix|fixed|fixes|"
    r"follow-up|followup|format|french|friday|future|fyi|german|github|go|goal|goals|group|highlights|homework|how|"
    r"however|http|https|idea|ideas|if|impact|important|info|input|install|ios|irc|issue|issues|item|items|"
    r"japanese|java|javascript|key|language|last|level|license|link|links|linux|list|log|lowlights|macos|media|"
    r"meeting|method|milestone|minus|minutes|mission|monday|month|moved|mover|name|nay|nays|nb|new|next|no|node|"
    r"noes|non-goals|note|notes|objective|objectives|open|or|order|other|outcome|output|overview|owner|page|"
    r"parameters|participants|pass|passed|password|path|people|perf|performance|ping|place|plan|planned|plans|plus|"
    r"point|points|port|pr|prep|present|presenter|presenters|priority|pro|problem|process|progress|project|"
    r"proposal|proposals|proposed|pros|ps|public|purpose|python|quorum|rationale|re|reason|reasons|recording|ref|"
    r"refactor|reference|references|regrets|remark|removed|repo|report|reports|repository|requirements|resolved|"
    r"resources|result|results|return|returns|risk|risks|ruby|rule|rust|saturday|schedule|scope|second|seconded|"
    r"seconder|security|see|sign-up|slack|slide|slides|so|someone|source|spanish|spec|staff|start|status|steps|"
    r"strategic|subject|success|summary|sunday|tag|tags|takeaways|task|tasks|team|test|tests|text|then|third|"
    r"thoughts|thursday|timeline|timezone|tip|title|tl|today|todo|token|tomorrow|tool|topic|topics|tuesday|twitter|"
    r"type|types|unknown|update|updated|updates|url|usage|use|user|value|values|various|version|video|vote|votes|"
    r"voting|warning|website|wednesday|week|what|when|where|who|why|windows|wins|wip|workaround|yea|year|yeas|yes|"
    r"yesterday|zoom|\w*tions?"
)
"""Words that stand before a colon and are no people: fields, parts of minutes, kinds of changes, systems."""


def _is_field(label: str) -> bool:
    """Whether one of the words of a label names a field or a part of minutes: Next steps, **Attendees."""
    return any(_NO_PERSON.fullmatch(word) for word in _plain(label).lower().split())


def _listed(lines: Sequence[Line]) -> dict[int, Columns | None]:
    """The lines of the lists of attendees, each with the columns of its table where it is in one."""
    found: dict[int, Columns | None] = {}
    inside = inline = False
    columns = None
    for index, line in enumerate(lines):
        if is_list_title(line.text):
            # Attendees: A, B, … and what follows it may be said; below a title alone A: B is a person and a group.
            inside, inline, columns = True, not line.text.rstrip("*_ ").endswith(":") and ":" in line.text, None
        elif line.text[0] == "#" or is_absence(line.text) or _is_after(line) or (inline and colon_label(line.text)):
            inside = False
        if inside:
            columns = columns_of(line.text) or columns
            found[index] = columns
    return found


def _is_after(line: Line) -> bool:
    """Whether a line ends a list: another field, a lead-in, a sentence."""
    if line.ends_sentence and len(line.text) > 60:
        return True
    return line.blank and (ends_list(line.text) or line.text.rstrip("*_ ").endswith(":"))


def _present(lines: Sequence[Line]) -> frozenset[str]:
    """Whatever the people in the lists of attendees may be called, in lower case."""
    names: set[str] = set()
    for index, columns in _listed(lines).items():
        text = lines[index].text
        row = row_of(text, columns) if columns else None
        if row and row.name:
            names.update({word.lower() for word in (row.name, *row.name.split()[:1], row.label) if word})
        elif not columns:
            names.update(called(text))
    return frozenset(name for name in names if len(name) > 1 and not _NO_PERSON.fullmatch(name))
