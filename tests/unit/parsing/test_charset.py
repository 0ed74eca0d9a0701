"""Bytes become the text their author saw; what a database refuses never comes out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.charset import codec_name, decode, wash, wash_line, wash_name


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("été".encode("latin-1"), None, "été"),
        ("été".encode(), None, "été"),
        ("été".encode("latin-1"), "utf-8", "été"),
        ("été".encode(), "iso-8859-1", "été"),
        ("été".encode("latin-1"), "us-ascii", "été"),
        ("« été »".encode("cp1252"), "iso-8859-1", "« été »"),
        ("10 €".encode("cp1252"), "iso-8859-1", "10 €"),
        ("10 €".encode("iso8859-15"), "iso-8859-15", "10 €"),
        ("été".encode(), "x-unknown", "été"),
        ("été".encode(), "invalid-charset\x00", "été"),
        ("été".encode("utf-16"), "utf-16", "été"),
        ("été".encode("utf-16-be"), "utf-16", "été"),
        ("ご注文".encode("iso-2022-jp"), "iso-2022-jp", "ご注文"),
        ("привет".encode("koi8-r"), "KOI8-R", "привет"),
        ("été".encode(), "base64", "été"),
        ("été".encode(), "unicode_escape", "été"),
    ],
)
def test_decode(data: bytes, charset: str | None, text: str) -> None:
    assert decode(data, charset)[0] == text


def test_utf_8_cut_inside_a_character_stays_utf_8() -> None:
    assert decode("été à Évry é".encode()[:-1], "utf-8") == ("été à Évry \ufffd", True)
    assert decode("été à l’école".encode("cp1252"), "utf-8") == ("été à l’école", True)


def test_a_charset_that_could_not_be_believed_is_said() -> None:
    assert decode("été".encode("latin-1"), "utf-8")[1] is True
    assert decode(b"\x81\x8d", None)[1] is True
    assert decode("été".encode(), "utf-8")[1] is False
    assert decode("été".encode(), "iso-8859-1")[1] is False
    assert decode(b"plain", None)[1] is False


@pytest.mark.parametrize("charset", ["punycode", "idna", "rot13", "hex", "zlib", "", None])
def test_codecs_that_are_no_mail_charset_are_refused(charset: str | None) -> None:
    assert codec_name(charset) is None


@given(st.binary(), st.none() | st.text(max_size=12) | st.sampled_from(["utf-7", "utf-16", "hz"]))
def test_decode_never_raises_and_wash_makes_it_storable(data: bytes, charset: str | None) -> None:
    text = wash(decode(data, charset)[0])
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text


@given(st.text())
def test_wash_is_idempotent(text: str) -> None:
    assert wash(wash(text)) == wash(text)
    assert wash_line(wash_line(text)) == wash_line(text)


def test_wash() -> None:
    assert wash("a\x00b\ud800c\r\nd\re\ufffe") == "abc\nd\ne"
    assert wash("e\u0301te\u0301") == "été"
    assert wash("a\tb\nc") == "a\tb\nc"


def test_a_line_can_carry_no_second_header() -> None:
    assert wash_line("Bonjour\r\nBcc: tout@exemple.fr") == "Bonjour Bcc: tout@exemple.fr"


def test_a_name_shows_no_disguise() -> None:
    assert wash_name("facture\u202efdp.exe") == "facturefdp.exe"
    assert wash_name("Ma\u200brie\ufeff") == "Marie"
