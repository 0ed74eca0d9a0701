"""What may be typed in a field, and what becomes of it."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.channels import filling, forms
from grc.channels.fields import MOST, Field, File, Kind, check
from grc.channels.protocol import ChannelError
from grc.parsing.limits import Limits

AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
CHOICES = (("a", "A"), ("b", "B"))
ONE_OF_EACH = tuple(
    Field(kind.value, f"Champ {kind.value}", kind, choices=CHOICES * (kind == "choice"))
    for kind in Kind
)
SEVERAL = tuple(
    Field(f"{one.name}s", one.label, one.kind, choices=one.choices, repeated=True)
    for one in ONE_OF_EACH
)
FIELDS = ONE_OF_EACH + SEVERAL


def value(kind: Kind, typed: str, **more: object) -> object:
    one = Field("x", "X", kind, **more)  # type: ignore[arg-type]
    return check([one], {"x": [typed]}).values.get("x")


def problem(kind: Kind, typed: str | File, **more: object) -> str:
    one = Field("x", "X", kind, **more)  # type: ignore[arg-type]
    checked = check([one], {"x": [typed]})
    assert checked.values == {}
    msgid, params = checked.problems["x"]
    return msgid % params


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.TEXT, "  Mme\tLe \x00Goff\n", "Mme Le Goff"),
        (Kind.LINES, "un\r\ndeux\n", "un\ndeux"),
        (Kind.DATE, "2026-02-28", "2026-02-28"),
        (Kind.DATE, "1/2/2026", "2026-02-01"),
        (Kind.DATE, "31.12.1931", "1931-12-31"),
        (Kind.PHONE, "06 12 34 56 78", "+33612345678"),
        (Kind.PHONE, "+33 (0)6.12.34.56.78", "+33612345678"),
        (Kind.PHONE, "00351 211 234 567", "+351211234567"),
        (Kind.EMAIL, "Marie@Courriel.Example", "marie@courriel.example"),
        (Kind.COMMUNE, "2A004", "2A004"),
        (Kind.YES_NO, "on", True),
    ],
)
def test_the_normal_form(kind: Kind, typed: str, kept: object) -> None:
    assert value(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (Kind.DATE, "31/02/2026", "n’existe pas"),
        (Kind.DATE, "2026-W01-1", "n’existe pas"),
        (Kind.DATE, "demain", "n’existe pas"),
        (Kind.PHONE, "0612", "pas complet"),
        (Kind.PHONE, "rappeler au bureau", "pas complet"),
        (Kind.PHONE, "0612345678 ou 0147293031", "pas complet"),
        (Kind.EMAIL, "marie@", "n'est pas valable"),
        (Kind.EMAIL, "a@b.example, c@d.example", "n'est pas valable"),
        (Kind.COMMUNE, "Atlantis", "pas connue"),
        (Kind.CHOICE, "c", "choisissez dans la liste"),
        (Kind.YES_NO, "peut-être", "Cochez"),
        (Kind.TEXT, "x" * 501, "500 caractères au plus, il y en a 501"),
        (Kind.FILE, "a.pdf", "Choisissez un fichier"),
        (Kind.TEXT, File("a", b"x"), "Choisissez un fichier"),
        (Kind.FILE, File("a.pdf", b""), "vide"),
        (Kind.FILE, File("a.pdf", b"x" * 11_000_000), "10 Mo au plus"),
    ],
)
def test_what_is_refused_is_said(kind: Kind, typed: str | File, said: str) -> None:
    assert said in problem(kind, typed, choices=(("a", "A"),) * (kind == "choice"))


def test_the_names_of_communes_are_those_of_the_core() -> None:
    one = Field("x", "X", Kind.COMMUNE)
    assert check([one], {"x": ["Antony"]}, {"Antony": "92002"}.get).values == {"x": "92002"}


def test_a_required_field_wants_an_answer() -> None:
    one = Field("x", "X", required=True)
    for posted in ({}, {"x": []}, {"x": [" \n"]}, {"x": ["\x00"]}, {"y": ["a"]}):
        assert "Il manque" in check([one], posted).problems["x"][0]


def test_the_name_of_a_file_is_no_path() -> None:
    one = Field("x", "X", Kind.FILE)
    kept = check([one], {"x": [File("../..\\etc/pass\x00wd\n.pdf", b"x")]}).values["x"]
    assert kept == File(".._.._etc_passwd .pdf", b"x")


def test_too_many_answers() -> None:
    one = Field("x", "X", repeated=True)
    assert check([one], {"x": ["a"] * MOST}).values["x"] == ("a",) * MOST
    assert "au plus" in check([one], {"x": ["a"] * (MOST + 1)}).problems["x"][0]
    assert "au plus" in check([Field("x", "X")], {"x": ["a", "b"]}).problems["x"][0]


ANSWERS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["2026-01-31", "0612345678", "a@b.example", "92002", "on", "a", "b"]),
    st.builds(File, st.text(max_size=10), st.binary(max_size=10)),
)
POSTED = st.dictionaries(
    st.sampled_from([one.name for one in FIELDS]), st.lists(ANSWERS, max_size=3)
)


@settings(deadline=None)  # the first telephone number loads every plan of numbering
@given(POSTED)
def test_whatever_is_posted_what_is_kept_comes_back(posted: dict[str, list[str | File]]) -> None:
    """Checking twice changes nothing; the bytes are the same each time and give it all back."""
    checked = check(FIELDS, posted)
    assert set(checked.values).isdisjoint(checked.problems)
    raw = forms.write(checked.values, AT)
    filled = forms.read(raw, FIELDS)
    assert (filled.at, filled.values) == (AT, checked.values)
    assert forms.write(filled.values, filled.at) == raw
    assert forms.peek(raw).dated_at == AT


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    forms.peek(raw)
    with pytest.raises(ChannelError) as caught:
        forms.read(raw, FIELDS)
    assert caught.value.permanent


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["at", "values", "text", "files", "data", "filename"]), inner, max_size=3
    ),
    max_leaves=8,
))  # fmt: skip
def test_no_json_makes_the_reader_fail(whole: object) -> None:
    for value in (whole, {"at": AT.isoformat(), "values": whole}):
        with suppress(ChannelError):
            filled = forms.read(json.dumps(value).encode(), FIELDS)
            assert set(filled.values) <= {one.name for one in FIELDS}


def reason(raw: bytes, **limits: int) -> str:
    with pytest.raises(ChannelError) as caught:
        forms.read(raw, FIELDS, Limits(**limits))
    assert caught.value.detail
    return caught.value.reason


def test_reasons() -> None:
    whole = b'{"at":"2026-03-02T08:15:00+00:00","values":{"text":"a"}}'
    assert forms.read(whole, FIELDS).text("text") == "a"
    assert reason(b" ") == "empty"
    assert reason(whole, message_bytes=10) == "too_large"
    assert reason(whole.replace(b'"a"', b'"' + b"a" * 501 + b'"')) == "bad_field"
    assert reason(whole.replace(b'{"text":"a"}', b'{"text":"a","text":"b"}')) == "not_a_form"
    assert reason(whole.replace(b'"text"', b'"texte"')) == "not_a_form"
    assert reason(whole.replace(b"+00:00", b"")) == "not_a_form"
    assert reason(whole.replace(b'"a"', b"NaN")) == "not_a_form"
    assert reason(whole.replace(b'"a"', b"9" * 5000)) == "not_a_form"
    assert reason(b"[" * 1_000_000) == "not_a_form"
    assert reason(b"\xff\xfe" + whole) == "not_a_form"
    assert reason(whole.replace(b'"text":"a"', b'"file":{"data":"a b","filename":""}')) == (
        "not_a_form"
    )


def test_the_instant_keeps_its_zone() -> None:
    at = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert forms.read(forms.write({}, at), ()).at.isoformat() == "2026-07-01T12:00:00+02:00"


def test_the_generated_forms_fill_every_field_in() -> None:
    whole, longest = filling.samples(FIELDS)
    assert set(forms.read(whole.raw, FIELDS).values) == {one.name for one in FIELDS}
    assert len(forms.read(longest.raw, FIELDS).text("text")) == 500
