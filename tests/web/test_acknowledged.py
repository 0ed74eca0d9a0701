"""What an acknowledgement says of silence; one that lands between two pages disturbs nobody."""

import re
from datetime import datetime

from sqlalchemy import select

from grc.cases.models import Case, Message
from grc.cases.queries import by_reference
from grc.core import clock
from grc.core.db import amend, session, transaction
from grc.receipts import service as receipts
from tests.web.conftest import Site


def acknowledge(site: Site, at: datetime) -> str:
    """A request that silence would refuse is acknowledged by mail; what was written."""

    def write() -> str:
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case is not None
            amend(case, may_acknowledge=True, received_at=at, request_type="reclamation")
            receipts.acknowledge(case.id, now=at)
        mine = select(Message).join(Case).where(Message.case_id == case.id)
        return session().scalars(mine.order_by(Message.id.desc()).limit(1)).one().text

    told: str = site.ask(write)
    site.work()
    return told


def test_an_acknowledgement_between_two_pages_is_no_conflict_and_says_what_silence_means(
    site: Site,
) -> None:
    alice = site.as_("alice")
    alice.post(site.url("apa", "prendre"))
    page = alice.get(site.url("apa")).text
    seen = {name: found[1] for name in ("version", "seen") if (found := _hidden(name, page))}
    assert set(seen) == {"version", "seen"}
    told = acknowledge(site, clock.now())
    assert "sera refusée à partir du" in told
    assert "deux mois pour saisir le tribunal administratif" in told
    assert "Service chargé de votre demande : " in told
    assert "éclamation" not in told  # a shared mailbox may be read by the person feared
    fields = seen | {"text": "Une réponse.", "next": "stay"}
    assert alice.post(site.url("apa", "reponse"), **fields).status_code == 303


def _hidden(name: str, page: str) -> re.Match[str] | None:
    return re.search(rf'name="{name}" value="(\d+)"', page)
