"""What is said beside an answer or a refusal, in plain words."""

from __future__ import annotations

import re

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
        "ja": "この発言者の発言は、この範囲の議事録に記録されていません。",
        "en": "No statement of this speaker is recorded in these minutes.",
    },
    "attended": {
        "ja": "この人は出席者として記載されていますが、発言は記録されていません。",
        "en": "This person is listed as attending, but no statement of theirs is recorded.",
    },
    "other topic": {
        "ja": "この発言者の発言はありますが、この件についての発言は見つかりませんでした。",
        "en": "This speaker is recorded, but no statement on this was found.",
    },
}


def note(case: str, question: str) -> str:
    """The sentence for a case, in the language of the question."""
    return NOTES[case]["ja" if re.search(r"[ぁ-んァ-ヴ一-龯]", question) else "en"]
