"""Sentences of a statement: which of them answer, and which only report what somebody else said."""

from __future__ import annotations

import re
from functools import cache

from index.lexical import tokens
from index.search import Snapshot
from qa.evidence import covered, weights
from qa.question import Question
from qa.words import words

# A sentence is marked when it carries at least this share of the best sentence's score.
MARKED = 0.8
# A report ends its sentence, but for so many characters: …とおっしゃいましたけれども。
_REST = 14

_HONORIFIC = (
    r"おっしゃ(?:い|っ|られ|ってい)|仰(?:い|っ|せ)|述べられ(?:まし|た)|お述べ|語られ|話され(?:まし|た)|お話しにな|"
    r"答弁され|答弁なさ|答えられ(?:まし|た)|発言され"
)
_PLAIN = (
    r"(?:答弁|発言|説明|主張|回答|表明|強調|指摘|明言|反論)(?:を)?(?:し(?:まし|た|てい|ており)|します|され(?:まし|た|てい))|"
    r"述べ(?:まし|た|てい|ており|ます|られ)|言(?:いまし|った|ってい|っており|います|われまし|われた)|語(?:りまし|った|ってい)|"
    r"話(?:しまし|した|してい)|答え(?:まし|た|てい)"
)
# Not 声, 意見, 見解: what a minister says that people want is the minister's reply.
_NOUN = r"(?:の|いう|いった)(?:(?:御|ご|お)?(?:答弁|発言)|(?:御|ご|お)(?:指摘|意見|話|説明|質問|提案|回答))(?:が|を|も)"
_QUOTED = (
    r"(?:と|って)(?:も|は)?(?:い[うっ][^。]{0,4})?(?:、)?(?:[^。、]{0,8}(?:に|で|から)、?)?"
    r"(?:明確に|はっきり|既に|繰り返し)?(?:御|ご|お)?"
)
_NOUN_ENDS = r"(?:あり(?!ませ)|あった|ござい(?!ませ)|示され|いただ|頂|頂戴|得|聞|伺|承|出され|出(?:まし|た|てい)|寄せ)"
_HUMBLE = re.compile(
    r"(?:申し上げ|申し(?:まし|た|てお)|いたし(?:まし|た|てお|ます)|致し(?:まし|た)|させていただ|させて頂|お答えし)[^。]{0,14}。?$"
)
# When or if somebody says so, nobody is reported as having said it.
_SUPPOSED = re.compile(
    r"(?:言われ|言|聞かれ|おっしゃられ)(?:ると|れば|たら|ても|た(?:とき|時|場合)|る(?:とき|時|場合))"
)


@cache
def _reports() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_QUOTED}(?:{_HONORIFIC})|(?:と|って|など){_NOUN}(?:[^。、]{{0,6}})(?:{_NOUN_ENDS}))[^。]{{0,{_REST}}}[。」』]?$"
    )


@cache
def _reports_another() -> re.Pattern[str]:
    """A plain verb of saying reports another only where somebody else is its subject: 知事は…と述べました."""
    others = "|".join(sorted(map(re.escape, words().office_ends), key=len, reverse=True))
    somebody = (
        rf"(?:{others}|総理|首相|政府|氏|さん|君|会議|会|省|庁|局|当局|党|新聞|者)(?:自身|自ら)?(?:は|が|も|からは?)"
    )
    return re.compile(rf"(?:^|[^私]){somebody}[^。]*?{_QUOTED}(?:{_PLAIN})[^。]{{0,{_REST}}}[。」』]?$")


_SELF = re.compile(r"(?:^|[、。])(?:私|わたし|我々|当方|小職)(?:自身|ども|たち)?(?:は|が|も|から)")


def reports(sentence: str) -> bool:
    """Whether a sentence only tells what somebody else said: …と答弁がありました, …とおっしゃいました.

    What speakers say of themselves in humble words (…と申し上げました) is their own, and so is what follows a report
    in the same sentence.
    """
    text = "".join(sentence.split())
    if _HUMBLE.search(text) or _SUPPOSED.search(text[-_REST - 8 :]) or _SELF.search(text):
        return False
    return bool(_reports().search(text) or _reports_another().search(text))


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order, as substrings of it.

    What stands in brackets ends no sentence (「です。」と言った), and a list that a sentence holds stays whole.
    """
    if "\n" in text:
        return [text]
    parts, start, depth = [], 0, 0
    for place, char in enumerate(text):
        depth = max(0, depth + (char in "「『（(") - (char in "」』）)"))
        if depth == 0 and char in "。!?！？" and text[place + 1 : place + 2] not in set("。!?！？"):
            parts.append(text[start : place + 1].strip())
            start = place + 1
    return [part for part in (*parts, text[start:].strip()) if part]


def reported(text: str) -> tuple[str, ...]:
    """The sentences of a text that report somebody else's words."""
    return tuple(part for part in sentences(text) if reports(part))


def quotes(text: str, question: Question | None = None, snapshot: Snapshot | None = None) -> tuple[str, ...]:
    """The sentences that answer: those that score close to the best by words and meaning; never a mere report.

    Empty where the whole text is one; all the others where no question says which of them to take.
    """
    parts = [part for part in sentences(text) if not reports(part)]
    if question is None or snapshot is None or len(parts) < 2:
        return tuple(parts)
    cosines = snapshot.similarity(question.topic, parts)
    heavy = weights(question, snapshot)
    scores = [
        float(cosine) + covered(question.words, set(tokens(part)), heavy, question.alternatives)
        for cosine, part in zip(cosines, parts, strict=True)
    ]
    best = max(scores)
    if best <= 0:
        return tuple(parts)
    return tuple(part for part, score in zip(parts, scores, strict=True) if score >= MARKED * best)
