"""Every text about adding minutes, in Japanese and English: one table."""

from __future__ import annotations

from dataclasses import dataclass

from web.texts import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadTexts:
    """The words about adding minutes; those with {} are templates. `sure` are from sure to unsure."""

    add: str
    hide: str
    how: str
    limits: str
    files: str
    reading: str
    indexing: str
    too_many: str
    same_as: str
    indexed_as: str
    saved: str
    busy: str
    failed: str
    left_out: str
    done: str
    indexed: str
    again: str
    confirm: str
    title: str
    day: str
    place: str
    record: str
    records: dict[str, str]
    from_name: str
    no_day: str
    several: str
    archive: str
    statements: str
    sure: tuple[str, str, str]
    who: str
    label: str
    count: str
    name: str
    name_of: str
    more_speakers: str
    nobody: str
    beginning: str
    notes: str
    keep: str
    keep_all: str
    drop: str
    clear: str
    states: dict[str, str]


_TEXTS: dict[Language, UploadTexts] = {
    "ja": UploadTexts(
        add="＋ 議事録を追加",
        hide="追加を閉じる",
        how="ファイルを選ぶか、ここに置いてください。読み取った内容を確かめてから、索引に加えます。",
        limits="一度に {files} 件まで、1 件 {size} MB まで。読める形式：{types}",
        files="追加する議事録のファイル",
        reading="読み取っています（{place} / {count}）：{name}",
        indexing="保存して、索引に加えています…",
        too_many="一度に送れるのは {limit} 件までです。このファイルはもう一度送ってください。",
        same_as="「{name}」と同じ内容です。",
        indexed_as="すでに索引にあります：{path}",
        saved="保存しました。索引にはまだ入っていません。",
        busy="ほかの索引作成が進んでいます。ファイルは保存してあります。少し待って「もう一度索引に加える」を押してください。",
        failed="できませんでした：{message}",
        left_out="フォルダの設定（.minutesignore）により、索引の対象外です",
        done="{count} 件を索引に加えました（第 {version} 版）。もう質問できます。",
        indexed="{statements} 発言　{path}",
        again="もう一度索引に加える",
        confirm="読み取った内容を確かめてください（{count} 件）",
        title="会議名",
        day="開催日",
        place="場所",
        record="記録の種類",
        records={"verbatim": "会議録（逐語）", "summary": "議事要旨（要約）"},
        from_name="ファイル名から",
        no_day="日付「{value}」が読めません。2023-02-14 や 令和5年2月14日 のように書いてください。",
        several="このファイルには {count} 件の会議があります。会議名と日付は、ファイルに書かれたとおりに使います。",
        archive="ZIP の中の {count} 件の文書です。直したいときは、1 件ずつ追加してください。",
        statements="{count} 発言",
        sure=(
            "発言者の読み取りは確かです",
            "発言者の読み取りはおおむね確かです",
            "発言者を確かに読み取れていません。原文と見比べてください",
        ),
        who="発言者（{count} 人）",
        label="議事録の表記",
        count="発言",
        name="氏名",
        name_of="{label} の氏名",
        more_speakers="ほか {count} 人",
        nobody="発言者は読み取れませんでした。",
        beginning="最初の発言",
        notes="気をつけること",
        keep="この内容で追加",
        keep_all="{count} 件すべてを追加",
        drop="追加しない",
        clear="表示から消す",
        states={"known": "追加済み", "refused": "追加できません", "saved": "保存済み", "indexed": "追加しました"},
    ),
    "en": UploadTexts(
        add="+ Add minutes",
        hide="Close",
        how="Choose files or drop them here. You see what was read of them before anything is added.",
        limits="At most {files} files at a time, {size} MB each. Types that are read: {types}",
        files="Files of minutes to add",
        reading="Reading ({place} of {count}): {name}",
        indexing="Saving and indexing…",
        too_many="At most {limit} files can be sent at a time. Please send this one again.",
        same_as="The same as {name}.",
        indexed_as="Already indexed as {path}",
        saved="Saved, not indexed yet.",
        busy="Another build of the index is going on. The files are saved. Wait a little and press “Index again”.",
        failed="That did not work: {message}",
        left_out="the folder's .minutesignore leaves it out",
        done="Added to the index: {count} (version {version}). You can ask about it now.",
        indexed="statements {statements} · {path}",
        again="Index again",
        confirm="Please check what was read ({count})",
        title="Meeting",
        day="Date",
        place="Place",
        record="Kind of record",
        records={"verbatim": "verbatim minutes", "summary": "summary minutes (議事要旨)"},
        from_name="from the file's name",
        no_day="The date “{value}” cannot be read. Write it as 2023-02-14 or 令和5年2月14日.",
        several="This file holds {count} meetings. Their titles and dates are used as the file gives them.",
        archive="A ZIP of {count} documents. To correct one, add it by itself.",
        statements="statements {count}",
        sure=(
            "Who speaks was read for certain",
            "Who speaks was read with fair certainty",
            "Who speaks could not be read for certain; please compare with the original",
        ),
        who="Speakers ({count})",
        label="As printed",
        count="Turns",
        name="Name",
        name_of="Name of {label}",
        more_speakers="and {count} more",
        nobody="No speaker could be read.",
        beginning="First statements",
        notes="Please note",
        keep="Add it like this",
        keep_all="Add all {count}",
        drop="Do not add",
        clear="Remove from this list",
        states={"known": "Already there", "refused": "Cannot be added", "saved": "Saved", "indexed": "Added"},
    ),
}


def upload_texts(language: Language) -> UploadTexts:
    """The texts in a language."""
    return _TEXTS[language]
