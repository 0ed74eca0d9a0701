"""A worker killed around a delivery: told at least once, always under the same id."""

import pytest

from tests.faults.ground import Ground, letters
from tests.faults.mta import MailServer
from tests.rig.receiver import Receiver
from tests.rig.waiting import eventually

POINTS = ("deliver:prepared",)  # the receiver has it, no row says so yet


@pytest.mark.parametrize("loaded_url", ["postgresql"], indirect=True)
def test_a_worker_killed_around_a_delivery_delivers(ground: Ground, mta: MailServer) -> None:
    ground.env["GRC_WEBHOOK_NETWORKS"] = "127.0.0.0/8"
    with Receiver() as receiver:
        words = ["--event", "case.opened", "--all-units", "--json"]
        ground.command("webhook", "add", "ged", "--url", receiver.url, *words)
        ground.supervised_worker(*POINTS)
        for number, point in enumerate(POINTS, start=1):
            ground.arm(point)
            mta.deliver_all(letters(1))
            eventually(lambda: ground.crashed(point), f"a death at {point}")  # noqa: B023
            eventually(
                lambda: ground.count("webhook_delivery", "state = 'delivered'") == number,  # noqa: B023
                f"delivered after {point}",
            )
        ids = [posted.headers["webhook-id"] for posted in receiver.got]
        bodies = {posted.body for posted in receiver.got}
        assert len(set(ids)) == len(bodies) == len(POINTS)
        assert len(ids) == 2 * len(POINTS)
