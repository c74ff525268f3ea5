from datetime import date, timedelta

import pytest

from index.roster import person_at, terms

DAY = date(2023, 2, 14)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("外務大臣", "林芳正"),
        ("経済産業大臣", "西村康稔"),
        ("総務大臣", "松本剛明"),
        ("文部科学大臣", "永岡桂子"),
        ("内閣総理大臣", "岸田文雄"),
    ],
)
def test_verified_offices(role: str, name: str) -> None:
    assert person_at(role, DAY) == name


def test_an_office_changes_hands_on_the_day_of_the_successor() -> None:
    assert person_at("総務大臣", date(2022, 11, 20)) == "寺田稔"
    assert person_at("総務大臣", date(2022, 11, 21)) == "松本剛明"


@pytest.mark.parametrize(
    "role", ["副大臣", "外務副大臣", "議員", "委員", "副知事", "大臣", "理事", "法務大臣", "復興大臣", ""]
)
def test_no_name_rather_than_a_wrong_one(role: str) -> None:
    assert person_at(role, DAY) is None


def test_nothing_is_said_beyond_what_was_verified() -> None:
    assert person_at("外務大臣", date(2023, 9, 1)) is None
    assert person_at("外務大臣", date(2021, 11, 9)) is None


def test_terms_of_one_office_do_not_overlap_and_name_their_source() -> None:
    assert terms()
    for term in terms():
        assert term.since <= term.until
        assert term.source.startswith("http")
        assert person_at(term.role, term.since) == term.name == person_at(term.role, term.until)
        after = person_at(term.role, term.until + timedelta(days=1))
        assert after != term.name
