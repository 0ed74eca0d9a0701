"""Limits hold on raw bytes, fast, before anything is decoded."""

import time

import pytest

from grc.parsing.limits import LimitExceeded, Limits
from grc.parsing.mime import parse


def code_of(raw: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(LimitExceeded) as caught:
        parse(raw, limits or Limits())
    return caught.value.code


def nested(depth: int) -> bytes:
    lines = [b'Content-Type: multipart/mixed; boundary="b0"', b""]
    for level in range(1, depth):
        lines += [b"--b%d" % (level - 1)]
        lines += [b'Content-Type: multipart/mixed; boundary="b%d"' % level, b""]
    return b"\r\n".join(lines)


def flat(parts: int) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * parts + b"--b--\n"


def test_size() -> None:
    assert code_of(b"From: a@b.fr\n\n" + b"x" * 100, Limits(message_bytes=50)) == "too_large"


def test_a_header_block_over_256_kb() -> None:
    raw = b"".join(b"X-A%d: %b\r\n" % (i, b"y" * 900) for i in range(300)) + b"\r\nbody"
    assert code_of(raw) == "header_too_large"


def test_a_thousand_header_lines() -> None:
    assert code_of(b"X: y\r\n" * 1001 + b"\r\nbody") == "too_many_headers"
    parse(b"X: y\r\n" * 1000 + b"\r\nbody")


def test_one_unfolded_header_over_16_kb() -> None:
    assert code_of(b"Subject: " + b"x" * 17_000 + b"\n\nbody") == "header_too_large"


def test_a_folded_header_of_five_megabytes_is_refused_at_once() -> None:
    raw = b"Subject: a" + b"\r\n b" * 1_200_000 + b"\r\n\r\nbody"
    started = time.thread_time()
    assert code_of(raw) in ("header_too_large", "too_many_headers")
    assert time.thread_time() - started < 5


def test_ten_thousand_parts() -> None:
    assert code_of(flat(10_000)) == "too_many_parts"
    assert len(parse(flat(900)).children) == 900


def test_two_thousand_levels() -> None:
    assert code_of(nested(2_000)) == "too_deep"
    parse(nested(50))


def test_two_thousand_messages_in_one_another_are_one_leaf() -> None:
    raw = b"Content-Type: message/rfc822\n\n" * 2_000 + b"the end"
    root = parse(raw)
    assert root.children == []
    assert root.data == raw[len(b"Content-Type: message/rfc822\n\n") :]


def test_headers_of_inner_parts_have_limits_too() -> None:
    inner = b"--b\nSubject: " + b"x" * 17_000 + b"\n\n"
    assert code_of(b"Content-Type: multipart/mixed; boundary=b\n\n" + inner) == "header_too_large"
