"""Reading happens in a process that may be killed; requests cross unchanged."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from grc.channels import registry, wire
from grc.channels.email import EmailChannel
from grc.channels.protocol import (
    Attachment,
    Automatic,
    Bounce,
    ChannelError,
    Fact,
    Hint,
    Request,
    Sender,
)  # fmt: skip
from grc.channels.reader import Reader
from grc.parsing.limits import Limits

SAMPLES = Path(__file__).parents[2] / "samples/email"

FULL = Request(
    sender=Sender("Marie", "m@e.example", None),
    subject="été",
    html="<p>a</p>",
    recipients=("a@e.example", "b@e.example"),
    sent_at=datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    automatic=Automatic.BOUNCE,
    bounce=Bounce("a@b", None, "5.1.1", True, "x"),
    attachments=(
        Attachment("a.pdf", "application/pdf", b"\x00\xff", "cid", True),
        Attachment("b", "text/plain", b""),
    ),
    facts=(Fact("document_date", "typed", on=date(2026, 3, 1)),),
    hints=(Hint("phone", "+33612345678", "pourquoi"),),
    warnings=("attention",),
)


def test_requests_cross_the_wire_unchanged() -> None:
    requests = (FULL, Request(Sender()))
    assert wire.decode(*wire.encode(requests)) == requests


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install the honest adapter of the tests, as a package would."""
    point = EntryPoint("honest", "tests.unit.channels.adapters:Honest", registry.GROUP)
    monkeypatch.setattr(registry, "installed", lambda: {"honest": point})


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(timeout=0.5, limits=Limits(message_bytes=10_000, parts=7)) as found:
        yield found


def refused(reader: Reader, raw: bytes) -> tuple[str, bool]:
    with pytest.raises(ChannelError) as caught:
        reader.read("honest", raw)
    return caught.value.reason, caught.value.permanent


def test_same_result_as_without_a_process() -> None:
    with Reader() as reader:
        for path in sorted(SAMPLES.glob("*.eml")):
            raw = path.read_bytes()
            if raw:
                assert reader.read("email", raw) == tuple(EmailChannel().read(raw))


@pytest.mark.usefixtures("lines")
def test_limits_reach_the_adapter(reader: Reader) -> None:
    assert reader.read("honest", b"Marie")[0].text == "7"


@pytest.mark.usefixtures("lines")
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ("not_lines", True)),
        (b"x" * 10_001, ("too_large", True)),
        (b"!hang", ("parser_timeout", False)),
        (b"!bug", ("parser_crash", False)),
    ],
)
def test_every_failure_is_a_channel_error(
    reader: Reader, raw: bytes, expected: tuple[str, bool]
) -> None:
    assert refused(reader, raw) == expected
    assert reader.read("honest", b"Marie")[0].sender.name == "Marie"


def test_an_unknown_channel_is_no_channel_error(reader: Reader) -> None:
    with pytest.raises(registry.UnknownChannel):
        reader.read("minitel", b"x")


@pytest.mark.usefixtures("lines")
def test_reading_ahead_keeps_order_and_goes_on_after_failures(reader: Reader) -> None:
    items = [(1, b"a b"), (2, b""), (3, b"!hang"), (4, b"x" * 10_001), (5, b"!bug"), (6, b"c")]
    found = [
        (key, result.reason if isinstance(result, ChannelError) else len(result))
        for key, result in reader.read_ahead("honest", items)
    ]
    assert found == [
        (1, 2), (2, "not_lines"), (3, "parser_timeout"), (4, "too_large"), (5, "parser_crash"),
        (6, 1),
    ]  # fmt: skip


@pytest.mark.usefixtures("lines")
def test_reading_ahead_takes_only_one_item_ahead(reader: Reader) -> None:
    taken: list[int] = []

    def items() -> Iterator[tuple[int, bytes]]:
        for number in range(5):
            taken.append(number)
            yield number, b"a"

    results = reader.read_ahead("honest", items())
    assert taken == []
    next(results)
    assert taken == [0, 1]
    next(results)
    assert taken == [0, 1, 2]
    results.close()


@pytest.mark.usefixtures("lines")
def test_reading_ahead_nothing(reader: Reader) -> None:
    assert list(reader.read_ahead("honest", [])) == []


@pytest.mark.usefixtures("lines")
def test_one_reads_while_another_reads_ahead(reader: Reader) -> None:
    for _, result in reader.read_ahead("honest", [(number, b"a b") for number in range(3)]):
        assert result == reader.read("honest", b"a b")
