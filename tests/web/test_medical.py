"""A medical letter: its unit opens it, nobody else learns that it is there."""

import zipfile
from io import BytesIO

import pytest
from sqlalchemy import func, select, update

from grc.cases.models import Attachment, Case, Handling, SearchDoc
from grc.channels.protocol import ChannelError
from grc.core import blobs, clock
from grc.core.actor import SYSTEM
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput
from grc.demo import scans
from grc.intake import quarantine, service, splitting
from grc.intake.models import Item, Letter
from grc.intake.service import Arrival
from grc.organisation import cache
from grc.organisation.models import Unit
from grc.organisation.queries import snapshot
from grc.routing import service as routing
from tests.web.conftest import Site
from tests.web.test_mail import clerk

MEDICAL = "amethyste"  # the unit of dora; alice, sonia and rita are not of it
NAME = "Jeanne Secrète"


def documents() -> int:
    return session().scalar(select(func.count()).select_from(SearchDoc)) or 0


def appoint(site: Site) -> None:
    def change() -> None:
        with transaction():
            session().execute(update(Unit).where(Unit.code == MEDICAL).values(kind="medical"))
        cache.forget()

    site.ask(change)


def bring(site: Site, raw: bytes, name: str = "lot.pdf") -> None:
    def store() -> None:
        sha256, size = blobs.store().put(BytesIO(raw))
        with transaction():
            arrival = Arrival("post", "files", name, sha256, size)
            service.store([arrival], actor=SYSTEM, now=clock.now(), acknowledge=True)

    site.ask(store)
    site.work()


def scanned(site: Site, **how: str | bool) -> tuple[str, str]:
    """The reference of the case of a medical letter, and the address of its pages."""
    bring(site, scans.with_text(["cantine"], more=f"Je m'appelle {NAME}.", **how))

    def find() -> tuple[str, str]:
        case = session().scalars(select(Case).where(Case.is_medical)).one()
        assert not case.may_acknowledge
        number = session().scalar(select(Attachment.id).order_by(Attachment.id.desc()).limit(1))
        return case.reference, f"/demandes/{case.reference}/pieces/{number}"

    return site.ask(find)


@pytest.mark.parametrize("how", [{"unit": MEDICAL}, {"unit": "apa", "medical": True}])
def test_only_the_medical_unit_opens_it(both: Site, how: dict[str, str | bool]) -> None:
    appoint(both)
    others = ("alice", "bob", "sonia", "rita", "oscar")
    lists = {login: both.as_(login).get("/").data for login in ("alice", "oscar")}
    reference, pages = scanned(both, **how)
    dora = both.as_("dora")
    page = dora.get(f"/demandes/{reference}")
    assert page.status_code == 200
    assert "aucune machine" in page.text
    assert "cantine" not in page.text
    assert "Secr" not in page.text
    for login in others:
        browser = both.as_(login)
        assert browser.get(f"/demandes/{reference}").status_code == 404, login
        assert browser.get(pages).status_code == 404, login
    for login in ("alice", "oscar"):
        assert reference not in both.as_(login).get("/").text
        assert len(both.as_(login).get("/").data) == pytest.approx(len(lists[login]), abs=200)


def test_no_search_finds_it_and_the_mail_room_does_not_see_it(site: Site) -> None:
    appoint(site)
    before = site.ask(documents)
    scanned(site, unit=MEDICAL)
    assert site.ask(documents) == before
    assert site.ask(lambda: session().scalar(select(func.count()).select_from(Letter))) == 0
    browser = clerk(site)
    assert "/courrier/E-" not in browser.get("/courrier").text
    item = site.ask(
        lambda: session().scalars(select(Item).where(Item.parent_id.is_not(None))).all()[-1]
    ).reference
    assert browser.get(f"/courrier/{item}").status_code == 404
    assert browser.get(f"/courrier/{item}/pages/1.png").status_code == 404
    assert browser.get(f"/courrier/{item}/pdf").status_code == 404


def test_it_stays_in_medical_units_and_restricted(site: Site) -> None:
    appoint(site)
    scanned(site, unit=MEDICAL)

    def leave() -> str:
        with transaction():
            case = session().scalars(select(Case).where(Case.is_medical)).one()
            with pytest.raises(InvalidInput, match="service médical"):
                routing.reroute(case, "apa", "erreur", expected=None, actor=SYSTEM, now=clock.now())
            routing.qualify(case, "apa", expected=None, actor=SYSTEM, now=clock.now())
            return case.level

    assert site.ask(leave) == "restricted"


def test_the_same_batch_from_elsewhere_concerns_nobody_else(site: Site) -> None:
    appoint(site)
    scanned(site, unit=MEDICAL)

    def again() -> None:
        sha256 = session().scalar(select(Item.sha256).where(Item.outcome == "split"))
        assert sha256
        with blobs.store().open(sha256) as stream:
            raw = stream.read()
        bring(site, raw, "copie.pdf")

    site.ask(again)
    units = select(func.count()).select_from(Handling).join(Case, Case.id == Handling.case_id)
    assert site.ask(lambda: session().scalar(units.where(Case.is_medical))) == 1


def test_a_batch_that_was_cut_at_the_second_try_is_shown_to_nobody(site: Site) -> None:
    appoint(site)
    scanned(site, unit=MEDICAL)

    def owned() -> str:
        batch = session().scalars(select(Item).where(Item.outcome == "split")).one()
        with transaction():  # as the quarantine had left it
            session().execute(update(Item).values(unit_id=snapshot().triage.id))
        return batch.reference

    url = f"/a-examiner/{site.ask(owned)}"
    assert site.as_("alice").get(f"{url}/original").status_code == 404
    assert site.as_("alice").get(url).status_code == 404


def test_without_a_medical_unit_it_waits_and_is_not_opened_by_hand(site: Site) -> None:
    bring(site, scans.with_text(["cantine"], medical=True))
    told = site.ask(
        lambda: session().scalars(select(Item).where(Item.outcome == "quarantined")).all()[-1]
    )
    assert told.reason == "no_medical_unit"

    def by_hand() -> None:
        typed = {"subject": "S", "text": "T", "name": "", "email": ""}
        item = session().get_one(Item, told.id)
        with transaction(), pytest.raises(InvalidInput, match="kind"):
            quarantine.open_by_hand(item, **typed, actor=SYSTEM, now=clock.now())

    site.ask(by_hand)
    assert_sealed(site, "alice", told.reference, "kind = &#34;medical&#34;")


def stuck(site: Site) -> Item:
    """A medical letter in quarantine for a reason that has nothing to do with medicine."""
    bring(site, scans.with_text(["cantine"], unit=MEDICAL, medical=True))

    def give_up() -> Item:
        number = session().scalar(select(func.max(Item.id)))
        assert number
        with transaction():
            session().execute(update(Item).where(Item.id == number).values(outcome="waiting"))
            session().execute(update(Item).values(case_id=None))
            quarantine.give_up(number, "parser_killed", clock.now())
        return session().get_one(Item, number)

    found: Item = site.ask(give_up)
    return found


def assert_sealed(site: Site, login: str, reference: str, why: str) -> None:
    """The page says why, shows nothing of the letter and offers neither bytes nor a case."""
    url, browser = f"/a-examiner/{reference}", site.as_(login)
    page = browser.get(url)
    assert page.status_code == 200
    assert why in page.text
    assert "PDF" not in page.text
    assert "/ouvrir" not in page.text
    assert "/original" not in page.text
    assert browser.get(f"{url}/original").status_code == 403
    cases = site.ask(lambda: session().scalar(select(func.count()).select_from(Case)))
    typed = {"subject": "S", "text": "T", "name": "", "email": ""}
    assert browser.post(f"{url}/ouvrir", **typed).status_code in (403, 422)
    assert site.ask(lambda: session().scalar(select(func.count()).select_from(Case))) == cases


def test_not_understood_it_waits_for_a_medical_unit_which_alone_opens_it(both: Site) -> None:
    appoint(both)
    item = stuck(both)
    url = f"/a-examiner/{item.reference}"
    assert item.unit_id == both.ask(lambda: snapshot().unit(MEDICAL).id)
    assert both.as_("alice").get(f"{url}/original").status_code == 404
    dora = both.as_("dora")
    assert dora.get(f"{url}/original").status_code == 200
    typed = {"subject": "Certificat", "text": "Lu à l'écran.", "name": "", "email": ""}
    before = both.ask(documents)
    assert dora.post(f"{url}/ouvrir", **typed).status_code == 303

    def opened() -> tuple[bool, str, int]:
        case = session().get_one(Case, session().get_one(Item, item.id).case_id)
        return case.is_medical, case.level, documents()

    assert both.ask(opened)[0]
    both.work()
    assert both.ask(opened) == (True, "restricted", before)
    assert both.as_("alice").get("/recherche?q=certificat").text.count("Certificat") == 0


def test_what_waited_for_its_owner_before_there_was_a_medical_unit_stays_closed(
    site: Site,
) -> None:
    item = stuck(site)
    assert item.unit_id == site.ask(lambda: snapshot().triage.id)
    appoint(site)
    assert_sealed(site, "alice", item.reference, "seuls les agents")


def torn(**how: str | bool) -> bytes:
    """A folder of scans that cannot be cut: one file of it is broken."""
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as container:
        container.writestr("1.pdf", b"%PDF-1.7 broken")
        container.writestr("2.pdf", scans.with_text(["cantine"], **how))
    return kept.getvalue()


def batch(site: Site) -> Item:
    """The batch that was brought last."""
    query = select(Item).where(Item.parent_id.is_(None)).order_by(Item.id.desc())
    found: Item = site.ask(lambda: session().scalars(query).first())
    assert found.outcome == "quarantined"
    return found


@pytest.mark.parametrize("how", [{"unit": MEDICAL}, {"unit": "apa", "medical": True}])
def test_a_batch_that_cannot_be_cut_is_for_doctors_if_a_sheet_says_so(
    both: Site, how: dict[str, str | bool]
) -> None:
    appoint(both)
    bring(both, torn(**how))
    found = batch(both)
    url = f"/a-examiner/{found.reference}"
    assert (found.reason, found.is_medical) == ("bad_scan", True)
    for login in ("alice", "sonia", "oscar"):
        assert both.as_(login).get(url).status_code == 404, login
        assert both.as_(login).get(f"{url}/original").status_code == 404, login
    dora = both.as_("dora")
    assert dora.get(f"{url}/original").status_code == 200
    typed = {"subject": "Certificat", "text": "Lu à l'écran.", "name": "", "email": ""}
    assert dora.post(f"{url}/ouvrir", **typed).status_code == 303
    case_id = both.ask(lambda: session().get_one(Item, found.id).case_id)
    assert both.ask(lambda: session().get_one(Case, case_id).is_medical)


def test_a_batch_with_a_password_is_for_doctors_if_a_sheet_says_so(site: Site) -> None:
    appoint(site)
    raw = bytearray(torn(unit="apa", medical=True))
    for magic, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the broken file comes first
        raw[raw.find(magic) + flags] |= 1
    bring(site, bytes(raw))
    found = batch(site)
    assert (found.reason, found.is_medical) == ("encrypted", True)
    assert found.unit_id == site.ask(lambda: snapshot().unit(MEDICAL).id)


@pytest.mark.parametrize("reason", ["parser_crash", "parser_timeout", "parser_memory"])
def test_a_batch_nobody_could_look_at_is_for_doctors(site: Site, reason: str) -> None:
    """What is in it is not known: only when no unit is medical may others look."""

    def given_up() -> tuple[bool, int]:
        item = session().get_one(Item, batch(site).id)
        with transaction():
            session().execute(
                update(Item).where(Item.id == item.id).values(outcome="waiting", is_medical=False)
            )
            if reason == "parser_memory":  # is not tried again
                splitting.apply(item.id, ChannelError(reason, "…"), now=clock.now())
            else:
                quarantine.give_up(item.id, reason, clock.now())
        return item.is_medical, item.unit_id

    bring(site, torn(unit="apa"))
    triage = site.ask(lambda: snapshot().triage.id)
    assert site.ask(given_up) == (False, triage)
    appoint(site)
    doctors = site.ask(lambda: snapshot().unit(MEDICAL).id)
    assert site.ask(given_up) == (True, doctors)


def test_a_batch_that_cannot_be_cut_stays_closed_until_there_is_a_medical_unit(
    site: Site,
) -> None:
    bring(site, torn(unit="apa", medical=True))
    assert_sealed(site, "alice", batch(site).reference, "kind = &#34;medical&#34;")
    site.as_("alice").post(f"/a-examiner/{batch(site).reference}/relire")
    appoint(site)
    site.work()
    assert site.as_("alice").get(f"/a-examiner/{batch(site).reference}").status_code == 404


def test_a_batch_without_such_a_sheet_is_for_its_owner(site: Site) -> None:
    appoint(site)
    bring(site, torn(unit="apa"))
    found = batch(site)
    assert not found.is_medical
    assert site.as_("alice").get(f"/a-examiner/{found.reference}/original").status_code == 200


def test_a_batch_whose_reading_was_ended_is_known_by_the_letters_cut_out_of_it(
    site: Site,
) -> None:
    appoint(site)
    scanned(site, unit=MEDICAL)

    def give_up() -> bool:
        item = session().scalars(select(Item).where(Item.outcome == "split")).one()
        with transaction():
            item.outcome = "waiting"
            session().flush()
            quarantine.give_up(item.id, "parser_timeout", clock.now())
        return item.is_medical and item.unit_id == snapshot().unit(MEDICAL).id

    assert site.ask(give_up)
