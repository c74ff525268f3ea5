"""Which statements only keep a meeting going: handing over, opening and closing, voting, standing notices."""

from __future__ import annotations

import re

from index.minutes import Kind

_SENTENCE = re.compile(r"[^。？！?!]*[。？！?!]?")
_CALL = re.compile(
    r"^.{0,30}(?:君|さん|氏|委員|議員|幹事|参考人|先生|様|局長|部長|課長|大臣|知事|市長)(?:、?(?:どうぞ|お願い.{0,12}))?[。．]?$"
)
_PROCEDURAL = re.compile(
    r"開会|閉会|散会|休憩|再開|開議|延会|会議を開|会議を閉|議題|日程|議事に入|議事を進|質問を続行|質疑を|討論|採決|起立|挙手|異議|"
    r"お諮り|決定いたし|決しま|可決|否決|承認|了承|付託|指名|登壇|静粛|傍聴|発言を許|御発言|ご発言|発言願|発言をお願|順次|"
    r"お願い(?:いた|致|申|し)|ありがとうござ|感謝申し|進めさせ|進めてまい|進めたい|移りたい|移ります|入りたい|入ります|"
    r"(?:意見|質問|質疑|発言).{0,20}(?:ございま|ありま|いかが|ませんか|よろしい)|報告をお願|説明をお願|御説明|ご説明|"
    r"以上で.{0,20}(?:終|閉)|終了いたし|終わり|次回[はの]|事務局(?:から|より)|よろしいでしょうか|いかがでしょうか|定刻|定足数|出席いただ|"
    r"御出席|ご出席|御欠席|ご欠席|欠席|配付|配布|資料の確認|議事録|署名|時間の延長|お手元|引き続き|願います|許します|それでは|どうぞ"
)
_BUSINESS = re.compile("参考人|出席を求め|会期|散会|署名|許可|議題|日程|動議|休憩|延長|省略|付託|指名|選任|朗読")
_AT_ANY_LENGTH = re.compile(
    r"議題といたします|お諮り(?:いた|し)|と決(?:し|定いた)|欠席と(?:伺|なって)|(?:これ|発言)を許します"
)
_SHORT_SENTENCE = 15
_LONG_SENTENCE = 110
_SHORT_TURN = 45
_SHORT_VOTE = 45


def kind_of(kind: Kind, leads: bool, text: str, whole_turn: bool) -> Kind:
    """`procedure` for a statement of who leads the meeting whose every sentence is procedural, else `kind`."""
    if kind != "speech" or not leads:
        return kind
    plain = text.strip()
    if _CALL.match(plain):
        return "procedure"
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(plain) if sentence.strip()]
    if whole_turn and len(plain) <= _SHORT_TURN and any(map(_procedural, sentences)):
        return "procedure"
    return "procedure" if sentences and all(map(_procedural, sentences)) else kind


def _procedural(sentence: str) -> bool:
    if len(sentence) <= _SHORT_SENTENCE:
        return True
    if "異議" in sentence and len(sentence) > _SHORT_VOTE:
        # What is put to the vote matters, unless it is the order of business.
        return bool(_BUSINESS.search(sentence))
    if _AT_ANY_LENGTH.search(sentence):
        return True
    return len(sentence) <= _LONG_SENTENCE and bool(_PROCEDURAL.search(sentence) or _CALL.match(sentence))
