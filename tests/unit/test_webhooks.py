"""Posting to strangers: where, for how long, and how it is signed."""

import base64
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from grc.webhooks.addresses import may_reach, networks, parts_of
from grc.webhooks.posting import Answer, post
from grc.webhooks.signing import derive, headers, shown
from tests.rig.receiver import Receiver, certificate

HERE = networks(["127.0.0.0/8"])
INSIDE = [
    "127.0.0.1", "127.8.8.8", "0.1.2.3", "10.1.2.3", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255",
    "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "fec0::1", "::127.0.0.1", "2001:db8::1", "2001::1",
    "no address",
]  # fmt: skip


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_reached(address: str) -> None:
    assert not may_reach(address, "https", ())
    assert not may_reach(address, "http", ())


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f::1", "64:ff9b::5db8:d70e"])
def test_the_internet_is_reached_by_https_only(address: str) -> None:
    assert may_reach(address, "https", ())
    assert not may_reach(address, "http", ())


def test_a_network_of_ours_is_reached_when_a_setting_says_so() -> None:
    ours = networks(["10.2.0.0/16", "fd12::/16"])
    assert may_reach("10.2.9.9", "http", ours)
    assert may_reach("::ffff:10.2.9.9", "https", ours)
    assert may_reach("fd12::7", "https", ours)
    assert not may_reach("10.3.0.1", "https", ours)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x.example/", "https://", "https:///x", "https://u:p@x.example/", "//x.example",
        "https://x.example/#a", "https://x.example/a b", "https://x.example/\r\nX: y",
        "https://é.example/", "https://[::1", "https://x.example:99999/", "x" * 600,
        "file:///etc/passwd", "gopher://x.example/",
    ],
)  # fmt: skip
def test_an_address_that_is_none(url: str) -> None:
    assert parts_of(url) is None
    assert post(url, b"", {}, HERE) == Answer(why="address")


def test_a_name_is_judged_by_what_it_resolves_to(receiver: Receiver) -> None:
    url = receiver.url.replace("127.0.0.1", "localhost")
    assert post(url, b"{}", {}, ()).why == "address"
    assert post(url.replace("http:", "https:"), b"{}", {}, ()).why == "address"
    assert receiver.got == []
    assert post(url, b"{}", {}, HERE).status == 204


def test_what_is_judged_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that says something else the second time is asked once only."""
    asked = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert post("https://rebinding.example/", b"", {}, ()).why == "address"
    assert asked == ["rebinding.example"]


def test_proxies_of_the_environment_are_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert post(receiver.url, b"{}", {}, HERE).is_taken


def test_a_redirect_is_an_answer_and_nothing_else(receiver: Receiver) -> None:
    receiver.answers, receiver.location = [302], receiver.url
    answer = post(receiver.url, b"{}", {}, HERE)
    assert (answer.status, answer.is_taken, len(receiver.got)) == (302, False, 1)


def dawdling(ended: threading.Event, piece: bytes) -> Callable[[Callable[[bytes], None]], None]:
    """A server that says something every 20 ms and never ends."""

    def dawdle(write: Callable[[bytes], None]) -> None:
        write(b"HTTP/1.1 200 OK\r\n")
        while not ended.wait(0.02):
            write(piece)

    return dawdle


def test_a_server_that_dawdles_is_left(receiver: Receiver) -> None:
    """However regularly its bytes come: the whole exchange has one limit."""
    ended = threading.Event()
    receiver.dawdle = dawdling(ended, b"x")
    assert post(receiver.url, b"{}", {}, HERE, limit=0.3).why == "timeout"
    ended.set()


def test_a_server_that_says_nothing_is_left(receiver: Receiver) -> None:
    ended = threading.Event()
    receiver.dawdle = lambda _: ended.wait() and None
    assert post(receiver.url, b"{}", {}, HERE, limit=0.2).why == "timeout"
    ended.set()


def test_of_a_long_answer_little_is_read(receiver: Receiver) -> None:
    def much(write: Callable[[bytes], None]) -> None:
        write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        with suppress(OSError):
            while True:
                write(b"x" * 65536)
        left.set()

    left = threading.Event()
    receiver.dawdle = much
    assert post(receiver.url, b"{}", {}, HERE).status == 200
    assert left.wait(10)


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b""])
def test_what_is_no_answer(receiver: Receiver, said: bytes) -> None:
    receiver.dawdle = lambda write: write(said)
    assert post(receiver.url, b"{}", {}, HERE).why in {"answer", "connection"}


def test_nobody_there() -> None:
    assert post("http://127.0.0.1:1/", b"{}", {}, HERE).why == "connection"


def test_only_a_certificate_of_the_host_that_is_trusted_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path, "localhost")
    with Receiver(certificate=made) as receiver:
        named = receiver.url.replace("127.0.0.1", "localhost")
        assert post(named, b"{}", {}, HERE).why == "tls"
        monkeypatch.setenv("SSL_CERT_FILE", str(made))
        assert post(receiver.url, b"{}", {}, HERE).why == "tls"  # not of this host
        assert receiver.got == []
        assert post(named, b"{}", {}, HERE).is_taken


def test_a_server_without_tls_is_told_nothing(receiver: Receiver) -> None:
    assert post(receiver.url.replace("http:", "https:"), b"{}", {}, HERE).why == "tls"
    assert receiver.got == []


def test_the_signature_of_the_specification() -> None:
    """The example of the Standard Webhooks libraries, computed by others."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'
    made = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, [secret])
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_depend_on_both_keys() -> None:
    made = {derive(one, other) for one in ("a", "b") for other in ("c", "d")}
    assert len(made) == 4
    assert base64.b64decode(shown(derive("a", "c")).removeprefix("whsec_")) == derive("a", "c")
