"""What is handed over unopened: noted in the ledger, listed, signed for, seen by few."""

import re

import pytest
from sqlalchemy import select

from grc.core import clock
from grc.core.audit import AuditRow
from grc.core.clock import paris_date
from grc.core.db import session
from grc.intake.models import Envelope, HandOver, Item
from grc.intake.reconcile import reconcile
from tests.rig.plans import plans
from tests.web.conftest import Browser, Site
from tests.web.test_mail import batch, clerk, fields


def note(post: Browser, **typed: str) -> str:
    """Note an envelope; the reference of the list it is on."""
    today = f"{paris_date(clock.now()):%d%m%Y}"
    done = post.post("/courrier/remise", **{"arrived": today, "kind": "personal", **typed})
    assert done.status_code == 303, done.text
    page = post.get(done.location).text
    return page.partition("/courrier/bordereaux/")[2].partition('"')[0]


def seen(post: Browser, reference: str) -> str:
    """What the page of a list says it shows, sent back by who signs."""
    page = post.get(f"/courrier/bordereaux/{reference}").text
    found = re.search(r'name="seen"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def test_an_envelope_goes_through_the_ledger(both: Site) -> None:
    post = clerk(both)
    assert "Personnel" in post.get("/courrier/remise").text
    typed = {"near": "", "destination": "Le Directeur", "registered": "rk 4731 2482 9 gb"}
    reference = note(post, **typed, sender="Maison Exemple")
    item, envelope = both.ask(
        lambda: (
            session().scalars(select(Item).where(Item.channel == "unopened")).one(),
            session().scalars(select(Envelope)).one(),
        )
    )
    assert (item.outcome, item.applied_kind, item.applied_id) == (
        "applied",
        "envelope",
        envelope.id,
    )
    assert (envelope.registered, envelope.sender) == ("RK473124829GB", "Maison Exemple")
    assert item.case_id is None
    page = post.get(f"/courrier/bordereaux/{reference}").text
    assert "Maison Exemple" in page
    assert both.ask(lambda: sum(report.gap for report in reconcile())) == 0


def test_a_list_is_signed_once_and_stays(both: Site) -> None:
    post = clerk(both)
    reference = note(post, destination="Le Préau")
    url = f"/courrier/bordereaux/{reference}"
    early = seen(post, reference)
    assert note(post, destination="le préau", kind="cabinet") == reference
    late = post.post(url, name="A. Exemple", seen=early)  # printed before the second came
    assert late.status_code == 409
    whole = seen(post, reference)
    assert post.post(url, name=" ", seen=whole).status_code == 422
    assert post.post(url, name="A.  Exemple", seen=whole).location == "/courrier/bordereaux"
    assert post.post(url, name="B. Autre", seen=whole).status_code == 409
    told = both.ask(
        lambda: session().scalars(select(AuditRow).where(AuditRow.event == "handover:signed")).one()
    )
    assert told.data == {"who": "A. Exemple", "count": 2}
    assert note(post, destination="Le Préau") != reference
    listed = post.get("/courrier/bordereaux").text
    assert "A. Exemple" in listed
    assert listed.count("Le Préau") == 2


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"kind": ""}, "Il manque une réponse"),
        ({"destination": ""}, "Il manque une réponse"),
        ({"registered": "RK473124820GB"}, "mal lu"),
        ({"arrived": "3102"}, "sans dépasser"),
        ({"kind": "medical", "sender": "Dr Exemple"}, "secret médical"),
        ({"kind": "secret"}, "choix"),
    ],
)
def test_what_is_wrong_comes_back_as_typed(site: Site, typed: dict[str, str], says: str) -> None:
    post = clerk(site)
    given = {"kind": "personal", "destination": "Cabinet", "arrived": "0101", **typed}
    page = post.post("/courrier/remise", **given)
    assert page.status_code == 422
    assert says in page.text
    assert (
        site.ask(lambda: session().scalars(select(Item).where(Item.channel == "unopened")).all())
        == []
    )


def test_a_list_is_seen_by_its_unit_and_the_mail_room(site: Site) -> None:
    post = clerk(site)
    own = note(post, destination="apa", kind="medical")
    person = note(post, destination="Quelqu'un Discret", sender="Maison Secrète")
    other = note(post, destination="handicap", sender="Maison Secrète")
    alice = site.as_("alice")
    assert alice.get(f"/courrier/bordereaux/{own}").status_code == 200
    listed = alice.get("/courrier/bordereaux").text
    assert own in listed
    for hidden in (person, other):
        assert hidden not in listed
        assert alice.get(f"/courrier/bordereaux/{hidden}").status_code == 404
    assert "Discret" not in listed
    assert alice.post(f"/courrier/bordereaux/{own}", name="A", seen="1-1").status_code == 404
    assert alice.get("/courrier/remise").status_code == 403
    assert alice.get("/saisie/unopened").status_code == 404
    for found in (post.get(f"/courrier/bordereaux/{one}").text for one in (own, person, other)):
        assert found
    assert "Maison" not in post.get(f"/courrier/bordereaux/{own}").text
    assert site.ask(lambda: session().scalars(select(HandOver.handed_at)).all()) == [None] * 3


def test_near_destinations_are_those_of_use(site: Site) -> None:
    post = clerk(site)
    note(post, destination="Zoé Exemple")
    page = post.get("/courrier/remise").text
    assert 'value="Zoé Exemple"' in page


def test_what_was_given_away_is_taken_back_from_the_next_page(site: Site) -> None:
    first, second = batch(site, ("rampe", "cantine"))
    post = clerk(site)
    version = fields(post.get(f"/courrier/{first}").text)["version"]
    sent = post.post(f"/courrier/{first}/hors-grc", version=version, destination="advertising")
    assert sent.location == f"/courrier/{second}"
    back = f'action="/courrier/{first}/reprendre"'
    page = post.get(sent.location).text
    assert back in page
    assert 'data-key="z"' in page
    assert back not in post.get(sent.location).text  # said once
    assert post.post(f"/courrier/{first}/reprendre").location == f"/courrier/{first}"


def test_agents_find_their_lists_with_how_many_wait_for_a_signature(both: Site) -> None:
    post, alice = clerk(both), both.as_("alice")
    entry = re.compile(r'href="/courrier/bordereaux"[^>]*data-go="h".*?</a>', re.DOTALL)

    def shown() -> str:
        found = entry.search(alice.get("/aide").text)
        assert found
        return " ".join(re.sub(r"<[^>]+>", " ", found[0].partition(">")[2]).split())

    assert shown().rstrip("0123456789 ") == shown()  # nothing waits: no figure
    own = note(post, destination="apa", kind="medical")
    note(post, destination="handicap")
    note(post, destination="Quelqu'un Discret")
    assert shown().endswith("1")
    assert not entry.search(post.get("/courrier").text)  # a tab there
    assert not entry.search(both.as_("root").get("/aide").text)
    with plans() as plan:
        alice.get("/aide")
    small = re.compile("ix_hand_over_(unit|open)")  # both hold only what waits
    assert any(small.search(line) for line in plan)
    post.post(f"/courrier/bordereaux/{own}", name="A. Exemple", seen=seen(post, own))
    assert shown().rstrip("0123456789 ") == shown()


def corrections(site: Site, post: Browser, number: int, **typed: str) -> str:
    """Correct an envelope; the reference of the list where it now is."""
    page = post.get(f"/courrier/plis/{number}/corriger")
    assert page.status_code == 200
    done = post.post(f"/courrier/plis/{number}/corriger", **typed)
    assert done.status_code == 303, done.text
    return str(done.location).rpartition("/")[2]


def rows(site: Site) -> list[tuple[int, int | None, str | None]]:
    query = select(Envelope.id, Envelope.hand_over_id, Envelope.registered).order_by(Envelope.id)
    return site.ask(lambda: [tuple(row) for row in session().execute(query)])  # type: ignore[no-any-return]


def test_an_envelope_is_corrected_until_its_list_is_signed(both: Site) -> None:
    post = clerk(both)
    wrong = note(post, destination="Le Préau", sender="Maison Exemple")
    early = seen(post, wrong)
    typed = {"destination": "Le Préau", "sender": "Maison Autre", "registered": "1A12345678901"}
    assert corrections(both, post, 1, **typed) == wrong
    page = post.get(f"/courrier/bordereaux/{wrong}").text
    assert "Maison Autre" in page
    assert "Maison Exemple" not in page
    url = f"/courrier/bordereaux/{wrong}"
    assert post.post(url, name="A. Exemple", seen=early).status_code == 409  # as many, not the same
    right = corrections(both, post, 2, **(typed | {"destination": "handicap"}))
    assert right != wrong
    listed = post.get("/courrier/bordereaux").text
    assert right in listed
    assert wrong not in listed  # nothing is on it
    assert post.post(url, name="A. Exemple", seen="0-0").status_code == 409
    assert [row[1] is None for row in rows(both)] == [True, True, False]  # nothing is erased
    assert post.get("/courrier/plis/1/corriger").status_code == 409
    assert post.post("/courrier/plis/2/corriger", **typed).status_code == 409
    unit = {"destination": "handicap", "sender": "Maison Autre", "registered": "1A12345678901"}
    corrections(both, post, 3, **unit)  # the same: nothing changes
    assert len(rows(both)) == 3
    events = both.ask(lambda: session().scalars(select(AuditRow.event)).all())
    assert events.count("envelope:corrected") == 2
    assert "1A12345678901" in post.get("/courrier/recommandes").text


def test_on_a_signed_list_a_correction_is_a_new_line_that_names_the_old_one(both: Site) -> None:
    post = clerk(both)
    old = note(post, destination="Le Préau", registered="1A12345678901")
    post.post(f"/courrier/bordereaux/{old}", name="A. Exemple", seen=seen(post, old))
    new = corrections(both, post, 1, destination="apa", registered="1A12345678902")
    assert new != old
    before, after = (post.get(f"/courrier/bordereaux/{one}").text for one in (old, new))
    assert "1A12345678901" in before
    assert f"corrigé, voir le bordereau {new}" in before
    assert "/courrier/plis/1/corriger" not in before
    assert f"corrige le bordereau {old}" in after
    assert "1A12345678902" in after
    book = post.get("/courrier/recommandes").text
    assert "1A12345678902" in book
    assert "1A12345678901" not in book
    assert [row[1] is None for row in rows(both)] == [False, False]


def test_an_envelope_that_turns_out_to_be_medical_loses_its_sender(both: Site) -> None:
    post = clerk(both)
    old = note(post, destination="Le Préau", sender="Maison Secrète")
    post.post(f"/courrier/bordereaux/{old}", name="A. Exemple", seen=seen(post, old))
    assert "Maison Secrète" in post.get(f"/courrier/bordereaux/{old}").text
    page = post.get("/courrier/plis/1/corriger").text
    chosen = re.search(r'<input[^>]*value="personal"[^>]*>', page)
    assert chosen
    assert "checked" in chosen[0]
    typed = {"destination": "apa", "sender": "Maison Secrète"}  # as it stood in the form
    new = corrections(both, post, 1, kind="medical", **typed)
    told = both.ask(lambda: session().scalars(select(AuditRow.data)).all())
    shown = [post.get(f"/courrier/bordereaux/{one}").text for one in (old, new)]
    assert "Secret médical" in shown[1]
    for text in (*shown, str(told)):
        assert "Maison" not in text
    assert both.ask(lambda: session().scalars(select(Envelope.sender)).all()) == [None, None]
    assert post.post("/courrier/plis/2/corriger", **typed).status_code == 422
    assert post.post("/courrier/plis/2/corriger", kind="secret", **typed).status_code == 422


def test_the_page_says_what_is_valid_of_the_envelope_noted_last(site: Site) -> None:
    post = clerk(site)
    note(post, destination="Le Préau")
    item = site.ask(lambda: session().scalars(select(Item)).all()[-1].reference)
    corrections(site, post, 1, destination="Zoé Exemple")
    assert "Personnel, pour Zoé Exemple" in post.get(f"/courrier/remise?note={item}").text


def test_what_is_wrong_in_a_correction_is_refused(site: Site) -> None:
    post = clerk(site)
    note(post, destination="apa", kind="medical")
    url = "/courrier/plis/1/corriger"
    for typed in (
        {"destination": " "},
        {"destination": "apa", "registered": "RK473124820GB"},
        {"destination": "apa", "sender": "Dr Exemple"},
    ):
        assert post.post(url, **typed).status_code == 422, typed
    assert len(rows(site)) == 1
    assert post.get("/courrier/plis/9/corriger").status_code == 404
    assert site.as_("alice").get(url).status_code == 403
