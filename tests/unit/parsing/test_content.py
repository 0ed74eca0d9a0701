"""Text, HTML and files of a message; names and types that lie."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.content import Content, read_content
from grc.parsing.filetype import OCTETS, sniff
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.mime import parse
from grc.parsing.names import clean_filename, default_filename

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


def content(raw: bytes, limits: Limits = DEFAULT) -> Content:
    return read_content(parse(raw, limits), limits)


def part(kind: str, body: str | bytes, *more: str) -> bytes:
    data = body.encode() if isinstance(body, str) else body
    lines = "".join(f"{line}\n" for line in more)
    return f"Content-Type: {kind}\n{lines}\n".encode() + data


def multipart(subtype: str, *parts: bytes) -> bytes:
    seam = f"b{subtype}{len(parts)}".encode()
    inner = b"".join(b"--" + seam + b"\n" + piece + b"\n" for piece in parts)
    head = b"Content-Type: multipart/%s; boundary=%s\n\n" % (subtype.encode(), seam)
    return head + inner + b"--" + seam + b"--\n"


def test_plain_text() -> None:
    found = content(part("text/plain; charset=utf-8", "Bonjour,\n\nMerci."))
    assert (found.text, found.html, found.files) == ("Bonjour,\n\nMerci.", None, [])


def test_an_alternative_is_read_once() -> None:
    found = content(
        multipart("alternative", part("text/plain", "Bonjour"), part("text/html", "<p>Bonjour"))
    )
    assert found.text == "Bonjour"
    assert found.html == "<p>Bonjour</p>"
    assert found.files == []


@pytest.mark.parametrize("plain", ["", " \n\n"])
def test_text_from_html_when_the_plain_part_says_nothing(plain: str) -> None:
    found = content(
        multipart("alternative", part("text/plain", plain), part("text/html", "<p>Bonjour</p>"))
    )
    assert found.text == "Bonjour"


def test_text_around_a_picture_stays_in_order() -> None:
    found = content(
        multipart(
            "mixed",
            part("text/plain", "avant"),
            part("image/png", PNG),
            part("text/plain", "après"),
        )
    )
    assert found.text == "avant\n\naprès"
    assert [(file.content_type, file.inline) for file in found.files] == [("image/png", True)]


def test_a_footer_in_html_does_not_hide_the_plain_text() -> None:
    found = content(
        multipart("mixed", part("text/plain", "1 < 2"), part("text/html", "<p>Pied</p>"))
    )
    assert found.text == "1 < 2\n\nPied"
    assert found.html == "<pre>1 &lt; 2</pre>\n<p>Pied</p>"


def test_two_texts_and_one_html_in_an_alternative_lose_nothing() -> None:
    inner = multipart("mixed", part("text/plain", "un"), part("text/plain", "deux"))
    found = content(multipart("alternative", inner, part("text/html", "<p>un deux</p>")))
    assert found.text == "un\n\ndeux"
    assert [file.data for file in found.files] == [b"<p>un deux</p>"]


def test_a_text_file_is_a_file() -> None:
    disposition = 'Content-Disposition: attachment; filename="notes.txt"'
    found = content(
        multipart("mixed", part("text/plain", "Bonjour"), part("text/plain", "note", disposition))
    )
    assert found.text == "Bonjour"
    assert [(file.filename, file.data) for file in found.files] == [("notes.txt", b"note")]


@pytest.mark.parametrize(
    ("kind", "body", "name", "content_type"),
    [
        ("message/rfc822", "Subject: a/b\n\nc", "a-b.eml", "message/rfc822"),
        ("text/calendar", "BEGIN:VCALENDAR\n", "piece-jointe-1.ics", "text/calendar"),
        ("application/ms-tnef", b"x\x9f\x3e\x22..", "piece-jointe-1.dat", "application/ms-tnef"),
        ("message/rfc822", "X-A: a\n\nb", "piece-jointe-1.eml", "message/rfc822"),
        ("application/pgp-encrypted", "-----BEGIN PGP MESSAGE-----", "piece-jointe-1.asc",
         "application/pgp"),
        ("application/pdf", b"MZ\x90", "piece-jointe-1.bin",
         "application/vnd.microsoft.portable-executable"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_kept(kind: str, body: str, name: str, content_type: str) -> None:
    found = content(multipart("mixed", part("text/plain", "Bonjour"), part(kind, body)))
    assert [(file.filename, file.content_type) for file in found.files] == [(name, content_type)]


@pytest.mark.parametrize("kind", ["message/partial; id=1", "message/external-body; url=http://x"])
def test_what_is_elsewhere_is_not_fetched(kind: str) -> None:
    found = content(multipart("mixed", part("text/plain", "Bonjour"), part(kind, "suite")))
    assert found.files[0].data == b"suite"
    assert "ailleurs" in found.warnings[0]


def test_a_multipart_without_parts_is_read_as_text() -> None:
    found = content(b"Content-Type: multipart/mixed; boundary=x\n\nBonjour\n")
    assert found.text == "Bonjour\n"
    assert found.warnings


@pytest.mark.parametrize("charset", ["X-UNKNOWN", "invalid-charset", "us-ascii", "utf-8"])
def test_unknown_or_lying_charsets_still_give_the_text(charset: str) -> None:
    found = content(part(f"text/plain; charset={charset}", b"\xe9t\xe9!!!"))
    assert found.text == "été!!!"
    assert len(found.warnings) == 1 or charset == "us-ascii"


def test_latin_1_without_a_charset() -> None:
    assert content(b"From: a@b.fr\n\n\xe9t\xe9").text == "été"


def test_the_charset_of_html_may_be_inside() -> None:
    html = "<meta charset=koi8-r><p>привет</p>".encode("koi8-r")
    assert content(part("text/html", html)).text == "привет"


def test_remote_images_are_counted() -> None:
    found = content(part("text/html", '<p>a</p><img src="http://t.fr/p.gif">'))
    assert found.html == "<p>a</p><img>"
    assert found.warnings == ["Des images distantes ont été bloquées."]


@pytest.mark.parametrize("html", ["<div>" * 5_000 + "Bonjour", "<p>Bonjour" + "x" * 1_100_000])
def test_html_too_big_to_show_is_attached_and_read_roughly(html: str) -> None:
    found = content(part("text/html", html))
    assert found.html is None
    assert "Bonjour" in found.text
    assert found.files[0].data.decode() == html


def test_a_text_too_long_to_show_is_attached_whole() -> None:
    found = content(part("text/plain", "é" * 2_000), Limits(text_chars=1_000))
    assert found.text == "é" * 1_000
    assert found.files[0].data.decode() == "é" * 2_000


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\marie\\rib.pdf", "rib.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("  ..  ", ""),
        ("..", ""),
        ("/", ""),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        ("a<b>.pdf", "a_b_.pdf"),
        ("été 🎉.jpg", "été 🎉.jpg"),
        ("rapport. ", "rapport"),
    ],
)
def test_file_names(name: str, cleaned: str) -> None:
    assert clean_filename(name) == cleaned


@given(st.text())
def test_a_clean_name_is_one_harmless_component(name: str) -> None:
    cleaned = clean_filename(name)
    assert len(cleaned) <= 120
    assert not set(cleaned) & set('/\\\n\r\x00<>"')
    assert cleaned not in (".", "..")
    cleaned.encode("utf-8")


def test_default_names() -> None:
    assert default_filename("application/pdf", 2) == "piece-jointe-2.pdf"


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text")
    return buffer.getvalue()


OFFICE = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (zipped("a.txt"), "application/zip"),
        (zipped("[Content_Types].xml", "word/document.xml"), OFFICE + "wordprocessingml.document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), OFFICE + "spreadsheetml.sheet"),
        (zipped("word/document.xml", "word/vbaProject.bin"),
         "application/vnd.ms-word.document.macroenabled.12"),
        (zipped("xl/workbook.xml", "xl/VBAPROJECT.BIN"),
         "application/vnd.ms-excel.sheet.macroenabled.12"),
        (zipped("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"),
         "application/msword"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"<?xml version='1.0'?><svg xmlns=''>", "image/svg+xml"),
        (b"<?xml version='1.0'?><PES>", "application/xml"),
        (b"Return-Path: <a@b.fr>\nFrom: a", "message/rfc822"),
        ("Bonjour, été".encode(), "text/plain"),
        ("Bonjour, été".encode("latin-1"), "text/plain"),
        (b"\x00\x01\x02\x03", OCTETS),
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        (b"", "text/plain"),
    ],
)  # fmt: skip
def test_file_types(data: bytes, content_type: str) -> None:
    assert sniff(data) == content_type


@given(st.binary())
def test_sniffing_never_raises(data: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"RIFF", b"<?xml"):
        assert "/" in sniff(start + data)
