"""What is said beside an answer or a refusal, in plain words."""

from __future__ import annotations

import re
from typing import Literal

Case = Literal["listed", "unprinted", "unlisted", "unclear", "nothing", "meeting", "absent", "attended", "other topic"]
"""Which kind of answer or refusal it is."""

NOTES = {
    "listed": {
        "ja": "ことがらの指定がないので、該当する発言を会議の順に示しています。",
        "en": "No topic was named: the statements are listed in the order of the meeting.",
    },
    "unprinted": {
        "ja": "この議事録には、お尋ねの事項（日時・場所・出席者・議題など）の記載がありません。",
        "en": "These minutes do not print what you ask about the meeting.",
    },
    "unlisted": {
        "ja": "出席者の一覧の記載がない議事録では、発言者として名前の挙がっている人を示しています。",
        "en": "Where minutes print no list of attendees, those who are named as speakers are shown.",
    },
    "unclear": {
        "ja": "何についての質問か読み取れませんでした。知りたいことがらか、発言者を入れてください。",
        "en": "It is not clear what this asks about; name a topic or a speaker.",
    },
    "nothing": {
        "ja": "この範囲の議事録に、この質問に答える発言は見つかりませんでした。",
        "en": "No statement in these minutes answers this question.",
    },
    "meeting": {
        "ja": "この会議・期間の議事録は索引にありません。",
        "en": "The index holds no minutes of this meeting or period.",
    },
    "absent": {
        "ja": "{who}の発言の記録は、検索した範囲の議事録に見つかりませんでした。",
        "en": "No recorded statement of {who} was found in the minutes that were searched.",
    },
    "attended": {
        "ja": "{who}は出席者として記載されていますが、発言は記録されていません。",
        "en": "{who} is listed as attending, but no statement is recorded.",
    },
    "other topic": {
        "ja": "{who}の発言はありますが、この件についての発言は見つかりませんでした。",
        "en": "{who} is recorded as speaking, but no statement on this was found.",
    },
    "withheld": {
        "ja": "保存された文書と一致しない発言が {count} 件あり、表示していません。",
        "en": "{count} statements do not match the stored document and are not shown. ",
    },
    "holes": {
        "ja": "{holes}は索引にありません。",
        "en": " Not in the index: {holes}.",
    },
}


def note(case: str, question: str, **values: object) -> str:
    """The sentence for a case, in the language of the question."""
    return NOTES[case]["ja" if re.search(r"[ぁ-んァ-ヴ一-龯]", question) else "en"].format(**values)
