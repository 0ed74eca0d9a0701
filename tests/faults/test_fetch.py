"""What waits in a mailbox is stored before the mail server is told: killed anywhere, nothing is
lost, nothing is doubled."""

from dataclasses import asdict

import pytest
from sqlalchemy import update

from grc.channels.imap import KEYWORD
from grc.channels.source import MailFolder
from grc.core.db import execute, transaction
from grc.core.mailbox_passwords import variable
from grc.organisation.models import Mailbox
from tests.faults.chance import KILLS, Chance
from tests.faults.ground import KILLED, Ground, assert_whole, letter, letters
from tests.rig.dovecot import PASSWORD, DovecotServer
from tests.rig.waiting import eventually

POINTS = ("I3", "before-commit", "after-commit", "fetch:acknowledged")


@pytest.fixture
def mailbox(ground: Ground, imap_server: DovecotServer) -> DovecotServer:
    """A mail server whose mailbox `contact` the ground fetches."""
    where = MailFolder("127.0.0.1", imap_server.port, "none", "contact")
    with ground.application(), transaction():
        told = update(Mailbox).where(Mailbox.source == "contact")
        execute(told.values(fetched_from=asdict(where)))
    ground.env[variable("contact")] = PASSWORD
    return imap_server


def unmarked(server: DovecotServer) -> int:
    """How many messages the server was not told about."""
    with server.client() as client:
        return len(client.search(["UNKEYWORD", KEYWORD]))


def test_killed_at_each_point_nothing_is_lost_or_doubled(
    ground: Ground, mailbox: DovecotServer
) -> None:
    """Before, between and after the commit and the mark; after the commit a mail is known."""
    for number, point in enumerate(POINTS, start=1):
        mailbox.deliver(letter())
        died = ground.run("fetch", "email", **ground.crash_at(point))
        assert died.returncode == KILLED
        assert ground.crashed(point)
        is_stored = point in ("after-commit", "fetch:acknowledged")
        assert ground.count("item") == (number if is_stored else number - 1)
        assert unmarked(mailbox) == (0 if point == "fetch:acknowledged" else 1)
        ground.command("fetch", "email")
        assert unmarked(mailbox) == 0
    ground.finish_here()
    assert_whole(ground, len(POINTS))


def test_killed_at_random_it_goes_on(
    ground: Ground, mailbox: DovecotServer, chance: Chance
) -> None:
    """Mail keeps coming in while the one who fetches it dies again and again."""
    watching = ground.supervised("fetch", "email", "--watch", "--every", "1")
    for _ in range(KILLS):
        mailbox.deliver(*letters(2))
        chance.moment(1.0)
        watching.kill()
    items = 2 * KILLS
    eventually(lambda: ground.count("item") == items and not unmarked(mailbox), "all mail", 30)
    assert watching.stop() == 0
    ground.finish_here()
    assert_whole(ground, items)
