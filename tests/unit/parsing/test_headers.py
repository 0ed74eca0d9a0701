"""Header fields, their words, their parameters, their addresses, their dates."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.addresses import Address, emails, parse_addresses
from grc.parsing.dates import parse_date, received_date
from grc.parsing.headers import Headers, decode_words, read_headers
from grc.parsing.limits import Limits
from grc.parsing.parameters import parse_parameters


def headers(raw: bytes) -> Headers:
    return read_headers(raw, 0, Limits())[0]


def body(raw: bytes) -> bytes:
    return raw[read_headers(raw, 0, Limits())[1] :]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_fields_are_unfolded_and_the_body_follows(end: bytes) -> None:
    raw = end.join([b"Subject: un", b" deux", b"\ttrois", b"From: a@b.fr", b"", b"corps"])
    assert headers(raw).text("subject") == "un deux trois"
    assert list(headers(raw)) == ["subject", "from"]
    assert body(raw) == b"corps"


def test_a_line_that_is_no_header_begins_the_body() -> None:
    raw = b"Subject: x\nBonjour, voici ma demande\nFrom: moi\n"
    assert body(raw) == b"Bonjour, voici ma demande\nFrom: moi\n"


def test_the_mbox_line_is_no_header() -> None:
    assert list(headers(b"From a@b.fr Mon Mar  2 10:00:00 2026\nSubject: x\n\n")) == ["subject"]


def test_eight_bit_headers_are_read() -> None:
    assert headers("Subject: été\n\n".encode()).text("subject") == "été"
    assert headers("Subject: été\n\n".encode("latin-1")).text("subject") == "été"


def test_a_decoded_subject_cannot_add_a_header() -> None:
    raw = b"Subject: =?utf-8?q?Bonjour=0D=0ABcc:_tout=40exemple.fr?=\n\n"
    assert headers(raw).text("subject") == "Bonjour Bcc: tout@exemple.fr"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?UTF-8?B?w6l0w6k=?=", "été"),
        ("=?utf-8?q?=C3=A9t=C3=A9_chaud?= !", "été chaud !"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?B?w6k=?=\n =?utf-8?B?dMOp?=", "été"),
        ("=?utf-8?B?YWJj=?=", "abc"),
        ("=?iso-8859-1*fr?q?=E9t=E9?=", "été"),
        ("=?x-unknown?q?abc?=", "abc"),
        ("=?utf-8?B?w6l0w6", "=?utf-8?B?w6l0w6"),
        ("=?utf-8?Q?Demande =C3=A9crite?=", "Demande écrite"),
        ("a =?utf-8?q?b?= c", "a b c"),
    ],
)
def test_encoded_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@pytest.mark.parametrize(
    ("value", "name", "text"),
    [
        ('attachment; filename="été.pdf"', "filename", "été.pdf"),
        ("attachment; filename*=UTF-8''%C3%A9t%C3%A9.pdf", "filename", "été.pdf"),
        ("attachment; filename*0*=UTF-8''%C3%A9; filename*1=t; filename*2*=%C3%A9.pdf",
         "filename", "été.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "filename", "ab.pdf"),
        ('attachment; filename="=?utf-8?q?=C3=A9t=C3=A9.pdf?="', "filename", "été.pdf"),
        ('attachment; filename="a\\"b;c.pdf"; x=y', "filename", 'a"b;c.pdf'),
        ('attachment; filename="sans fin.pdf', "filename", "sans fin.pdf"),
        ("multipart/mixed;boundary=abc", "boundary", "abc"),
        ('Multipart/Mixed ; Boundary = "a b" ', "boundary", "a b"),
    ],
)  # fmt: skip
def test_parameters(value: str, name: str, text: str) -> None:
    assert parse_parameters(value)[1][name] == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("marie@exemple.fr", [Address(None, "marie@exemple.fr")]),
        ("Marie Martin <Marie@Exemple.FR>", [Address("Marie Martin", "marie@exemple.fr")]),
        ('"Martin, Marie" <m@e.fr>', [Address("Martin, Marie", "m@e.fr")]),
        ("=?utf-8?q?Ren=C3=A9e?= <r@e.fr>", [Address("Renée", "r@e.fr")]),
        ('"=?utf-8?q?Martin=2C_Ren=C3=A9e?=" <r@e.fr>', [Address("Martin, Renée", "r@e.fr")]),
        ("m@e.fr (Marie Martin)", [Address("Marie Martin", "m@e.fr")]),
        ("Amis: a@e.fr, Bob <b@e.fr>;", [Address(None, "a@e.fr"), Address("Bob", "b@e.fr")]),
        ("undisclosed-recipients:;", []),
        ("a@e.fr; b@e.fr", [Address(None, "a@e.fr"), Address(None, "b@e.fr")]),
        ("<@relais.fr:a@e.fr>", [Address(None, "a@e.fr")]),
        ("Marie <pas d'adresse>", [Address("Marie", None)]),
        ("Marie Martin", [Address("Marie Martin", None)]),
        ("<>", []),
        ("", []),
    ],
)
def test_addresses(value: str, expected: list[Address]) -> None:
    assert parse_addresses(value) == expected


def test_a_thousand_brackets_do_not_recurse() -> None:
    assert parse_addresses("(" * 1004) == []
    assert emails(["(" * 1004 + ")" * 1004 + "a@e.fr"]) == ("a@e.fr",)


@pytest.mark.parametrize("attack", ['"', "(", "<", '"\\', ",", ":", "=?x?q?", ";x=", ';x="'])
def test_header_parsers_are_linear(attack: str) -> None:
    value = attack * (50_000 // len(attack))
    started = time.thread_time()
    parse_addresses(value)
    parse_parameters(value)
    decode_words(value)
    parse_date(value)
    assert time.thread_time() - started < 5


@given(st.text(), st.binary(max_size=300))
def test_nothing_raises(text: str, raw: bytes) -> None:
    parse_addresses(text)
    parse_parameters(text)
    decode_words(text)
    parse_date(text)
    found = headers(raw)
    for name in found:
        found.text(name).encode("utf-8")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Mon, 2 Mar 2026 10:15:00 +0100", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:15:00 -0000", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        ("2 Mar 2026 10:15", datetime(2026, 3, 2, 10, 15, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:15:00 +0100 (CET)", datetime(2026, 3, 2, 9, 15, tzinfo=UTC)),
        ("Fri, 31 Feb 2026 10:15:00 +0100", None),
        ("Mon, 2 Mar 2226 10:15:00 +0100", None),
        ("Mon, 2 Mar 1904 10:15:00 +0100", None),
        ("Mon, 2 Mar 2026 10:15:00 +9999999", None),
        ("from the future", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    assert parse_date(value) == expected


def test_the_date_of_a_received_header_follows_its_last_semicolon() -> None:
    value = "from a (b; c) by d; Mon, 2 Mar 2026 10:15:00 +0100"
    assert received_date(value) == datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
