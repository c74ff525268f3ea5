"""From the lines of the body to turns and statements: one step per line, each by a small recogniser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from index.layouts.agendas import Agenda, is_bracket_heading, is_markdown_heading, words_of
from index.layouts.attendees.names import joined
from index.layouts.clock import clock_event
from index.layouts.headwords import begins_body
from index.layouts.labels import is_name, split_role
from index.layouts.lines import Line, Measure
from index.layouts.marks import SPEAKER_MARKS, Opening, Openings, bullet_end, is_child
from index.layouts.passages import Piece, tidy
from index.layouts.people import ANSWERS, People, speaker_of
from index.minutes import Claim, Kind, Speaker

_STAGE = re.compile(
    r"^(?:〔[^〔〕]{1,120}〕|[（(][^（）()]{1,120}[)）]|［[^［］]{1,120}］|\[[^\[\]]{1,120}\]|≪[^≪≫]{1,120}≫)$"
)
_TIME_ASIDE = re.compile(r"[（(][\s　]*(?:午前|午後)[^、。（）()]{1,14}[)）]")
_READS = re.compile(
    r"(?:事務局長|書記長?|局長|次長|職員|参事|主査|主事|議事[課係]長)[^）〕)]{0,4}(?:朗読|報告|説明)[）〕)]$"
)
_SIGNATURE = re.compile(
    r"[（(]?(?:(?:臨時|仮|副)?議\s*長|(?:会議録)?署名\s*(?:議員|委員|者)|委\s*員\s*長|書\s*記|議\s*員)[\s　]+\S.{0,20}"
)
# The foot of a ministry's page: whom to ask, with a telephone number.
_CONTACT = re.compile("[<＜【（(]?(?:照会先|お?問い?合わ?せ先|本件連絡先|本件担当|最終更新日)(?:[>＞】）):：\\s]|$)")
_NOTE = re.compile(r"(?:\d{1,4}\s*[:：]\s*)?※[^、。]{1,30}$")
_GIVES_FLOOR = re.compile(
    r"(?:^|、|，|。)(?P<who>[^、，。\s]{2,30}?)(?:から|より)[、，]?(?:[^。]{0,40}?[、，])?"
    r"(?:(?:以下|下記|次)の(?:とおり|通り|ような|よう|ように)?)[^。]{0,30}"
    r"(?:発言|挨拶|あいさつ|指示|説明|報告|意見|総括|まとめ)[^。]{0,20}。?$"
)

_HIDDEN_NAME = re.compile("[○●◯〇]{2}")
_FLOOR_GIVEN = re.compile(r"(?:発言|挨拶|指示|締めくくり)が?(?:あった|なされた|行われた|された)。?$")
_SEVERAL = re.compile("^(?:各|両|全|関係|出席|複数|他の|参加|一部)|及び|並びに|・|^(?:委員|議員|構成員|出席者|閣僚)$")
# ●は, ○○委員: a name blacked out, not a bullet.
_LONGEST_QUOTE = 12
_APPENDED = re.compile(r"[（(【]?(?:別紙|別添|別表|参考資料|資料|添付|付属|附属|参考)[\s　0-9０-９）)】]*")
_TABLE_HEAD = re.compile(r"(?:発言者|氏\s*名|話者|質問者)[\s　|]+(?:発言内容|発言要旨|発言の?概要|内\s*容|発\s*言)")
_ANNOUNCES = re.compile(r"(?:次|以下|下記)の.{0,14}(?:とおり|通り|点|つ|事項|こと|方針|取組)")
_REDACTED = re.compile(r"[●○◯〇]+(?:[はがのにをともへ、。・]|から|より|委員|先生|さん|氏)")


@dataclass(slots=True)
class Draft:
    """A statement in the making."""

    turn: int
    kind: Kind
    speaker: Speaker | None
    agenda: str | None
    pieces: list[Piece]


@dataclass(slots=True)
class Body:
    """What the walk over the lines has gathered: statements, claims and the labels of the speakers."""

    people: People
    openings: Openings
    measure: Measure
    names_in_brackets: bool = False
    nobody: Kind = "narration"
    answering: Speaker | None = None
    drafts: list[Draft] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    labels: dict[str, Claim] = field(default_factory=dict)
    speakers: dict[str, Speaker] = field(default_factory=dict)
    clocks: list[Line] = field(default_factory=list)
    asides: list[Line] = field(default_factory=list)
    speaker: Speaker | None = None
    turn: int = -1
    turns: int = 0
    agenda: str | None = None
    heading: Line | None = None
    given: Speaker | None = None
    last: Line | None = None
    listed_at: int | None = None
    after_rule: bool = False
    child: bool = False
    bulleted: bool = False
    bulleted_turn: bool = False
    open: bool = False
    closed: bool = False
    agendas: Agenda = field(default_factory=Agenda)
    quotes: int = 0
    quoted: int = 0
    ended: bool = False
    appended: bool = False
    bullet: Line | None = None

    def take(self, line: Line) -> None:
        """Understands one line, in the light of those before it."""
        if line.fenced:
            self._code(line)
            return
        opening = self._opening(line)
        if self.listed_at is not None and line.indent <= self.listed_at and not opening:
            self._silence()
        # What stands under 別紙 after the end of the minutes is a paper, until somebody speaks again.
        self.appended = not opening and (self.appended or (self.ended and bool(_APPENDED.match(line.text))))
        if opening:
            self._open_speaker(line, opening)
        elif not (self._take_event(line) or self._take_heading(line)):
            self._say(line)
        self._count_quotes(line)
        self.last, self.after_rule = line, False

    def _opening(self, line: Line) -> Opening | None:
        opening = None if clock_event(line) else self.openings.opening(line)
        unknown = opening and not (opening.known or self.labels)
        return None if not opening or unknown or self._is_wrapped_into(line, opening) else opening

    def _take_event(self, line: Line) -> bool:
        """Takes a line that tells of the meeting: a floor given, a time, a signature, a stage direction."""
        if self._hands_over(line):
            self._silence()
            self._start_unspoken(line)
            self.gives_floor("".join(line.text[bullet_end(line.text) :].split()))
        elif _CONTACT.match(line.text) and not line.ends_sentence:
            self._claim(line, "heading")
            self.end_of_minutes(line)
        elif clock_event(line):
            self._claim(line, "time")
            self.clocks.append(line)
            self.open = False
            self.closed = clock_event(line) in ("散会", "閉会", "閉議", "延会")
            if self.closed:
                self._silence()
        elif self.closed and self.speaker is None and _SIGNATURE.fullmatch(line.text):
            self._claim(line, "signature")
        elif _TIME_ASIDE.fullmatch(line.text):
            self._claim(line, "time")
            self.asides.append(line)
            self.open = False
        elif self._is_name_set_apart(line):
            self._silence()
            self._narrate(line)
        elif _STAGE.match(line.text) and not is_child(line.text):
            self._narrate(line)
        else:
            return False
        return True

    def _take_heading(self, line: Line) -> bool:
        """Takes a line that is a heading or belongs to one."""
        if self._is_agenda(line) or (self.after_rule and self._is_heading(line)) or self._is_set_apart(line):
            self._start_agenda(line)
        elif self.speaker is None and (begins_body(line) or _TABLE_HEAD.fullmatch(line.text)):
            self._claim(line, "heading")
        elif self._continues_heading(line):
            self._claim(line, "heading")
            self.agenda = tidy(f"{self.agenda}{line.text}")
            self.heading = line
        elif _NOTE.match(line.text) and not line.ends_sentence:
            self._claim(line, "heading")
            self.open = False
        else:
            return False
        return True

    def _say(self, line: Line) -> None:
        """Takes a line of what is said; only inside an open quotation a heading is none."""
        if self.quotes > 0 and self.open and self.drafts:
            self._append(line)
        elif self.openings.heading(line) and not (self.speaker and line.indent) and self._sentence_is_over():
            self._claim(line, "heading")
            self._silence()
        elif self._is_bullet(line):
            self._start_bullet(line)
        else:
            self._plain(line)

    def _count_quotes(self, line: Line) -> None:
        """How many quotations are open: inside one a line is no heading. What is never closed is given up."""
        opened = sum(map(line.text.count, "「『")) - sum(map(line.text.count, "」』"))
        depth = max(0, self.quotes + opened)
        self.quoted = self.quoted + 1 if depth else 0
        self.quotes = depth if self.open and self.quoted < _LONGEST_QUOTE else 0

    def end_of_minutes(self, line: Line) -> None:
        """（以上）: nobody is recorded as speaking after it."""
        self._silence()
        self.last, self.ended = line, True

    def _claim(self, line: Line, as_: str) -> None:
        self.claims.append(Claim(line.start, line.end, as_))

    def _silence(self) -> None:
        self.speaker, self.given, self.open, self.turn = None, None, False, -1
        self.child, self.bulleted_turn, self.listed_at = False, False, None

    def _new_turn(self) -> int:
        self.turns += 1
        return self.turns - 1

    def _code(self, line: Line) -> None:
        """A line of program code belongs to what is being said."""
        if self.open and self.drafts:
            self.drafts[-1].pieces.append(Piece(line.start, line.end, fresh=True))
        else:
            self._start(Piece(line.start, line.end))
        self.last = line

    def _start_unspoken(self, line: Line) -> None:
        self._start(Piece(line.start + bullet_end(line.text), line.end))
        if bullet_end(line.text):
            self.claims.append(Claim(line.start, line.start + 1, "bullet"))

    def _open_speaker(self, line: Line, opening: Opening) -> None:
        self._silence()
        self.heading = None
        self.agenda = opening.agenda or self.agenda
        if not opening.label:
            self._start_unspoken(line)
            return
        if opening.label_start:
            self.claims.append(Claim(line.start, line.start + opening.label_start, "number"))
        printed = line.text[opening.label_start : opening.label_end].rstrip()
        start = line.start + opening.label_start
        claim = Claim(start, start + len(printed), "speaker label")
        self.claims.append(claim)
        self.labels.setdefault(opening.label, claim)
        # As printed, its mark included.
        self.speaker = replace(self._speaker(opening), label=tidy(printed))
        self.turn = self._new_turn()
        # In a list of bullets (* matz: …) only what is set deeper belongs to the speaker.
        self.listed_at = line.indent if line.text[0] in "*-•・" else None
        if opening.label_end < len(line.text):
            self._start(Piece(line.start + opening.label_end, line.end))

    def _speaker(self, opening: Opening) -> Speaker:
        if opening.given:
            return self.people.completed(opening.given)
        if not opening.known:
            return Speaker(opening.label)
        if opening.label not in self.speakers:
            found = speaker_of(opening.label, self.names_in_brackets)
            if opening.label in ANSWERS and self.answering:
                found = self.answering
            self.speakers[opening.label] = self.people.completed(found)
        return self.speakers[opening.label]

    def _start(self, piece: Piece) -> None:
        """Begins a statement of the present speaker, or of nobody."""
        if self.speaker is None and self.given is None:
            self.turn = self._new_turn()
        kind: Kind = "speech" if self.speaker else "document" if self.appended else self.nobody
        self.drafts.append(Draft(self.turn, kind, self.speaker, self.agenda, [piece]))
        self.open, self.child, self.bulleted = True, False, False

    def _narrate(self, line: Line) -> None:
        """A stage direction: nobody says it, and the speaker goes on after it."""
        if _READS.search(tidy(line.text)):
            # What a clerk reads out is nobody's among those who speak here.
            self._silence()
        piece = Piece(line.start, line.end)
        self.drafts.append(Draft(self._new_turn(), "narration", None, self.agenda, [piece]))
        self.open = False

    def _is_agenda(self, line: Line) -> bool:
        if is_markdown_heading(line) or is_bracket_heading(line):
            return True
        nobody, first = self.speaker is None, self.last is None
        return self._sentence_is_over() and self.agendas.is_heading(line, nobody=nobody, first=first)

    def _is_heading(self, line: Line) -> bool:
        """A short line without an end of sentence: a heading where a rule stands above it."""
        return not line.ends_sentence and len(line.text) <= 60 and not re.search("[、。]$", line.text)

    def _is_set_apart(self, line: Line) -> bool:
        """Where names stand bare on their lines, a short line between blank ones that is none."""
        short = len(line.text) <= 40 and "。" not in line.text and not self._is_full(line)
        return self.openings.layout == "bare" and line.blank and line.stands_alone and short

    def _is_full(self, line: Line) -> bool:
        return self.measure.wrapped and line.width >= self.measure.full

    def _is_wrapped_into(self, line: Line, opening: Opening) -> bool:
        """Whether the sentence before breaks off at the end of its line and goes on here: ○○委員の御意見は."""
        goes_on = self.measure.wrapped and self.open and not self._sentence_is_over()
        return goes_on and (not opening.known or bool(_HIDDEN_NAME.match(line.text)))

    def _hands_over(self, line: Line) -> bool:
        """Whether a line in the turn of one speaker tells that another spoke: 最後に、総理から次の発言があった。"""
        told = self.speaker is not None and _FLOOR_GIVEN.search(line.text) and self._sentence_is_over()
        return bool(told) and bool(_GIVES_FLOOR.search("".join(line.text.split())))

    def _is_name_set_apart(self, line: Line) -> bool:
        """◇ 坂 井 弘: who comes next, under a mark that opens no speaker in this file."""
        if line.text[0] not in SPEAKER_MARKS or not self.labels or len(line.text) > 20:
            return False
        return (
            not self.openings.opening(line) and is_name(joined(line.text[1:])) and " " in line.text.replace("　", " ")
        )

    def _sentence_is_over(self) -> bool:
        if self.last is None or not self.open or self.last.ends_sentence or not self.measure.wrapped:
            return True
        return self.last.width < self.measure.full

    def _start_agenda(self, line: Line) -> None:
        self.agendas.follow(line)
        self._claim(line, "agenda")
        self._silence()
        self.agenda = words_of(line)
        self.heading = line

    def _continues_heading(self, line: Line) -> bool:
        """The second line of a heading that filled its first."""
        if self.heading is None or self.heading is not self.last or not self.measure.wrapped:
            return False
        return self.heading.width >= self.measure.full and line.width < self.measure.full and not line.ends_sentence

    def _is_bullet(self, line: Line) -> bool:
        end = bullet_end(line.text)
        if not end or end >= len(line.text):
            return False
        if self.open and _REDACTED.match(line.text):
            return False
        blank_follows = end > 1
        wrapped_here = self.open and self.last is not None and not self._sentence_is_over()
        return blank_follows or line.blank or not wrapped_here

    def _start_bullet(self, line: Line) -> None:
        end = bullet_end(line.text)
        self.claims.append(Claim(line.start, line.start + 1, "bullet"))
        if self.speaker is None and self.given is not None:
            self.speaker, self.given = self.given, None
            self.turn = self._new_turn()
        first_of_turn = self.speaker is not None and all(one.turn != self.turn for one in self.drafts[-1:])
        self._start(Piece(line.start + end, line.end))
        self.bulleted, self.bullet = True, line
        self.bulleted_turn = self.bulleted_turn or first_of_turn

    def _append(self, line: Line, *, fresh: bool = True) -> None:
        self.drafts[-1].pieces.append(Piece(line.start, line.end, fresh))

    def _plain(self, line: Line) -> None:
        """A line without a mark: more of the statement, one of its children, or a new paragraph."""
        if self.open and self.drafts:
            if is_child(line.text) and self._leads_in():
                self._append(line)
                self.child = True
                return
            if self._is_inside_bullet(line):
                self._append(line, fresh=is_child(line.text) or self._sentence_is_over())
                self.child = self.child or is_child(line.text)
                return
            if self._continues(line):
                self._append(line, fresh=self.child and self.last is not None and self.last.width < self.measure.full)
                return
        if self.speaker is None:
            self.given = None
        elif self.bulleted_turn and not is_child(line.text):
            # A turn of bullets is over where a paragraph without one begins: the secretariat's own words.
            self._silence()
        self._start(Piece(line.start, line.end))

    def _is_inside_bullet(self, line: Line) -> bool:
        """Whether the line is set deeper than the bullet whose statement is open."""
        return self.bulleted and self.bullet is not None and line.indent > self.bullet.indent

    def _leads_in(self) -> bool:
        """Whether the open statement waits for items: its last line did not end a sentence, or it holds items."""
        if self.child or self.last is None or not self.last.ends_sentence:
            return self.last is not None
        return bool(_ANNOUNCES.search(self.last.text[-40:]))

    def _continues(self, line: Line) -> bool:
        last, margin = self.last, self.measure.margin
        if last is None:
            return False
        if not self.measure.wrapped:
            # One line, one paragraph; only what a comma or a list of items has left open goes on.
            left_open = last.text[-1] in "、，" or (self.child and not last.ends_sentence)
            return left_open and not line.indent
        if self.measure.indents and line.indent > margin and last.indent <= margin and last.ends_sentence:
            return False
        if last.ends_sentence:
            # A full line may end a sentence by chance. Bullets and indents show where the next paragraph begins.
            shown = self.bulleted or self.measure.indents
            return shown and last.width >= self.measure.full and line.indent <= margin and not line.blank
        return True

    def awaits_bullets(self, line: Line) -> bool:
        """Whether a narration is open and this line is a bullet."""
        return self.speaker is None and self.open and bool(self.drafts) and self._is_bullet(line)

    def gives_floor(self, text: str) -> None:
        """「最後に、岸田内閣総理大臣から、下記の発言があった。」: the bullets that follow are that person's."""
        match = _GIVES_FLOOR.search(text[-300:])
        if match and self.speaker is None:
            name, role = split_role(match["who"])
            if role and not _SEVERAL.search(match["who"]):
                label = match["who"]
                self.given = self.people.completed(Speaker(label, role, name, "text" if name else None))
