"""What is printed on a slip can be typed, scanned, not invented; hours as people write them."""

from datetime import UTC, date, datetime, time

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as some

from grc.core.clock import PARIS
from grc.slips import layout, moments, numbers
from grc.slips.layout import Blank
from grc.slips.numbers import ALPHABET, Slip

KEY, OTHER = "k" * 40, "o" * 40
BASE = "https://grc.hauts.example"
DAY = date(2026, 3, 2)
SLIP = Slip(123, "pole-social-14", 7, DAY)
slips = some.builds(
    Slip,
    some.integers(1, 10**9),
    some.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True),
    some.integers(1, 10**6),
    some.dates(date(2020, 1, 1), date(2099, 12, 31)),
)


@given(slips)
def test_what_we_print_is_read_again_and_belongs_to_that_slip_alone(slip: Slip) -> None:
    for shown in (numbers.short(slip, [KEY]), numbers.code(slip, [KEY], BASE)):
        told = numbers.read(shown)
        assert told is not None
        assert told.number == slip.number
        assert numbers.is_genuine(told, slip, [KEY])
        assert numbers.is_genuine(told, slip, [OTHER, KEY])  # printed before the key was changed
        assert not numbers.is_genuine(told, slip, [OTHER])


def test_a_number_is_typed_as_people_type() -> None:
    shown = numbers.short(SLIP, [KEY])
    body, sign = shown[2:8], shown[9:]
    for typed in (shown.lower(), f"f{body}{sign}", f" F {body} {sign} ", f"F–{body}–{sign}"):
        told = numbers.read(typed)
        assert told is not None, typed
        assert numbers.is_genuine(told, SLIP, [KEY]), typed


@given(some.text(ALPHABET, min_size=4, max_size=4))
def test_a_forged_number_is_none_of_ours(sign: str) -> None:
    told = numbers.read(f"F-000123-{sign}")
    assert told is not None
    mine = numbers.short(SLIP, [KEY]).endswith(sign)
    assert numbers.is_genuine(told, SLIP, [KEY]) is mine


@pytest.mark.parametrize(
    ("old", "new"),
    [("pole-social-14", "pole-social-15"), (".7.", ".8."), ("20260302", "20260301")],
)
def test_a_code_that_was_changed_is_refused(old: str, new: str) -> None:
    code = numbers.code(SLIP, [KEY], BASE)
    changed = numbers.read(code.replace(old, new))
    assert changed is not None
    assert not numbers.is_genuine(changed, SLIP, [KEY])


@given(some.text(max_size=60))
def test_anything_else_is_no_number(typed: str) -> None:
    numbers.read(typed)
    assert numbers.read("D-2026-0000123-K") is None


def test_the_code_on_paper_is_read_whichever_way_the_sheet_lies() -> None:
    codes = [numbers.code(slip, [KEY], BASE) for slip in (SLIP, Slip(124, SLIP.site, 8, DAY))]
    blanks = [Blank(f"F-{n}", n, "2 mars 2026", code) for n, code in enumerate(codes)]
    made = layout.printed("Pôle social", blanks, [("119", "Enfance en danger")])
    with pypdfium2.PdfDocument(made) as sheets:
        assert len(sheets) == 2
        for page, code in zip(sheets, codes, strict=True):
            words = page.get_textpage().get_text_range()
            assert "119" in words
            drawn = page.render(scale=2).to_pil()
            for turn in (0, 90, 180, 270):
                (found,) = zxingcpp.read_barcodes(drawn.rotate(turn, expand=True))
                assert found.text == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14h30", time(14, 30)),
        ("14:30", time(14, 30)),
        ("1430", time(14, 30)),
        ("9h", time(9)),
        ("9", time(9)),
        ("9 H 05", time(9, 5)),
        ("24h00", None),
        ("12h60", None),
        ("midi", None),
        ("", None),
        ("1" * 40, None),
    ],
)
def test_hours_as_they_are_written(typed: str, meant: time | None) -> None:
    assert moments.hour(typed) == meant


@given(some.dates(date(2000, 1, 1), date(2090, 1, 1)), some.times())
def test_a_moment_of_paris_is_that_moment_or_none(day: date, at: time) -> None:
    found = moments.moment(day, at)
    if found is None:
        assert (day.month, at.hour) == (3, 2)  # the hour that the clocks leave out
    else:
        assert found.astimezone(PARIS).replace(tzinfo=None, fold=0) == datetime.combine(day, at)


def test_of_an_hour_that_comes_twice_the_first() -> None:
    found = moments.moment(date(2026, 10, 25), time(2, 30))
    assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_contact_is_past_and_after_its_sheet() -> None:
    now = datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert moments.problem(datetime(2026, 3, 4, 9, 59, tzinfo=UTC), DAY, now) is None
    assert moments.problem(datetime(2026, 3, 1, 23, 0, tzinfo=UTC), DAY, now) is None  # Paris: 2nd
    for at, why in (
        (datetime(2026, 3, 4, 10, 1, tzinfo=UTC), moments.TO_COME),
        (datetime(2026, 3, 1, 22, 59, tzinfo=UTC), moments.TOO_EARLY),
        (None, moments.NO_HOUR),
    ):
        found = moments.problem(at, DAY, now)
        assert found is not None
        assert found.msgid == why
