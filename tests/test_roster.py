import csv
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.roster import Roster, Term, load_roster, person_at, roster_for, shipped, terms

DAY = date(2023, 2, 14)
BAD = "m/roster.csv"
NEEDED = "role, name, from, until, source"
HEADER = "role,name,from,until,source,body\n"


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("外務大臣", "林芳正"),
        ("経済産業大臣", "西村康稔"),
        ("総務大臣", "松本剛明"),
        ("文部科学大臣", "永岡桂子"),
        ("内閣総理大臣", "岸田文雄"),
        ("首相", "岸田文雄"),
        ("經濟産業大臣", "西村康稔"),
        ("官房長官", "松野博一"),
    ],
)
def test_verified_offices(role: str, name: str) -> None:
    assert person_at(role, DAY) == name


def test_an_office_changes_hands_on_the_day_of_the_successor() -> None:
    assert person_at("総務大臣", date(2022, 11, 20)) == "寺田稔"
    assert person_at("総務大臣", date(2022, 11, 21)) == "松本剛明"


@pytest.mark.parametrize(
    "role",
    [
        "副大臣", "外務副大臣", "外務大臣政務官", "議員", "委員", "副知事", "大臣", "国務大臣", "理事", "法務大臣",
        "復興大臣", "前総理", "総理補佐官", "総務大臣代理", "",
    ],
)  # fmt: skip
def test_no_name_rather_than_a_wrong_one(role: str) -> None:
    assert person_at(role, DAY) is None


def test_nothing_is_said_beyond_what_was_verified() -> None:
    assert person_at("外務大臣", date(2023, 9, 1)) is None
    assert person_at("外務大臣", date(2021, 11, 9)) is None
    assert person_at("法務大臣", date(2022, 11, 10)) == "葉梨康弘"
    assert person_at("法務大臣", date(2022, 11, 11)) is None


def test_terms_of_one_office_do_not_overlap_and_name_their_source() -> None:
    assert terms()
    for term in terms():
        assert term.since <= term.until
        assert term.source.startswith("http")
        assert person_at(term.role, term.since) == term.name == person_at(term.role, term.until)
        after = person_at(term.role, term.until + timedelta(days=1))
        assert after != term.name


def test_every_shipped_row_is_what_was_verified(data: Path) -> None:
    """Each row against the list it was typed from: who, from when, and no day after a successor took over."""
    with (data / "ministers.tsv").open(encoding="utf-8", newline="") as file:
        verified = list(csv.DictReader(file, delimiter="\t"))
    for term in terms():
        (row,) = [one for one in verified if one["name"] == term.name and one["post"].split("・")[0] == term.role]
        assert term.since == date.fromisoformat(row["from"])
        ended = re.search(r"(?:replaced|resigned) (\d{4}-\d{2}-\d{2})", row["note"])
        assert term.until < (date.fromisoformat(ended[1]) if ended else date(2023, 9, 13))
    uncertain = {row["post"] for row in verified if "later replaced" in row["note"]}
    assert uncertain == {"復興大臣"}
    assert not uncertain & {term.role for term in terms()}


def written(folder: Path, rows: str, header: str = HEADER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "roster.csv"
    path.write_text(header + rows, encoding="utf-8")
    return path


def test_a_row_of_one_body_counts_for_its_meetings_alone(tmp_path: Path) -> None:
    roster = load_roster(written(tmp_path, "区長,山田太郎,2020-01-01,2023-12-31,https://example.org/,品川区\n"))
    assert roster.person_at("区長", DAY, "品川区議会") == "山田太郎"
    assert roster.person_at("区長", DAY, "港区議会") is None
    assert roster.person_at("区長", DAY) is None


def test_the_nearest_roster_goes_first_and_the_shipped_one_last(tmp_path: Path) -> None:
    written(
        tmp_path,
        "市長,山田太郎,2020-01-01,2023-12-31,https://example.org/,\n会長,佐藤花子,2020-01-01,2023-12-31,名簿,\n",
    )
    written(tmp_path / "a" / "b", "会長,田中実,2023-01-01,2023-12-31,名簿,\n")
    inner, outer = roster_for(tmp_path / "a" / "b", tmp_path), roster_for(tmp_path / "a", tmp_path)
    assert inner.person_at("会長", DAY) == "田中実"
    assert inner.person_at("会長", date(2022, 1, 1)) == "佐藤花子"
    assert inner.person_at("市長", DAY) == outer.person_at("市長", DAY) == "山田太郎"
    assert inner.person_at("外務大臣", DAY) == "林芳正"
    assert outer.person_at("会長", DAY) == "佐藤花子"
    assert roster_for(tmp_path / "empty", tmp_path).digest == outer.digest
    assert len({inner.digest, outer.digest, shipped().digest}) == 3


def test_two_people_on_one_day_and_shared_roles_give_no_name(tmp_path: Path) -> None:
    rows = (
        "会長,山田太郎,2023-01-01,2023-12-31,名簿,\n会長,佐藤花子,2023-02-01,2023-12-31,名簿,\n"
        "副知事,田中実,2023-01-01,2023-12-31,名簿,\n委員,鈴木一郎,2023-01-01,2023-12-31,名簿,\n"
    )
    roster = load_roster(written(tmp_path, rows))
    assert roster.person_at("会長", date(2023, 1, 15)) == "山田太郎"
    assert [roster.person_at(role, DAY) for role in ("会長", "副知事", "委員")] == [None, None, None]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ("会長,山田,2023-02-30,2023-12-31,名簿,\n", HEADER,
         f"{BAD}:2: from '2023-02-30' is not a day; write 2023-02-14"),
        ("会長,山田,2023-01-01,令和5年,名簿,\n", HEADER, f"{BAD}:2: until '令和5年' is not a day; write 2023-02-14"),
        ("会長,山田,2023-02-01,2023-01-01,名簿,\n", HEADER,
         f"{BAD}:2: until 2023-01-01 is before from 2023-02-01; both days belong to the term"),
        (",山田,2023-01-01,2023-12-31,名簿,\n", HEADER, f"{BAD}:2: role is empty; a row needs {NEEDED}"),
        ("会長,山田,2023-01-01,2023-12-31,,\n", HEADER, f"{BAD}:2: source is empty; a row needs {NEEDED}"),
        ("会長,山田,2023-01-01\n", HEADER, f"{BAD}:2: until is empty; a row needs {NEEDED}"),
        ("会長,山田,2023-01-01,2023-12-31,名簿,,x\n", HEADER,
         f"{BAD}:2: more fields than columns; put a field with a comma in quotation marks"),
        ("", "role,name,from,until\n",
         f"{BAD}:1: the column 'source' is missing; the columns are {NEEDED}, body"),
        ("", "", f"{BAD}:1: the column 'role' is missing; the columns are {NEEDED}, body"),
        ("", "role,name,from,until,source,party\n",
         f"{BAD}:1: unknown column 'party'; the columns are {NEEDED}, body"),
        ("", "role,role,name,from,until,source\n", f"{BAD}:1: the column 'role' stands there twice; remove one"),
    ],
)  # fmt: skip
def test_a_bad_roster_says_where_and_what_to_do(tmp_path: Path, rows: str, header: str, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        load_roster(written(tmp_path, rows, header), BAD)
    assert str(refused.value) == message


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes("会長".encode("shift_jis"))
    with pytest.raises(SourceError, match=r"^roster.csv: this is not UTF-8 \(byte 0\)"):
        load_roster(path)
    with pytest.raises(SourceError, match=r"^none.csv: cannot be opened"):
        load_roster(tmp_path / "none.csv")


def test_a_mark_of_byte_order_and_quoted_fields_are_read(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes('\ufeffrole,name,from,until,source\r\n会長,山田太郎,2023-01-01,2023-12-31,"a, b"\r\n'.encode())
    assert load_roster(path).terms == (Term("会長", "山田太郎", date(2023, 1, 1), date(2023, 12, 31), "a, b"),)


@given(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.sampled_from(["会長", "議長", "首相", "委員"]))
def test_a_name_comes_only_from_a_term_that_covers_the_day(day: date, role: str) -> None:
    roster = Roster(
        (
            Term("会長", "甲", date(2021, 1, 1), date(2022, 12, 31), "s"),
            Term("会長", "乙", date(2022, 6, 1), date(2023, 12, 31), "s"),
            Term("委員", "丙", date(2020, 1, 1), date(2026, 1, 1), "s"),
        ),
        "",
    )
    name = roster.person_at(role, day)
    covering = [term.name for term in roster.terms if term.role == role and term.since <= day <= term.until]
    assert name == (covering[0] if len(covering) == 1 and role != "委員" else None)


def test_the_example_of_the_documentation_is_a_roster(tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "docs" / "roster.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```csv\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "roster.csv"
    path.write_text(example, encoding="utf-8")
    roster = load_roster(path)
    assert roster.person_at("会長", date(2024, 5, 16), "かがみ野市図書館協議会") == "葛葉谷澄江"
    assert roster.person_at("会長", date(2024, 5, 16), "かがみ野市議会") is None
