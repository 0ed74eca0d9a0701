"""The mail room: letters wait, a person says what they are, and then she sees them no more."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import Executable, event, select, update
from werkzeug.test import TestResponse

from grc.cases.models import Case, CaseFact, ExternalReference, Handling, Party
from grc.cases.service import set_level
from grc.core import blobs, clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import add, db, session, transaction
from grc.demo import scans
from grc.intake import letters, service
from grc.intake.models import Item, Letter
from grc.intake.reconcile import reconcile
from grc.intake.service import Arrival
from grc.mailroom import elsewhere
from grc.organisation.queries import snapshot
from grc.staff.models import AccessLog, User, UserRole
from tests.web.conftest import Browser, Site

MOST_STATEMENTS = 14
MORE = "Je m'appelle Jeanne Secrète. Mon numéro est le 06 39 98 11 22."


def batch(site: Site, words: tuple[str, ...], *, unit: str = "apa", more: str = "") -> list[str]:
    """The references of the letters of a batch that was scanned."""

    def bring() -> list[str]:
        made = scans.with_text(words, unit=unit, more=more)
        sha256, size = blobs.store().put(BytesIO(made))
        with transaction():
            arrival = Arrival("post", "files", f"lot-{words[0]}.pdf", sha256, size)
            (batch_id,) = service.store(
                [arrival], actor=SYSTEM, now=clock.now(), acknowledge=False
            ).ids
        return [str(batch_id)]

    (batch_id,) = site.ask(bring)
    site.work()
    return site.ask(
        lambda: [
            item.reference
            for item in session().scalars(
                select(Item).where(Item.parent_id == int(batch_id)).order_by(Item.id)
            )
        ]
    )


def clerk(site: Site, login: str = "courrier") -> Browser:
    """Somebody of the mail room, and of nothing else."""

    def hire() -> None:
        with transaction():
            user_id = add(
                User, login=login, name=login.title(), password_hash="", created_at=clock.now()
            )
            role = {"unit_id": snapshot().triage.id, "role": "mail_room"}
            session().add(UserRole(user_id=user_id, **role))

    site.ask(hire)
    return site.as_(login)


def fields(page: str) -> dict[str, str]:
    """What the form of a letter holds when it is shown."""
    form = page[page.index('id="index"') :].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]+>", form):
        named = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if named.get("type") == "radio" and " checked" not in tag:
            continue
        found[named["name"]] = named.get("value", "").replace("&#39;", "'")
    return {k: v for k, v in found.items() if k not in ("csrf_token", "form_key")}


def case_of(site: Site, reference: str) -> Case:
    number = int(reference.split("-")[2])
    return site.ask(lambda: session().get_one(Case, session().get_one(Item, number).case_id))


def test_letters_wait_are_indexed_and_are_seen_no_more(both: Site) -> None:
    first, second = batch(both, ("rampe", "cantine"))
    post = clerk(both)
    agent = both.as_("alice")  # of the unit: what waits for the mail room does not wait for her
    assert agent.get(f"/demandes/{case_of(both, first).reference}").status_code == 200
    assert post.get("/").location == "/courrier"
    listed = post.get("/courrier").text
    assert "lot-rampe.pdf" in listed
    assert "2 courriers à indexer" in listed
    page = post.get(f"/courrier/{first}")
    assert page.status_code == 200
    shown = fields(page.text)
    assert shown["document"] == shown["postmark"] == shown["registered"] == ""
    typed = shown | {"document": "0203", "registered": "rk 4731 2482 9 gb", "commune": "Nanterre"}
    done = post.post(f"/courrier/{first}", **typed)
    assert done.status_code == 303, done.text
    assert done.location == f"/courrier/{second}"
    assert post.get(f"/courrier/{first}").status_code == 404
    assert post.get(f"/courrier/{first}/pages/1.png").status_code == 404
    case = case_of(both, first)
    facts = both.ask(
        lambda: {
            (fact.kind, fact.source)
            for fact in session().scalars(select(CaseFact).where(CaseFact.case_id == case.id))
        }
    )
    assert ("document_date", "typed") in facts
    assert ("received", "typed") not in facts  # it was left as proposed
    assert case.commune == "92050"
    known = both.ask(lambda: session().scalars(select(ExternalReference.value)).all())
    assert known == ["RK473124829GB"]
    told = both.ask(
        lambda: session().scalars(select(AuditRow).where(AuditRow.event == "letter:indexed")).one()
    )
    assert (told.case_id, told.data["registered"]) == (case.id, "RK473124829GB")
    assert told.actor_id is not None
    assert post.get(f"/demandes/{case.reference}").status_code == 403
    assert "1 courrier à indexer" in post.get("/courrier").text


def test_who_is_proposed_is_chosen_by_a_person(site: Site) -> None:
    (first,) = batch(site, ("rampe",), more=MORE)
    (second,) = batch(site, ("cantine",), more=MORE)
    post = clerk(site)
    page = post.get(f"/courrier/{first}").text
    assert fields(page)["sender"] == ""  # nobody is chosen for her
    typed = fields(page) | {"sender": "new", "name": "Claire Exemple"}
    assert post.post(f"/courrier/{first}", **typed).status_code == 303
    citizen_id = case_of(site, first).citizen_id
    assert citizen_id
    page = post.get(f"/courrier/{second}").text
    assert f'value="{citizen_id}"' in page
    assert "est écrit dans le courrier" in page
    stranger = fields(page) | {"sender": "1"}  # of whom the letter says nothing
    assert citizen_id != 1
    assert post.post(f"/courrier/{second}", **stranger).status_code == 422
    typed = fields(page) | {"sender": str(citizen_id)}
    assert post.post(f"/courrier/{second}", **typed).status_code == 303
    assert case_of(site, second).citizen_id == citizen_id
    named = site.ask(
        lambda: session().scalars(select(Party).where(Party.citizen_id == citizen_id)).all()
    )
    assert len(named) == 2


@pytest.mark.parametrize("hidden", [{"level": "named"}, {"is_medical": True}])
def test_who_is_known_by_hidden_cases_alone_does_not_exist(
    both: Site, hidden: dict[str, object]
) -> None:
    first, second = batch(both, ("rampe", "cantine"), more=MORE)
    post = clerk(both)
    typed = fields(post.get(f"/courrier/{first}").text) | {
        "sender": "new",
        "name": "Claire Exemple",
    }
    assert post.post(f"/courrier/{first}", **typed).status_code == 303
    known = case_of(both, first)
    assert known.citizen_id
    assert "est écrit dans le courrier" in post.get(f"/courrier/{second}").text

    def hide() -> None:
        with transaction():
            session().execute(update(Case).where(Case.id == known.id).values(**hidden))

    both.ask(hide)
    page = post.get(f"/courrier/{second}")
    assert "est écrit dans le courrier" not in page.text
    assert "est écrit et connu" not in page.text
    chosen = fields(page.text) | {"sender": str(known.citizen_id)}
    assert post.post(f"/courrier/{second}", **chosen).status_code == 422


def levelled(site: Site, reference: str, level: str) -> None:
    case_id = case_of(site, reference).id

    def write() -> None:
        with transaction():
            set_level(session().get_one(Case, case_id), level, actor=SYSTEM, now=clock.now())

    site.ask(write)


def test_a_letter_whose_case_became_named_waits_for_nobody(both: Site) -> None:
    first, second = batch(both, ("rampe", "cantine"))
    post = clerk(both)
    shown = fields(post.get(f"/courrier/{first}").text)
    post.post(f"/courrier/{first}/de-cote", version=shown["version"], reason="illisible")
    shown |= {"version": str(int(shown["version"]) + 1)}
    levelled(both, first, "named")
    for page in ("", "/pages/1.png", "/pdf", "/hors-grc", "/de-cote"):
        assert post.get(f"/courrier/{first}{page}").status_code == 404, page
    assert post.post(f"/courrier/{first}", **shown).status_code == 404
    listed = post.get("/courrier").text
    assert "1 courrier à indexer" in listed
    assert "illisible" not in listed
    assert first not in listed
    typed = fields(post.get(f"/courrier/{second}").text)
    assert post.post(f"/courrier/{second}", **typed).location == "/courrier"
    levelled(both, first, "normal")
    assert post.get(f"/courrier/{first}").status_code == 200


def test_a_letter_of_a_confidential_case_is_read_on_record(site: Site) -> None:
    (first,) = batch(site, ("rampe",))
    post = clerk(site)

    def read() -> list[tuple[str, int]]:
        rows = session().scalars(select(AccessLog).order_by(AccessLog.id))
        return [(row.what, row.case_id) for row in rows if row.user_id]

    assert post.get(f"/courrier/{first}").status_code == 200
    assert site.ask(read) == []
    levelled(site, first, "restricted")
    for page in ("", "/pdf"):
        assert post.get(f"/courrier/{first}{page}").status_code == 200
    assert site.ask(read) == [("letter", case_of(site, first).id)] * 2


def test_what_is_wrong_comes_back_as_typed(site: Site) -> None:
    (first,) = batch(site, ("rampe",))
    post = clerk(site)
    typed = fields(post.get(f"/courrier/{first}").text)
    wrong = {"document": "3102", "registered": "RK473124820GB", "unit": "nulle part"}
    page = post.post(f"/courrier/{first}", **(typed | wrong))
    assert page.status_code == 422
    assert {name: fields(page.text)[name] for name in wrong} == wrong
    turned = post.post(f"/courrier/{first}", **(typed | {"look": "turn", "document": "0103"}))
    assert turned.status_code == 200
    assert "turn=1" in turned.text
    assert fields(turned.text)["document"] == "0103"


def test_another_unit_is_a_rerouting_with_its_trace(site: Site) -> None:
    (first,) = batch(site, ("rampe",), unit="apa")
    post = clerk(site)
    unit = site.ask(lambda: snapshot().unit("handicap"))
    typed = fields(post.get(f"/courrier/{first}").text) | {"unit": unit.name}
    assert post.post(f"/courrier/{first}", **typed).status_code == 303
    case = case_of(site, first)
    events = site.ask(
        lambda: session().scalars(select(AuditRow.event).where(AuditRow.case_id == case.id)).all()
    )
    assert "case:rerouted" in events


def test_two_people_on_one_letter(site: Site) -> None:
    first, second = batch(site, ("rampe", "cantine"))
    one, other = clerk(site), clerk(site, "courrier2")
    typed = fields(one.get(f"/courrier/{first}").text)
    also = fields(other.get(f"/courrier/{first}").text)
    one.post(f"/courrier/{first}/de-cote", version=typed["version"], reason="illisible")
    late = other.post(f"/courrier/{first}", **also)
    assert late.status_code == 409
    assert "vient de s’occuper" in late.text or "vient de s&#39;occuper" in late.text
    aside = other.post(f"/courrier/{first}/de-cote", version=also["version"], reason="taché")
    assert aside.status_code == 409
    again = fields(other.get(f"/courrier/{first}").text)
    assert other.post(f"/courrier/{first}", **again).location == f"/courrier/{second}"
    gone = one.post(f"/courrier/{first}", **again)
    assert gone.location == f"/courrier/{second}"
    assert "courrier2 vient de" in one.get(f"/courrier/{second}").text


def test_elsewhere_is_discarded_and_can_be_taken_back(both: Site) -> None:
    (first,) = batch(both, ("rampe",))
    post = clerk(both)
    version = fields(post.get(f"/courrier/{first}").text)["version"]
    sent = post.post(f"/courrier/{first}/hors-grc", version=version, destination="treasury")
    assert sent.location == "/courrier"
    number = int(first.split("-")[2])
    item = both.ask(lambda: session().get_one(Item, number))
    assert (item.outcome, item.reason) == ("discarded", "treasury")
    assert case_of(both, first).status == "closed"
    assert both.ask(lambda: sum(report.gap for report in reconcile())) == 0
    assert "paierie départementale" in post.get("/courrier").text
    assert post.post(f"/courrier/{first}/reprendre").location == f"/courrier/{first}"
    item = both.ask(lambda: session().get_one(Item, number))
    assert (item.outcome, item.reason, item.remark_id) == ("opened", None, None)
    assert case_of(both, first).status == "received"
    assert both.ask(lambda: sum(report.gap for report in reconcile())) == 0


def sent_away(post: Browser, reference: str) -> TestResponse:
    version = fields(post.get(f"/courrier/{reference}").text)["version"]
    typed = {"version": version, "destination": "treasury"}
    return post.post(f"/courrier/{reference}/hors-grc", **typed)


def write(site: Site, statement: Executable) -> None:
    def run() -> None:
        with transaction():
            session().execute(statement)

    site.ask(run)


@pytest.mark.parametrize("begun", [{"assignee_id": 1}, {"status": "waiting_third"}])
def test_a_case_that_agents_work_on_is_not_closed_from_the_mail_room(
    both: Site, begun: dict[str, object]
) -> None:
    (first,) = batch(both, ("rampe",))
    post, case = clerk(both), case_of(both, first)
    write(both, update(Handling).where(Handling.case_id == case.id).values(**begun))
    refused = sent_away(post, first)
    assert refused.status_code == 409
    assert "occupe déjà" in refused.text
    assert case_of(both, first).status == case.status
    assert post.get(f"/courrier/{first}").status_code == 200


def test_only_what_was_closed_with_it_and_lately_is_taken_back(both: Site) -> None:
    first, second = batch(both, ("rampe", "cantine"))
    post = clerk(both)
    assert sent_away(post, first).status_code == sent_away(post, second).status_code == 303
    later = clock.now() + timedelta(seconds=1)
    case = case_of(both, first)
    closed = update(Handling).where(Handling.case_id == case.id)
    write(both, closed.values(closed_at=later, outcome="answered"))  # reopened and answered since
    assert post.post(f"/courrier/{first}/reprendre").status_code == 303
    assert case_of(both, first).status == "closed"
    old = clock.now() - elsewhere.LATELY
    number = int(second.split("-")[2])
    write(both, update(Letter).where(Letter.item_id == number).values(done_at=old))
    assert post.post(f"/courrier/{second}/reprendre").status_code == 409
    assert post.get(f"/courrier/{second}").status_code == 404
    assert case_of(both, second).status == "closed"


def test_a_reference_that_was_read_is_offered(site: Site) -> None:
    known = site.cases["letter"] if "letter" in site.cases else next(iter(site.cases.values()))
    (first,) = batch(site, ("rampe",), more=f"Mon dossier {known}.")
    post = clerk(site)
    page = post.get(f"/courrier/{first}").text
    assert f"Nouveau contact sur {known}" in page
    assert fields(page)["same"] == ""
    before = site.ask(lambda: session().scalars(select(Case.contacts)).all())
    assert post.post(f"/courrier/{first}", **(fields(page) | {"same": known})).status_code == 303
    assert case_of(site, first).status == "closed"
    after = site.ask(lambda: session().scalars(select(Case.contacts)).all())
    assert sum(after) == sum(before) + 1


def test_pages_are_drawn_outside_and_kept(site: Site) -> None:
    (first,) = batch(site, ("rampe",))
    post = clerk(site)
    for _ in range(2):
        page = post.get(f"/courrier/{first}/pages/1.png?zoom=1&turn=1")
        assert page.data.startswith(b"\x89PNG")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert post.get(f"/courrier/{first}/pages/2.png").status_code == 404
    kept = site.app.extensions["grc.settings"].var / "pages"
    assert len(list(kept.glob("*.png"))) >= 1
    assert not list(kept.glob(".*"))


def test_a_page_that_cannot_be_kept_is_shown(site: Site) -> None:
    """A full disk, or pictures that another process forgets at the same moment."""
    (first,) = batch(site, ("rampe",))
    folder = site.app.extensions["grc.settings"].var / "pages"
    aside = folder.rename(folder.with_name("aside")) if folder.exists() else None
    folder.write_bytes(b"no folder")
    shown = clerk(site).get(f"/courrier/{first}/pages/1.png")
    assert shown.data.startswith(b"\x89PNG")
    folder.unlink()
    if aside is not None:
        aside.rename(folder)


@pytest.mark.parametrize("login", ["alice", "sonia"])
def test_nobody_else_sees_the_mail_room(site: Site, login: str) -> None:
    (first,) = batch(site, ("rampe",))
    for url in ("/courrier", f"/courrier/{first}", f"/courrier/{first}/pages/1.png"):
        assert site.as_(login).get(url).status_code == 403


def test_what_waits_is_counted(site: Site) -> None:
    assert site.ask(letters.batches) == []
    batch(site, ("rampe", "cantine"))
    (found,) = site.ask(letters.batches)
    assert (found.left, found.whole, found.aside) == (2, 2, 0)
    assert site.ask(lambda: session().scalars(select(Letter.done_at)).all()) == [None, None]


def test_a_page_asks_the_database_as_often_for_one_letter_as_for_many(site: Site) -> None:
    first, *_ = batch(site, ("rampe",), more=MORE)
    post = clerk(site)
    post.get("/courrier")
    alone = asked(site, post, "/courrier"), asked(site, post, f"/courrier/{first}")
    batch(site, ("cantine", "fauteuil", "logement"), more=MORE)
    many = asked(site, post, "/courrier"), asked(site, post, f"/courrier/{first}")
    assert many == alone
    assert max(many) <= MOST_STATEMENTS


def asked(site: Site, browser: Browser, url: str) -> int:
    """How many statements a page takes."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(statements)
