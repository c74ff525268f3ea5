import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.offices import canonical, is_shared, offices_by_name


@pytest.mark.parametrize(
    ("role", "office"),
    [
        ("総理", "内閣総理大臣"),
        ("首相", "内閣総理大臣"),
        ("総理大臣", "内閣総理大臣"),
        ("內閣總理大臣", "内閣総理大臣"),
        ("内 閣　総理大臣", "内閣総理大臣"),
        ("官房長官", "内閣官房長官"),
        ("経産相", "経済産業大臣"),
        ("経産大臣", "経済産業大臣"),
        ("経済産業相", "経済産業大臣"),
        ("文科相", "文部科学大臣"),
        ("農水大臣", "農林水産大臣"),
        ("国交相", "国土交通大臣"),
        ("厚労大臣", "厚生労働大臣"),
        ("ﾃﾞｼﾞﾀﾙ大臣", "デジタル大臣"),
        ("国家公安委員会委員長", "国家公安委員長"),
        ("Prime  Minister", "内閣総理大臣"),
        ("ＭＥＴＩ Minister", "経済産業大臣"),
    ],
)
def test_one_office_under_many_names(role: str, office: str) -> None:
    assert canonical(role) == office


@pytest.mark.parametrize(
    "role",
    [
        "外務副大臣", "副総理", "外務大臣政務官", "前総理", "元外務大臣", "内閣総理大臣補佐官", "総理秘書官",
        "官房副長官", "内閣総理大臣臨時代理", "外務大臣代理", "都知事", "東京都知事", "知事", "大臣", "委員",
        "Deputy Prime Minister",
    ],
)  # fmt: skip
def test_nobody_else_is_taken_for_the_holder(role: str) -> None:
    assert canonical(role) == role
    assert canonical(role) not in set(offices_by_name().values()) - {"知事"}


@given(st.text(alphabet=st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs", "Mn"]), max_size=20))
def test_a_canonical_office_stays_what_it_is(role: str) -> None:
    assert canonical(canonical(role)) == canonical(role)


def test_a_question_may_name_the_governor_by_the_kind_of_the_land() -> None:
    assert offices_by_name()["都知事"] == "知事"
    assert offices_by_name()["首相"] == "内閣総理大臣"


def test_a_name_of_an_office_is_that_office_in_minutes_too() -> None:
    for name, office in offices_by_name().items():
        assert canonical(name) == office or office == "知事"


@pytest.mark.parametrize(
    "role", ["副知事", "外務副大臣", "委員", "監査委員", "議員", "大臣", "国務大臣", "総理補佐官", "参考人"]
)
def test_roles_that_several_people_hold(role: str) -> None:
    assert is_shared(role)


@pytest.mark.parametrize("role", ["知事", "首相", "外務大臣", "委員長", "議長", "理事長", "区長", "教育長", "企画部長"])
def test_roles_that_one_person_holds(role: str) -> None:
    assert not is_shared(role)
