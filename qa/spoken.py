"""Which of the people named in a question are asked for their words, and which are its topic or addressee."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from qa.speakers import Mention
from qa.words import words

_JOINED = re.compile(r"\s*(?:と|や|および|及び|、|・|and)\s*")
_BEFORE_ENGLISH = re.compile(r"\b(?:did|does|do|has|have|by|according to)\s+(?:the\s+)?$", re.IGNORECASE)
_AFTER_ENGLISH = re.compile(r"\s*(?:said|says?|thinks?|on|'s)\b", re.IGNORECASE)
_SAME_PERSON = re.compile(
    r"(?:ご自身|自身|本人|さん|氏|様|君|議員|委員|たち|達|ら(?=[はがもの、])|の皆さん|の方々|のほう|の方(?=[はが])|クラス|級|陣|側|サイド|当局|\([^)]*\))*"
)
# 逮捕されたカジノ担当の|元副大臣: a clause that ends in somebody is about them.
_MODIFIED = re.compile(r"(?:[たるだい]|[たる][^。、]{1,8}の)$")
_LEFT_OUT = re.compile(r"(?:を除|以外)")


def spoken_by(text: str, found: Sequence[Mention], named: frozenset[str] = frozenset()) -> list[Mention]:
    """Those of the mentions who are asked about as speakers.

    A topic or an addressee (知事を批判した, 法務省に頼んだ) is none: only what stands around the mention
    decides. 外務大臣と総務大臣は: the first is a speaker because the second is. 総理を除く各大臣は: all but one.
    Those in `named` are speakers anyway.
    """
    kept: list[Mention] = []
    for mention in reversed(found):
        joined = _JOINED.match(text, mention.end)
        together = joined and kept and kept[-1].start == joined.end()
        if mention.words in named or together or _speaks(text[: mention.start], text[mention.end :]):
            kept.append(mention)
    left_out = {value for mention in found if _LEFT_OUT.match(text, mention.end) for value in mention.values}
    remaining = [
        Mention(one.start, one.end, one.words, tuple(value for value in one.values if value not in left_out))
        for one in reversed(kept)
    ]
    return [one for one in remaining if one.values]


def _speaks(before: str, after: str) -> bool:
    after = after[_SAME_PERSON.match(after).end() :]  # type: ignore[union-attr]
    if not after.strip(" ?。.!"):
        return not _MODIFIED.search(before)
    if _BEFORE_ENGLISH.search(before) or _AFTER_ENGLISH.match(after):
        return True
    if after[0].isspace():
        return not after.strip()[0].isascii()  # 文科相　技術流出の防止: words in a row
    if _told().search(after):
        return False
    if after.startswith("の"):
        return _said(_ON).match(after) is not None
    if after.startswith(("から", "による")) and not after.startswith("によると"):
        return bool(_from().match(after))
    if after.startswith("が"):
        return _is_saying(after)
    if after.startswith(("は", "も")):
        return not words().about.match(after)
    return after.startswith(words().speaks)


@cache
def _said(about: str = "") -> re.Pattern[str]:
    """の発言は, の考えを教えて; not の発言を引いて or の指示の前に, where the words are a topic."""
    return re.compile(rf"(?:の|からの|による)\s*{about}(?:{_listed(words().said)})(?={words().said_goes_on})")


# の|待機児童についての|答弁は, の|電子船荷証券の|報告は
_ON = r"(?:[^。、はとを]{1,30}(?:についての|に関する|の))?"


@cache
def _from() -> re.Pattern[str]:
    """からの要望, による説明, から指摘があった, からどんな要望."""
    return re.compile(rf"{_said().pattern}|から(?!の)[^。]{{0,40}}(?:{_listed(words().said)}|{words().speech.pattern})")


@cache
def _told() -> re.Pattern[str]:
    """横倉会長は…と語ったと紹介された: somebody else tells it."""
    return re.compile(r"^[はがの].*(?:と|って)(?:紹介|引用)(?:され|した)")


_QUOTES = re.compile(r"と(?:は|も)?(?:言(?:う|い|っ)|述べ|話し|語|説明|答え|答弁|主張|指摘|発言|表明|強調|し[たて])")
# 副知事が説明して回ったという話: what somebody did, told by others.
_HEARSAY = re.compile(r"という(?:話|件|報道|噂|うわさ)")
_SAID_LAST = re.compile(
    r"(?:言(?:い|っ)|述べ|話し|語っ|(?:説明|答弁|主張|指摘|発言|質問|要望|提案|報告)し|答え|尋ね|聞い|求め)"
    r"(?:て(?:い|ま)|まし|た)[^。誰]{0,6}$"
)


@cache
def _given_out() -> re.Pattern[str]:
    """が最後に出した指示, が示した家賃支援に関する疑問."""
    return re.compile(
        rf"(?:出し|示し|行っ|寄せ|抱い|持っ|述べ)た(?:[^。]{{0,16}}(?:に関する|についての))?(?:{_listed(words().said)})"
    )


# 知事が求めた|補償: a verb that ends a clause, before the noun that the clause belongs to.
_CLAUSE = re.compile(r"[たるだ](?=[一-龯])")


def _is_saying(after: str) -> bool:
    """Whether somebody's clause (が…) has a verb of saying, or is about their words: が最後に出した指示."""
    if _HEARSAY.search(after) and not _QUOTES.search(after):
        return False
    end = _CLAUSE.search(after)
    if end is None or _QUOTES.search(after) or _SAID_LAST.search(after):
        return bool(words().speech.search(after))
    return bool(_given_out().search(after) or words().speech.search(after[: end.end()]))


def _listed(values: Sequence[str]) -> str:
    return "|".join(sorted(values, key=len, reverse=True))


def extent(text: str, mention: Mention) -> tuple[int, int]:
    """The stretch of a speaker's mention with what only asks for their words: 総務大臣の考えは."""
    end = mention.end + _SAME_PERSON.match(text[mention.end :]).end()  # type: ignore[union-attr]
    said = _said().match(text, end)
    return with_particle(text, (mention.start, said.end() if said else end))


def with_particle(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """A stretch that became a filter, with the particle behind it."""
    particle = next((word for word in words().joined if text.startswith(word, span[1])), "")
    return span[0], span[1] + len(particle)
