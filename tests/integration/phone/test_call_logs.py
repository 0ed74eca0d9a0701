"""`grc import asterisk`: each call of a log is an item, and who was missed is called back."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from grc.cases.phone import PhoneCall
from grc.channels.asterisk import AsteriskChannel
from grc.core import clock
from grc.core.clock import PARIS
from grc.core.db import end_read, session
from grc.intake import whereabouts
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.organisation.queries import snapshot
from grc.outbox.models import Outgoing
from grc.work.models import CallBack, Task
from tests.integration.conftest import DEMO, Grc

ANSWERED, MISSED = "ANSWERED", "NO ANSWER"


def row(
    call: str, disposition: str, *, ago: timedelta, number: str = "0199887766", **more: str
) -> str:
    """One row of 21 columns, as cdr_csv writes them."""
    at = datetime.now(PARIS) - ago
    known = {
        "dst": "0144552211",
        "context": "from-trunk",
        "other": f"PJSIP/4012-{call}",
        "app": "Dial",
        "clid": f'""""""" <{number}>"',
    } | more
    first = ["", number, known["dst"], known["context"], known["clid"], "PJSIP/t-1"]
    last = [f"{at:%Y-%m-%d %H:%M:%S}", "", f"{at:%Y-%m-%d %H:%M:%S}", "31", "0", disposition]
    ids = ["DOCUMENTATION", f"{call}.9", "", "", call, "1"]
    return ",".join([*first, known["other"], known["app"], "", *last, *ids])


HOUR = timedelta(hours=1)


@pytest.fixture
def log(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: str, end: str = "\n") -> Path:
        path = tmp_path / "Master.csv"
        path.write_text("\n".join(rows) + end, "utf-8")
        return path

    return write


def stored(model: Any) -> Sequence[Any]:
    found = session().scalars(select(model)).all()
    end_read()
    return found


def test_the_calls_of_a_log(grc: Grc, log: Callable[..., Path]) -> None:
    path = log(
        row("1.1", MISSED, ago=3 * HOUR, other="PJSIP/4012-1"),
        row("1.2", MISSED, ago=2 * HOUR, number="0611223344"),
        row("1.1", MISSED, ago=3 * HOUR, other="PJSIP/4013-2"),  # rows of a call are not together
        row("1.2", ANSWERED, ago=2 * HOUR, number="0611223344"),
        row("1.3", MISSED, ago=HOUR),
        row("1.4", ANSWERED, ago=HOUR, number="0622334455", other="", app="VoiceMail"),
        row("1.5", MISSED, ago=HOUR, number="4012", context="from-internal", dst="0611223344"),
        row("1.6", MISSED, ago=30 * 24 * HOUR, number="0633445566"),
        "cut,0611",
    )
    done = grc("import", "asterisk", path, "--json")
    assert (done.code, done.json["outcomes"]["applied"], done.json["outcomes"]["quarantined"]) == (
        65, 6, 1,
    ), done.output  # fmt: skip
    calls = {one.call: one for one in stored(PhoneCall)}
    assert [calls[f"1.{n}"].answered for n in range(1, 7)] == [
        False, True, False, False, False, False,
    ]  # fmt: skip
    assert not calls["1.5"].incoming
    assert calls["1.1"].line == "0144552211"
    waiting = {one.number: one.missed for one in stored(CallBack)}
    assert waiting == {"+33199887766": 2, "+33622334455": 1}
    assert not stored(Outgoing)
    assert not [report for report in reconcile() if report.gap]
    again = grc("import", "asterisk", path, "--json")
    assert (again.json["stored"], len(stored(CallBack))) == (0, 2)


def test_a_longer_log_of_the_same_exchange_counts_each_call_once(
    grc: Grc, log: Callable[..., Path]
) -> None:
    rows = [row(f"1.{n}", MISSED, ago=HOUR + timedelta(minutes=n)) for n in range(3)] + ["cut,06"]
    grc("import", "asterisk", log(*rows))
    grc("import", "asterisk", log(*rows, row("1.9", MISSED, ago=HOUR)))
    ((task),) = stored(Task)
    ((calls),) = stored(CallBack)
    assert (task.case_id, calls.missed) == (None, 4)
    assert len(stored(PhoneCall)) == 4
    refused = [item for item in stored(Item) if item.outcome == "quarantined"]
    assert len(refused) == 1  # not told again
    assert not [report for report in reconcile() if report.gap]


def test_an_answer_later_in_the_log_leaves_nobody_waiting(
    grc: Grc, log: Callable[..., Path]
) -> None:
    grc("import", "asterisk", log(row("2", ANSWERED, ago=HOUR), row("1", MISSED, ago=2 * HOUR)))
    assert not [task for task in stored(Task) if task.done_at is None]


@pytest.mark.parametrize("text", ["", "a,b,c", "Date;Appelant;Durée\n1;2;3", '"' * 200_000])
def test_what_is_no_log_is_looked_at_by_somebody(
    grc: Grc, log: Callable[..., Path], text: str
) -> None:
    done = grc("import", "asterisk", log(text), "--json")
    assert (done.code, done.json["outcomes"]["quarantined"]) == (65, 1)
    (item,) = stored(Item)
    assert item.reason in {"empty", "not_a_call_log"}


def test_a_log_without_linkedid(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    rows = (row("x", MISSED, ago=HOUR).split(",") for _ in range(2))
    path.write_text("\n".join(",".join(cells[:18]) for cells in rows))
    (part,) = AsteriskChannel().parts(path, {})
    assert part.name == "x.9"
    (request,) = AsteriskChannel().read(part.raw)
    assert request.call is not None
    assert abs(request.call.at - (clock.now() - HOUR)) < timedelta(minutes=1)


def test_the_unit_of_a_line_calls_back_and_typed_calls_are_understood(
    app: Flask, grc: Grc, log: Callable[..., Path], tmp_path: Path
) -> None:
    line = '[[mailboxes]]\nchannel = "exchange"\nsource = "0144552211"\nunit = "apa"\n'
    organisation = tmp_path / "organisation.toml"
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    organisation.write_text((DEMO / "organisation.toml").read_text("utf-8") + "\n" + line, "utf-8")
    assert grc("organisation", "load", organisation).code == 0
    grc("import", "asterisk", log(row("1", MISSED, ago=HOUR)))
    (task,) = stored(Task)
    assert task.unit_id == snapshot().unit("apa").id
    assert whereabouts.is_declared("phone", "tri")
