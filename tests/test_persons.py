from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layouts.people import speaker_of
from index.minutes import NameSource, Speaker
from index.persons import Appearance, Change, Person, announced, full_name, persons
from index.reading import read


def at(meeting: str, label: str, name: str | None = None, source: NameSource = "attendees", day: int = 1) -> Appearance:
    speaker = speaker_of(label, names_in_brackets=True)
    if name:
        speaker = Speaker(label, speaker.role, name, source)
    return Appearance(meeting, "みどり審議会", date(2023, 1, day), speaker)


def who(found: tuple[Person, ...]) -> dict[str, set[tuple[str, str]]]:
    return {person.name: {(label.meeting, label.label) for label in person.labels} for person in found}


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        (Speaker("渡辺幹事", "幹事", "渡辺", "label"), None),
        (Speaker("穂積沢委員", "委員", "穂積沢", "label"), None),
        (Speaker("穂積沢委員", "委員", "穂積沢あかり", "attendees"), "穂積沢あかり"),
        (Speaker("小林真由美委員", "委員", "小林真由美", "label"), "小林真由美"),
        (Speaker("中村（謙）関係官", "関係官", "中村（謙）", "label"), None),
        (Speaker("議長（森田悦男君）", "議長", "森田悦男", "label"), "森田悦男"),
        (Speaker("外務大臣", "外務大臣", "林芳正", "roster"), "林芳正"),
        (Speaker("（Ａ）"), None),
        (Speaker("matz", None, "matz", "label"), None),
        (Speaker("USA", None, "Ada Byron", "attendees"), "Ada Byron"),
    ],
)
def test_which_names_are_full(speaker: Speaker, name: str | None) -> None:
    assert full_name(speaker) == name


def test_one_full_name_is_one_person_in_whatever_role() -> None:
    found = persons(
        [
            at("a", "議長", "山田太郎"),
            at("a", "山田太郎委員"),
            at("b", "議員（山田太郎君）"),
            at("b", "◯総務大臣", "山田太郎", "roster"),
        ]
    )
    assert who(found) == {
        "山田太郎": {("a", "議長"), ("a", "山田太郎委員"), ("b", "議員（山田太郎君）"), ("b", "◯総務大臣")}
    }


def test_the_roster_completes_a_surname_in_an_office_on_its_days() -> None:
    prime_minister = Speaker("岸田内閣総理大臣", "内閣総理大臣", "岸田", "label")
    other = Speaker("山田内閣総理大臣", "内閣総理大臣", "山田", "label")
    day, before = date(2023, 2, 14), date(2021, 1, 1)
    found = persons(
        [
            Appearance("a", None, day, prime_minister),
            Appearance("b", None, day, Speaker("首相", "首相", "岸田文雄", "roster")),
            Appearance("c", None, before, prime_minister),
            Appearance("d", None, day, other),
        ]
    )
    assert who(found) == {
        "岸田文雄": {("a", "岸田内閣総理大臣"), ("b", "首相")},
        "岸田内閣総理大臣": {("c", "岸田内閣総理大臣")},
        "山田内閣総理大臣": {("d", "山田内閣総理大臣")},
    }


def test_surnames_letters_and_handles_stay_apart() -> None:
    labels = ["渡辺幹事", "渡邉幹事", "（Ａ）", "matz"]
    found = persons([at(meeting, label) for meeting in ("a", "b") for label in labels])
    assert len(found) == 8
    assert all(len(person.labels) == 1 for person in found)


def test_variants_of_characters_do_not_merge_people() -> None:
    found = persons([at("a", "渡邉光一郎委員"), at("b", "渡辺光一郎委員")])
    assert {person.name for person in found} == {"渡邉光一郎", "渡辺光一郎"}


def test_a_surname_is_not_joined_to_the_only_full_name_that_begins_so() -> None:
    found = persons([at("a", "松井信憲委員"), at("a", "松井幹事")])
    assert who(found) == {"松井信憲": {("a", "松井信憲委員")}, "松井幹事": {("a", "松井幹事")}}


def test_an_announced_change_of_post_joins() -> None:
    known = [
        at("a", "小林関係官", day=1),
        at("b", "小林幹事", day=2),
        at("b", "小林委員", day=2),
        at("c", "小林幹事", day=3),
        at("c", "小林関係官", day=3),
    ]
    apart = persons(known)
    assert len(apart) == 5
    joined = persons(known, {"b": announced("また、小林関係官が新たに幹事に就任されました。")})
    together = {("a", "小林関係官"), ("b", "小林幹事"), ("c", "小林幹事")}
    assert sorted(len(person.labels) for person in joined) == [1, 1, 3]
    assert together in [{(one.meeting, one.label) for one in person.labels} for person in joined]


def test_an_announcement_of_another_body_joins_nobody() -> None:
    other = Appearance("x", "あおい審議会", date(2023, 1, 1), speaker_of("小林関係官"))
    change = {"b": (Change("小林", "関係官", "幹事"),)}
    found = persons([other, at("b", "小林幹事", day=2)], change)
    assert all(len(person.labels) == 1 for person in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小林関係官が幹事に就任されました。", [("小林", "関係官", "幹事")]),
        ("小林関係官におかれましては、7月1日付けで幹事に就任いただきました。", [("小林", "関係官", "幹事")]),
        ("横山委員が退任され、新たに熱田委員が就任されました。", []),
        ("堂薗委員の後任として松井信憲委員に就任いただく予定です。", []),
        ("内波関係官が退任されて、倉信関係官が就任いたしました。", []),
    ],
)
def test_announcements(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.before, one.after) for one in announced(text)] == expected


def test_real_minutes_that_only_exchange_members_announce_no_change_of_post(data: Path) -> None:
    files = sorted((data / "minutes" / "formats" / "pdf").glob("moj_*.pdf"))
    assert len(files) == 8
    assert [announced(read(file, file.name).text) for file in files] == [()] * 8


LABELS = st.sampled_from(["渡辺幹事", "渡邉幹事", "山田太郎委員", "議長（山田太郎君）", "（Ａ）", "佐藤花子君"])


@given(st.lists(st.tuples(st.sampled_from("abc"), LABELS), max_size=20))
def test_every_label_belongs_to_one_person_and_order_changes_nothing(seen: list[tuple[str, str]]) -> None:
    known = [at(meeting, label) for meeting, label in seen]
    found = persons(known)
    labels = [(one.meeting, one.label) for person in found for one in person.labels]
    assert len(labels) == len(set(labels))
    assert set(labels) == set(seen)
    again = persons(reversed(known))
    assert {person.key: set(person.labels) for person in again} == {one.key: set(one.labels) for one in found}


def test_keys_stay_when_meetings_are_added() -> None:
    before = {person.name: person.key for person in persons([at("a", "山田太郎委員"), at("a", "渡辺幹事")])}
    after = persons([at("a", "山田太郎委員"), at("a", "渡辺幹事"), at("b", "山田太郎委員"), at("b", "渡辺幹事")])
    assert before["山田太郎"] in {person.key for person in after}
    assert before["渡辺幹事"] in {person.key for person in after}
