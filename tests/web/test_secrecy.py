"""What became secret stays so by every road: the item it came from, the cases linked to it."""

import re
from datetime import timedelta
from io import BytesIO

from sqlalchemy import select

from grc.cases import links
from grc.cases.models import Case, case_reference
from grc.cases.queries import by_reference
from grc.core import blobs, clock
from grc.core.actor import SYSTEM
from grc.core.db import add, session, transaction
from grc.intake import service
from grc.intake.models import Item
from grc.intake.service import Arrival
from grc.jobs.runner import drain
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from tests.integration.conftest import mail
from tests.web.conftest import Browser, Site

VIOLENCE = mail(
    "Mon mari me frappe, j'ai peur de mon mari.",
    sender="Yolande Cachée <yolande@courriel.example>",
    subject="Aidez-moi",
    message_id="cinq@courriel.example",
)

_ONE_TIME = re.compile(r'name="(form_key|csrf_token)"[^>]*')


def hire(site: Site, login: str, unit: str, role: str = "agent") -> Browser:
    """Somebody new, with one role in a unit."""

    def made() -> None:
        with transaction():
            values = {"login": login, "name": login.title(), "password_hash": "-"}
            user_id = add(User, **values, created_at=clock.now())
            unit_id = snapshot().unit(unit).id
            session().add(UserRole(user_id=user_id, unit_id=unit_id, role=role))

    site.ask(made)
    return site.as_(login)


def unreadable_at_first(site: Site) -> str:
    """A message in the mailbox of the APA unit whose file was away when it was to be read."""

    def received() -> str:
        sha256, size = blobs.store().put(BytesIO(VIOLENCE))
        with transaction():
            arrival = Arrival("email", "apa", sha256, sha256, size)
            stored = service.store([arrival], actor=SYSTEM, now=clock.now(), acknowledge=False)
        blobs.store().path(sha256).unlink()
        for hours in range(4):
            later = clock.now() + timedelta(hours=hours)
            drain(site.app.extensions["grc.tools"], now=lambda at=later: at)
        blobs.store().put(BytesIO(VIOLENCE))
        item = session().get_one(Item, stored.ids[0], populate_existing=True)
        assert item.outcome == "quarantined"
        return item.reference

    reference: str = site.ask(received)
    return reference


def case_of(site: Site, subject: str) -> Case:
    found: Case = site.ask(
        lambda: session().scalars(select(Case).where(Case.subject == subject)).one()
    )
    return found


def test_an_item_that_became_part_of_a_named_case_exists_no_more(both: Site) -> None:
    vera, alice = hire(both, "vera", "violences"), both.as_("alice")
    reference = unreadable_at_first(both)
    page, raw = f"/a-examiner/{reference}", f"/a-examiner/{reference}/original"
    assert "j&#39;ai peur" in alice.get(page).text
    assert alice.get(raw).data == VIOLENCE
    assert alice.post(f"{page}/relire").status_code == 303
    both.work()
    case = case_of(both, "Aidez-moi")
    assert case.level == "named"
    for browser in (alice, vera):  # those of its list read the case, not the item
        for url in (page, raw):
            assert browser.get(url).status_code == 404, url
        for act in ("ouvrir", "ecarter", "relire"):
            answer = browser.post(f"{page}/{act}", subject="x", reason="x")
            assert answer.status_code == 404, act
            assert "Yolande" not in answer.text
        assert reference not in browser.get("/a-examiner").text
    shown = f"/demandes/{case.reference}"
    assert "Yolande Cachée" in vera.get(shown).text
    for url in (shown, f"{shown}/messages/1/original"):
        assert alice.get(url).status_code == 404, url


def link(site: Site, kind: str) -> None:
    def linked() -> None:
        with transaction():
            open_, named = (by_reference(site.cases[name]) for name in ("apa", "named"))
            assert open_
            assert named
            links.link(open_.id, named.id, kind, actor=SYSTEM, now=clock.now())

    site.ask(linked)


def test_a_case_never_tells_of_a_named_one_it_is_linked_to(both: Site) -> None:
    for kind in links.LINK_LABELS:
        link(both, kind)
    secret = (both.cases["named"], "Zénobie", "zenobie@")
    alice, sonia = both.as_("alice"), both.as_("sonia")
    pages = [both.url("apa", act) for act in ("", "doublon", "etat", "suivi")]
    pages += [f"{both.url('apa')}?historique=1", both.url("apa", "messages/1/original")]
    for url in pages:
        answer = alice.get(url)
        assert answer.status_code < 404, url
        assert not [one for one in secret if one.encode() in answer.data], url
    history = alice.get(f"{both.url('apa')}?historique=1").text
    assert history.count("Liée à une autre demande") == len(links.LINK_LABELS)
    assert both.cases["named"] in sonia.get(both.url("apa")).text


def test_a_stale_page_does_not_tell_of_it_either(both: Site) -> None:
    alice = both.as_("alice")
    alice.post(both.url("apa", "prendre"))
    link(both, "follows")
    answer = alice.post(both.url("apa", "reponse"), text="Bonjour", version="1", seen="0")
    assert answer.status_code == 409
    assert "Liée à une autre demande" in answer.text
    assert both.cases["named"] not in answer.text
    assert "Zénobie" not in answer.text


def test_a_named_case_is_as_absent_as_none_when_it_is_given_as_the_duplicate(both: Site) -> None:
    alice = both.as_("alice")
    missing = case_reference(999, clock.now())
    said = []
    for other in (both.cases["named"], missing):
        answer = alice.post(both.url("other", "doublon"), other=other, version="1")
        assert answer.status_code == 422
        said.append(_ONE_TIME.sub("", answer.text.replace(other, "REF")))
    assert "Aucune demande de cette référence" in said[0]
    assert said[0] == said[1]
