"""Cheques, originals and registered mail: on the registers until they have left."""

import csv
import io
import uuid
from datetime import timedelta

from sqlalchemy import select

from grc.cases.models import Case, CaseFact, CaseLink
from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Enclosure
from grc.web import spreadsheet
from tests.web.conftest import Browser, Site
from tests.web.test_handing import note
from tests.web.test_mail import asked, batch, case_of, clerk, fields

MOST_STATEMENTS = 6


def cost(site: Site, post: Browser, url: str) -> int:
    """The statements of a page, without those that look from time to time for a new
    organisation."""
    return min(asked(site, post, url) for _ in range(3))


def indexed(site: Site, post: Browser, word: str, **typed: str) -> str:
    (reference,) = batch(site, (word,))
    shown = fields(post.get(f"/courrier/{reference}").text)
    done = post.post(f"/courrier/{reference}", **(shown | typed))
    assert done.status_code == 303, done.text
    return reference


def test_what_was_in_a_letter_is_held_until_it_is_returned(both: Site) -> None:
    post = clerk(both)
    enclosed = {"cheque": "1 234,50", "drawer": "=Claire Exemple", "original": "Livret de famille"}
    reference = indexed(both, post, "rampe", **enclosed)
    page = post.get("/courrier/registre").text
    assert "Livret de famille" in page
    assert reference in page
    number, cents = both.ask(
        lambda: (
            session()
            .execute(select(Enclosure.id, Enclosure.cents).where(Enclosure.kind == "cheque"))
            .one()
        )
    )
    assert cents == 123_450
    sent = post.get("/courrier/registre?fichier=1")
    assert sent.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(sent.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[1][2] == "'=Claire Exemple"
    url = f"/courrier/registre/{number}/rendu"
    assert post.post(url, on="0101", how="registered").status_code == 422
    today = f"{paris_date(clock.now()):%d%m%Y}"
    assert post.post(url, on=today).status_code == 422
    assert post.post(url, on=today, how="treasury").location == "/courrier/registre"
    assert post.post(url, on=today, how="hand").status_code == 409
    assert "Claire Exemple" not in post.get("/courrier/registre").text
    assert "Remis à la paierie" in post.get("/courrier/registre?tout=1").text
    events = both.ask(
        lambda: (
            session()
            .scalars(select(AuditRow.event).where(AuditRow.event.startswith("enclosure:")))
            .all()
        )
    )
    assert sorted(events) == ["enclosure:noted"] * 2 + ["enclosure:returned"]


def test_a_cheque_without_its_drawer_comes_back_as_typed(site: Site) -> None:
    post = clerk(site)
    (reference,) = batch(site, ("rampe",))
    shown = fields(post.get(f"/courrier/{reference}").text)
    for typed in ({"cheque": "12"}, {"cheque": "beaucoup", "drawer": "A"}):
        page = post.post(f"/courrier/{reference}", **(shown | typed))
        assert page.status_code == 422
        assert fields(page.text)["cheque"] == typed["cheque"]
    assert site.ask(lambda: session().scalars(select(Enclosure)).all()) == []


def test_registered_mail_by_day(site: Site) -> None:
    post = clerk(site)
    day = f"{paris_date(clock.now()) - timedelta(days=40):%d%m%Y}"
    indexed(site, post, "rampe", registered="RK473124829GB", arrived=day)
    note(post, destination="Le Préau", registered="1A12345678901", sender="Maison Exemple")
    page = post.get("/courrier/recommandes").text
    assert "1A12345678901" in page
    assert "RK473124829GB" not in page
    first = cost(site, post, f"/courrier/recommandes?du={day}")
    assert "RK473124829GB" in post.get(f"/courrier/recommandes?du={day}").text
    note(post, destination="Le Préau", registered="1A12345678902")
    note(post, destination="Ailleurs", registered="1A12345678903")
    assert cost(site, post, f"/courrier/recommandes?du={day}") == first
    lists = cost(site, post, "/courrier/bordereaux")
    note(post, destination="Autre", registered="1A12345678904")
    assert cost(site, post, "/courrier/bordereaux") == lists
    assert max(first, lists) <= MOST_STATEMENTS
    told = post.get("/courrier/recommandes?fichier=1").text
    assert "Maison Exemple" in told


def test_the_registers_are_for_the_mail_room(site: Site) -> None:
    for url in ("/courrier/registre", "/courrier/recommandes", "/courrier/recommandes?fichier=1"):
        assert site.as_("alice").get(url).status_code == 403


def test_no_cell_is_a_formula() -> None:
    assert [spreadsheet.cell(one) for one in ("=1", " +1", "-1", "@a", "\t=1", "a=1", "")] == [
        "'=1",
        "' +1",
        "'-1",
        "'@a",
        "'\t=1",
        "a=1",
        "",
    ]


def test_a_letter_of_ours_comes_back(both: Site) -> None:
    known = next(iter(both.cases.values()))
    (reference,) = batch(both, ("rampe",), more=f"Notre dossier {known}.")
    post = clerk(both)
    page = post.get(f"/courrier/{reference}").text
    assert 'value="unknown"' in page
    before = both.ask(lambda: session().scalars(select(Case.contacts)).all())
    url, shown = f"/courrier/{reference}/retour", fields(page)
    assert post.post(url, **(shown | {"how": "lost"})).status_code == 422
    assert post.post(url, **(shown | {"how": "unknown"})).location == "/courrier"
    assert case_of(both, reference).status == "closed"
    kinds = both.ask(lambda: session().scalars(select(CaseFact.kind)).all())
    assert kinds.count("back_unknown") == 1
    assert both.ask(lambda: session().scalars(select(Case.contacts)).all()) == before
    told = both.ask(
        lambda: session().scalars(select(AuditRow).where(AuditRow.event == "letter:returned")).one()
    )
    number = both.ask(lambda: session().get_one(Case, told.case_id).reference)
    assert number == known
    assert "Lettre revenue" in both.as_("alice").get(f"/demandes/{known}").text


def test_a_letter_of_ours_filed_on_the_wrong_case_is_taken_back(both: Site) -> None:
    wrong, right = both.cases["apa"], both.cases["other"]
    (reference,) = batch(both, ("rampe",), more=f"Notre dossier {wrong}.")
    post, alice = clerk(both), both.as_("alice")
    url = f"/courrier/{reference}/retour"
    sent = {"how": "unknown"}
    done = post.post(url, **(fields(post.get(f"/courrier/{reference}").text) | sent))
    assert 'data-key="z"' in post.get(done.location).text
    assert "inconnu à cette adresse" in post.get("/courrier").text
    assert "Lettre revenue (NPAI)" in alice.get(f"/demandes/{wrong}").text
    back = post.post(f"/courrier/{reference}/reprendre")
    assert back.location == f"/courrier/{reference}"
    assert case_of(both, reference).status == "received"
    assert "Lettre revenue (NPAI)" not in alice.get(f"/demandes/{wrong}").text
    assert both.ask(lambda: session().scalars(select(CaseLink.kind)).all()) == ["cited"]
    kinds = both.ask(lambda: session().scalars(select(CaseFact.kind)).all())
    assert [kind for kind in kinds if kind in ("back_unknown", "withdrawn")] == [
        "back_unknown",
        "withdrawn",
    ]
    events = both.ask(lambda: session().scalars(select(AuditRow.event)).all())
    for told in ("letter:returned", "letter:withdrawn", "letter:back"):
        assert events.count(told) == 1, told
    typed = fields(post.get(back.location).text) | sent | {"same_as": right}
    assert post.post(url, **typed).status_code == 303
    assert "Lettre revenue (NPAI)" in alice.get(f"/demandes/{right}").text
    assert "Lettre revenue (NPAI)" not in alice.get(f"/demandes/{wrong}").text


def enclosed(site: Site) -> list[tuple[str, str, int | None]]:
    query = select(Enclosure.kind, Enclosure.what, Enclosure.cents).order_by(Enclosure.id)
    return site.ask(lambda: [tuple(row) for row in session().execute(query)])  # type: ignore[no-any-return]


def test_a_letter_may_hold_several_cheques_and_originals(both: Site) -> None:
    post = clerk(both)
    typed = {
        "cheque": "1 234,50 ; 20",
        "drawer": "Claire Exemple ; Paul Petit",
        "original": "Livret de famille; Carte d'identité ;",
    }
    indexed(both, post, "rampe", **typed)
    cheques = [("cheque", "Claire Exemple", 123_450), ("cheque", "Paul Petit", 2_000)]
    originals = [("original", "Livret de famille", None), ("original", "Carte d'identité", None)]
    assert enclosed(both) == cheques + originals
    indexed(both, post, "cantine", cheque="5;6", drawer="Une Seule")
    assert enclosed(both)[4:] == [("cheque", "Une Seule", 500), ("cheque", "Une Seule", 600)]
    events = both.ask(lambda: session().scalars(select(AuditRow.event)).all())
    assert events.count("enclosure:noted") == 6


def test_what_is_wrong_among_several_comes_back_as_typed(site: Site) -> None:
    (reference,) = batch(site, ("rampe",))
    post = clerk(site)
    shown = fields(post.get(f"/courrier/{reference}").text)
    for typed in (
        {"cheque": "12 ; abc", "drawer": "A"},
        {"cheque": "12 ; 0", "drawer": "A"},
        {"cheque": "1 ; 2 ; 3", "drawer": "A ; B"},
        {"cheque": "1 ; 2", "drawer": ""},
        {"cheque": "", "drawer": "A"},
        {"cheque": ";".join("1" * 21), "drawer": "A"},
    ):
        page = post.post(f"/courrier/{reference}", **(shown | typed))
        assert page.status_code == 422, typed
        assert fields(page.text)["cheque"] == typed["cheque"]
    assert enclosed(site) == []


def test_a_line_of_the_register_is_corrected_and_taken_back(both: Site) -> None:
    post = clerk(both)
    indexed(both, post, "rampe", cheque="12", drawer="A", original="Livret")
    url = "/courrier/registre/1"
    assert 'value="12,00' in post.get(f"{url}/corriger").text
    key = str(uuid.uuid4())  # what is corrected on the page is sent with the same one
    assert post.post(f"{url}/corriger", key=key, cheque="abc", what="B").status_code == 422
    assert post.post(f"{url}/corriger", key=key, cheque="0", what="B").status_code == 422
    for _ in range(2):
        done = post.post(f"{url}/corriger", key=key, cheque="13,50", what="B. Exemple")
    assert done.location == "/courrier/registre"
    assert post.post("/courrier/registre/2/corriger", what="Passeport").status_code == 303
    assert enclosed(both) == [("cheque", "B. Exemple", 1_350), ("original", "Passeport", None)]
    today = f"{paris_date(clock.now()):%d%m%Y}"
    assert post.post(f"{url}/rendu", on=today, how="mistake").status_code == 303
    assert post.post(f"{url}/corriger", cheque="1", what="C").status_code == 409
    assert "B. Exemple" not in post.get("/courrier/registre").text
    assert "Noté par erreur" in post.get("/courrier/registre?tout=1").text
    for _ in range(2):
        assert post.post(f"{url}/reprendre").location == "/courrier/registre"
    assert "B. Exemple" in post.get("/courrier/registre").text
    told = both.ask(
        lambda: (
            session()
            .scalars(
                select(AuditRow)
                .where(AuditRow.event == "enclosure:corrected")
                .order_by(AuditRow.id)
            )
            .all()
        )
    )
    assert [row.data["new"] for row in told][1:] == ["Passeport"]
    assert told[0].data["old"].endswith(", A")
    events = both.ask(lambda: session().scalars(select(AuditRow.event)).all())
    assert events.count("enclosure:back") == 1
    assert site_refuses(both, url)


def site_refuses(site: Site, url: str) -> bool:
    alice = site.as_("alice")
    acts = ("corriger", "rendu", "reprendre")
    return [alice.post(f"{url}/{act}").status_code for act in acts] == [403] * 3
