"""Which statements only keep a meeting going: handing over, opening and closing, voting, thanks, standing notices.

A sentence is routine where one of its clauses does something routine, nothing in it touches the matter, and
little of it is left unexplained. A remark that is not understood stays speech: losing one is worse than keeping a
formula.
"""

from __future__ import annotations

import re

from index.minutes import Kind

_SENTENCE = re.compile(r"(?:[^。？！?!.]|\.(?!\s|$))*[。？！?!.]?")
_CLAUSE = re.compile(r"[、，,]")
_QUOTE = re.compile(r"「[^「」]*」|『[^『』]*』")
_ASIDE = re.compile(r"[（(〔][^（()）〔〕]{1,60}[）)〕]")
_WHO = r"(?:君|さん|氏|様|先生|委員|議員|[幹理知]事|大臣|総裁|代理|[^\W\d_ぁ-ん]長|[務関参審査]官|(?:参考|公述|証)人|●)"
_CALL = re.compile(
    rf"(?:では|それでは|続きまして|続いて|まず|次に|次は|最後に|はい|じゃあ?|[、，\s])*(?:[^、，。]{{1,16}}[、，])?[^、，。]{{0,40}}{_WHO}"
    r"(?:[、，]?(?:どうぞ|いかが|よろしい|お願い|御願い|発言|いらっしゃ).{0,20})?[。．？?]?"
)
_HANDS_OVER = (
    r"(?:意見|質問|質疑|発言|説明|報告|回答|返答|答弁|答え|コメント|感触|感想|補足|紹介|挨拶|あいさつ|朗読|弁明|証言|応答|審議|"
    r"議論|協力(?!し|を得)|指摘|挨拶|名前|教え|進行).{0,25}(?:お願い|御願い|頂|いただ|賜|願いま|求めま|伺|"
    r"お聞き|ございま|ありま|ないよう|"
    r"ください|いかが|よろしい|聴取|いたさせ|させま|入りま|終わ|終了|終局|許し)"
)
_ROUTINE = re.compile(
    "|".join(
        (
            _HANDS_OVER,
            r"ありがと|感謝|お疲れ|御苦労|ご苦労|恐れ入り|失礼いたしま|お待ちくださ|お待たせ|おはようござ|"
            r"こんばんは|こんにちは",
            r"よろしく[お御]?願い|よう[お御]願い|控え(?:て|いた|くだ)|"
            r"(?:^|[、，]|から|に|より)(?:是非|ぜひ|どうか|何とぞ)?[お御]願い|願いま(?!す。$)|"
            r"何か(?:ございま|ありま)|認めます|速記|おまとめ|まとめてくださ|まとめさせ|終わってくださ|手短に|"
            r"この程度|点呼|予鈴|職務を行|本席|選挙を行|選任を行|退席|議場|黙祷|どうぞ|どなた|そのほか|ほかに|"
            r"ほかは|ほかのご意見|どの点でも",
            r"開会|閉会|散会|休憩|再開|開議|延会|会議を開|会議を閉|開催[さしいた]|定刻|定足数|"
            r"時間(?:になり|ですので|が?(?:参|来|まい))|到着|遅れて",
            r"議題(?:と|に|を|は|\d|[０-９])|日程|議事に|議事を|議事の|議事次第|続行|上程|質疑を|討論|採決|"
            r"起立|挙手|異議|お諮り|付託|付議|"
            r"動議|互選|投票|一任|登壇|静粛|傍聴|署名|招集|朗読|カメラ撮り|議席|席次|担当書記|申し出のとおり|"
            r"送付(?:し|いた)",
            r"決定を?いたし|決定しま|決しま|そのように(?:い|さ|取|決)|さよう|了承|進めさせ|進めてまい|進めたい|"
            r"進めてま|進みたい|進みます|"
            r"移り|移らせ|入りたい|入ります|入らせ|始め|終わり|終えま|以上で|以上を|終了|までと(?:し|いた|させ)",
            r"次回[はの]|次の(?:会議|本会議|委員会)は|理事会(?:に|で|を|の|において)?.{0,12}(?:協議|設置)|"
            r"のとおり(?:と|で).{0,8}よろし|案内(?:いた|し|申)|後刻|簡潔に|申合せの時間|"
            r"事務(?:局|当局)(?:から|より|に(?:おいて|は)|の(?:方|ほう)から|[、，]?(?:いかが|どう|何か|よろし))|"
            rf"(?:^|[、，]|{_WHO}|それで|では)(?:特に|もう)?(?:よろし|いかが|どうでし)|いかがいたし|"
            rf"そ(?:れ|のよう)で?よろし|資料[はが、]*よろし",
            r"御?出席|欠席|着任|退任|就任|異動|交代|参加されると|お手元|配付|配布|資料の確認|当選され|"
            r"紹介(?:いた|し|申)|報告(?:いた|し|申)|"
            r"手を[上挙]げ|"
            r"(?:尋問|質問|審査|審議|互選|質疑|調査|研究|討論)(?:を|と(?:一括|あわせ)[^。]{0,6})(?:行[いっ]|開始|始め|続け)|"
            r"時間[はの](?:延長|[、，]?[^、。]{0,12}程度)|務めさせて|開始(?:いたし|し)ます|延長(?:を?いた|し)|"
            r"報告を(?:いた|し)|指名(?:いた|し)|ほか[。は]|ほかに|"
            r"なければ|ないよう(?:でし|です)|発言を許可|発言を行いたい|申し上げます|聴取いた|説明いたさ|"
            r"証言を求|(?:これ|発言)を許",
        )
    )
)
# Words that touch the matter: an opinion, somebody's view said again, a question of substance, a result.
_MATTER = re.compile(
    r"という(?:御|ご|の(?:が|は|も)|こと(?:で(?!、|よろし|いかが)|は|が(?!ござ)|に|な)|よう|ふう|[^、。]{0,6}(?:指摘|発言|趣旨|要望|意見|理解|認識|質問|問題|考え))|"
    r"との(?:報告|説明|指摘|意見|考え)|んだから|んじゃ|じゃない|(?:思う|思った)[のん]です|のでしょうか|"
    r"(?:なの|るの|たの)か(?:とも|も|、|と|は|が)|"
    r"(?:指摘|発言|趣旨|御意見|ご意見|問題|論点|議論|こと|もの|感触|質疑|訳|わけ)(?:なの)?(?:です|でした|だ)(?:けれど|が|ね|よね|か|と|から|ので)|"
    r"重要|貴重で(?!、)|視点|関連して(?:い|お)|大切|大事|本質|難しい|むずかしい|なるほど|おもしろ|面白|悩まし|"
    r"懸念|矛盾|違和感|解釈|規定(?!により|に基づ)|条文|規律|"
    r"べき|かもしれ|ではないか|はず|必要(?:が(?!生)|は|で|だ|な)|(?:と|かと)思う(?:の|ん)|思ったの|"
    r"ましたけれど|ていますけれど|"
    r"可能(?:性|で|な範囲)|無理の?ない|調査(?:を(?!議題|行い|終了|継続)|も|して|する)|調べ[てるら]|"
    r"検討(?:い|を?頂|を?お願|して(?:い|もら|頂)|させ|する(?:こと|必要))|留意し|"
    r"(?:点|意見|議論|指摘|結果|発言)(?:等|など)?[をも]踏まえ|"
    r"かについて|参考(?:に|と)(?:し|な|さ)|工夫|連携|方向性|取りまとめと|課題(?:と|で|は|が)|なぜ|どうして|"
    r"どのように|どういう|どちら|何でしょ|"
    r"なりますか|なのですか|なんですか|でしたっけ|ということで(?:し|す)|全会一致|賛成多数で、"
)
_RESULT = re.compile(
    r"(?:可決|否決|採択|承認|同意)[^。]{0,8}(?:され|すべきもの|いたしました|と決|に決|とすること)|"
    r"(?:当選|選任|選出)(?:され|いたし|と決)|指名(?:いた|申|しま|する)"
)
_RESULT_OF_NOTHING = re.compile(
    r"以上の(?:方|諸君)|以上[^、。]{1,4}名|名簿のとおり|署名|議席|そのように|さよう|指名推選|"
    r"委員長(?:から|において)?指名"
)
# What may stand beside the routine without adding to the matter: whom, when, which paper, in which order.
_BESIDE = re.compile(
    rf"{_WHO}(?:[はがのにと]|から|より|$)|"
    rf"^(?:それで|では|なお|また|まず|次|続|引き続|最後|初め|はじめ|さて|ただいま|只今|今|本日|先ほど|"
    r"この際|これ|以上|その|そう|よって|直ちに|お手元|順次|一括|各|特に|もし|どう|何か|皆|委員の|説明員|早速|"
    r"早いもの|大変|誠に)|"
    r"議案|議題|日程|資料|予定表|第[0-9０-９一二三四五六七八九十百]+|について|につきまして|に関し|に関する|"
    r"つきましては|会派|議員|委員会|オンライン|ウェブ|"
    r"[午前後]+[0-9０-９一二三四五六七八九十零]+|[月日曜]|時間|分間|会期|議長|多忙|足元|集まり|天候|規定により"
)
_COURTESY = re.compile(
    r"(?:(?:どうも|本当に|大変|誠に|まことに|いろいろ|色々|御?ご?丁寧[なに]|(?:御|ご)?(?:説明|指摘|回答|答弁|質問|意見|紹介|報告|清聴|指名|発言|補足)"
    r"(?:を?(?:いただき|頂き|くださり))?(?:まして)?|はい|すみません|"
    r"[、，\s])*(?:ありがとう(?:ござい(?:ま(?:す|した))?)?)|"
    r"(?:私から|私の方から|こちらから|事務(?:当)?局から|質問)?(?:は|を)?[、，]?以上(?:です|でございます|になります|となります)?|"
    r"[^、。]{0,16}(?:説明|報告)は(?:これで)?以上(?:です|でございます|になります|となります)|"
    r"(?:(?:これで)?(?:質問|私の質問)を?)?終わります|"
    r"(?:どうぞ|どうか|ぜひ|是非|引き続き|今後とも)*よろしく(?:お願い|御願い)(?:いたし|致し|申し上げ|し)ます|"
    r"(?:どうも)?(?:大変)?(?:すみません(?:でした)?|申し訳(?:ありません|ございません)|失礼(?:いた)?しました)|はい|"
    r"(?:thank you|thanks)(?: (?:very|so) much)?(?:[ ,].{0,30})?)[。．.!！]?",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"ウェブ会議|Ｗｅｂ会議|オンライン(?:で|に)|マイク|ミュート|手を挙げる|挙手ボタン|"
    r"お名前を(?:おっしゃ|述べ)|会議室の様子|配[布付](?:資料|した資料|して|いた)|"
    r"資料の(?:確認|過不足|不足)|事務(?:当)?局(?:が|において|で)作成|後ほど.{0,20}(?:説明|紹介)|お願い[にと]な|"
    r"案内(?:を|申|いた|さ)|"
    r"次回(?:の日程|の会議|の開催|は.{0,30}(?:審議|議論|予定))|場所は|(?:議論|審議)(?:を|いただき|頂き)まして|"
    r"日程(?:に|は|を)|"
    r"付託されるよう動議|指名推選の方法|委員長(?:から|において)指名|散会されることを望|"
    r"自己紹介|挨拶をさせて|着任|事務(?:連絡|的な)|議事録(?:に|は|を|の)|特に御?ご?留意を"
)
_AT_ANY_LENGTH = re.compile(
    r"(?:議題と(?:いたし|し)ます|議題に供します|上程(?:いたし|し)ます|(?:採決|聴取)(?:いたし|し)ます|"
    r"本日は[^。]*(?:審議|検討|議論|意見交換|説明|報告)[^。]{0,12}(?:予定|お願い|いただ)[^。]{0,12}|"
    r"(?:諸君|方|皆さん)[のは、]{0,2}(?:[御ご]?起立|挙手)を?(?:お?願|求め)[^。]{0,6})[。．]?$"
)
# What is put to the vote matters, unless it is the order of business.
_BUSINESS = re.compile(
    "一任|閉会中|出席を求め|出頭|証言|会期|休会|議席|署名|付託|省略|日程|議題|議事|傍聴|調査|休憩|延長|朗読|指名|選任"
)
_INTRODUCES = re.compile(
    r"[^。]*(?:でございます|と申します)。?|(?:分かり|わかり|承知(?:いた)?し|了解(?:いた)?し)ました。?|"
    r"(?:私から|事務(?:当)?局から).{0,12}"
)
_INTRODUCED = 25
_THANKED = 60
_NEUTRAL = 15
_SHORT_VOTE = 35
_UNEXPLAINED = 32
_NOTICE_CHARS = 200


def kind_of(kind: Kind, leads: bool, text: str, whole_turn: bool) -> Kind:
    """`procedure` for a statement whose every sentence is routine, else `kind`.

    Whoever leads the meeting (`leads`) hands over, opens, closes and puts to the vote; everybody else only thanks,
    or gives the notices of a secretariat. `whole_turn`: the statement is all that was said in its turn.
    """
    if kind != "speech":
        return kind
    # Titles of papers and names of bills say nothing of what is said about them.
    plain = _QUOTE.sub("資料", _ASIDE.sub("", text)).strip()
    sentences = [sentence for part in _SENTENCE.findall(plain) if (sentence := part.strip(' \n\u3000"「」』'))]
    if not sentences:
        return "procedure" if leads else kind
    if len(plain) <= _THANKED and all(map(_COURTESY.fullmatch, sentences)):
        # 「はい。」 alone answers somebody, unless it is the chair's.
        answers = whole_turn and plain.strip("。") == "はい"
        return kind if answers and not leads else "procedure"
    routine, neutral = (_led, _short) if leads else (_noticed, _introduces)
    verdicts = [bool(_COURTESY.fullmatch(sentence)) or routine(sentence) for sentence in sentences]
    passed = [verdict or neutral(sentence) for verdict, sentence in zip(verdicts, sentences, strict=True)]
    return "procedure" if any(verdicts) and all(passed) else kind


def _short(sentence: str) -> bool:
    return len(sentence) <= _NEUTRAL and not _MATTER.search(sentence)


def _introduces(sentence: str) -> bool:
    return len(sentence) <= _INTRODUCED and bool(_INTRODUCES.fullmatch(sentence))


def _led(sentence: str) -> bool:
    if _CALL.fullmatch(sentence) or _AT_ANY_LENGTH.search(sentence):
        return True
    if len(sentence) > _NEUTRAL and _RESULT.search(sentence) and not _RESULT_OF_NOTHING.search(sentence):
        return False
    if "異議" in sentence and len(sentence) > _SHORT_VOTE:
        return bool(_BUSINESS.search(sentence))
    if _MATTER.search(sentence) or not _ROUTINE.search(sentence):
        return False
    clauses = _CLAUSE.split(sentence)
    return sum(len(one) for one in clauses if not (_ROUTINE.search(one) or _BESIDE.search(one))) <= _UNEXPLAINED


def _noticed(sentence: str) -> bool:
    return len(sentence) <= _NOTICE_CHARS and bool(_NOTICE.search(sentence)) and not _MATTER.search(sentence)
