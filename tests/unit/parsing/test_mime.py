"""The tree of parts, against the standard library where it can be trusted."""

from email import message_from_bytes
from email.message import Message
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.mime import Part, leaves, parse
from grc.parsing.transfer import decode_transfer

MIXED = b"""\
From: a@b.fr
Content-Type: multipart/mixed; boundary="ext"

preamble
--ext
Content-Type: multipart/alternative; boundary="int"

--int
Content-Type: text/plain

plain
--int
Content-Type: text/html

<p>html</p>
--int--
between
--ext
Content-Type: application/pdf
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--ext--
epilogue
"""


def bodies(raw: bytes) -> list[bytes]:
    return [leaf.data for leaf in leaves(parse(raw))]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_tree(end: bytes) -> None:
    root = parse(MIXED.replace(b"\n", end))
    assert [leaf.content_type for leaf in leaves(root)] == [
        "text/plain", "text/html", "application/pdf",
    ]  # fmt: skip
    assert bodies(MIXED.replace(b"\n", end)) == [b"plain", b"<p>html</p>", b"%PDF-1.4\n"]


def test_a_multipart_without_parts_is_a_leaf() -> None:
    root = parse(b"Content-Type: multipart/mixed; boundary=x\n\nBonjour\n")
    assert [leaf.data for leaf in leaves(root)] == [b"Bonjour\n"]
    assert parse(b"Content-Type: multipart/mixed\n\n--x\n\nBonjour\n").children == []


def test_a_missing_end_is_supplied() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nBonjour\n--x\n\nAu revoir"
    assert bodies(raw) == [b"Bonjour", b"Au revoir"]


def test_the_outer_boundary_ends_an_unclosed_inner_one() -> None:
    raw = MIXED.replace(b"--int--\nbetween\n", b"")
    assert bodies(raw) == [b"plain", b"<p>html</p>", b"%PDF-1.4\n"]


def test_a_boundary_that_begins_like_another_is_another() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--xy\nb\n--x--\n"
    assert bodies(raw) == [b"a\n--xy\nb"]


def test_a_part_without_headers_or_body() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n\n--x\nsans en-tete\n--x--\n"
    assert bodies(raw) == [b"", b"", b"sans en-tete"]


def test_a_forwarded_message_keeps_its_exact_bytes() -> None:
    inner = MIXED.replace(b"\n", b"\r\n") + b"\x00\xff dernier"
    raw = (
        b"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n"
        b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--z--\r\n"
    )
    assert bodies(raw) == [inner]


def test_parts_of_a_digest_are_messages() -> None:
    raw = b"Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: a\n\nb\n--x--\n"
    assert [part.content_type for part in parse(raw).children] == ["message/rfc822"]


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (b"w6l0w6k=", "base64", "été".encode()),
        (b"w6l0w6k", "BASE64 ", "été".encode()),
        (b"w6l0\r\nw6k=\r\n-- \r\nliste de diffusion", "base64", "été".encode()),
        (b"YWJjZ", "base64", b"abc"),
        (b"!!!", "base64", b""),
        (b"=C3=A9t=\r\n=C3=A9", "quoted-printable", "été".encode()),
        (b"=ZZ 100%", "quoted-printable", b"=ZZ 100%"),
        (b"begin 644 a.txt\n#86)C\n`\nend\n", "x-uuencode", b"abc"),
        (b"\xe9", "8bit", b"\xe9"),
        (b"abc", "x-unknown", b"abc"),
    ],
)
def test_transfer_encodings(data: bytes, encoding: str, expected: bytes) -> None:
    assert decode_transfer(data, encoding).startswith(expected)


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "x-uuencode", ""]))
def test_transfer_decoding_never_raises(data: bytes, encoding: str) -> None:
    decode_transfer(data, encoding)


def test_a_mail_that_hangs_the_standard_serialiser_is_only_sliced() -> None:
    raw = b"To: " + b"=?utf-8?q?" * 24 + b"\nContent-Type: message/rfc822\n\n" + b"\xff" * 40
    assert parse(raw).data == b"\xff" * 40


@st.composite
def trees(draw: st.DrawFn, depth: int = 0) -> tuple[list[bytes], bytes]:
    """A well-formed message: its leaves, and its bytes."""
    if depth == 3 or draw(st.booleans()):
        body = draw(st.binary(max_size=40).filter(lambda data: b"-" not in data))
        body = body.replace(b"\r", b"").replace(b"\n", b" ")
        return [body], b"Content-Type: application/x-test\r\n\r\n" + body
    children = [draw(trees(depth + 1)) for _ in range(draw(st.integers(1, 3)))]
    boundary = b"b%d" % draw(st.integers(0, 9**9)) + b"x%d" % depth
    parts = b"".join(b"--" + boundary + b"\r\n" + raw + b"\r\n" for _, raw in children)
    head = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
    found = [leaf for group, _ in children for leaf in group]
    return found, head + parts + b"--" + boundary + b"--\r\n"


@given(trees())
def test_well_formed_messages_give_their_leaves_back(tree: tuple[list[bytes], bytes]) -> None:
    expected, raw = tree
    assert bodies(raw) == expected


@given(trees())
def test_same_tree_as_the_standard_library(tree: tuple[list[bytes], bytes]) -> None:
    _, raw = tree

    def theirs(message: Message) -> list[object]:
        if message.is_multipart():
            return [theirs(child) for child in message.get_payload()]  # type: ignore[arg-type]
        return [message.get_content_type()]

    def ours(part: Part) -> list[object]:
        return [ours(c) for c in part.children] if part.children else [part.content_type]

    assert ours(parse(raw)) == theirs(message_from_bytes(raw))


@given(st.binary(max_size=400), st.binary(max_size=20))
def test_any_bytes_give_parts_in_order_within_the_message(junk: bytes, seam: bytes) -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n" + junk + b"\n--x\n" + seam
    found = list(leaves(parse(raw)))
    assert all(0 <= leaf.start <= leaf.end <= len(raw) for leaf in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
