"""Writing to citizens: canned replies, the message before it leaves, drafts, mentions."""

import re
import uuid

import pytest
from sqlalchemy import func, select

from grc.catalogue.models import CannedReply
from grc.core.db import session, transaction
from grc.organisation import cache
from grc.outbox.models import Outgoing
from grc.work.models import CannedUse, CaseDocument, Draft, Mention
from tests.web.conftest import Browser, Site
from tests.web.test_guard import statements

JSON = {"Accept": "application/json"}


def taken(site: Site, login: str = "alice", name: str = "apa") -> Browser:
    browser = site.as_(login)
    assert browser.post(site.url(name, "prendre")).status_code == 303
    return browser


def qualify(site: Site, browser: Browser, kind: str = "apa", name: str = "apa") -> None:
    number = re.search(r'name="version" value="(\d+)"', browser.get(site.url(name)).text)
    assert number
    answer = browser.post(site.url(name, "qualifier"), request_type=kind, version=number[1])
    assert answer.status_code == 303


def choices(browser: Browser, site: Site) -> dict[str, str]:
    answer = browser.get(site.url("apa", "modeles"), headers=JSON)
    return {one["code"]: one["text"] for one in answer.json}


def plain(page: str) -> str:
    """A page with every space a space."""
    return re.sub(r"[\u00a0\u202f]", " ", page)


def box(page: str) -> str:
    found = re.search(r'<textarea id="reply-text"[^>]*>([^<]*)</textarea>', page)
    assert found
    return found[1]


def shown(page: str) -> str:
    """The hidden field that names the draft in the box."""
    found = re.search(r'name="draft" value="([^"]*)"><input type="hidden" name="canned"', page)
    assert found
    return found[1]


def autosave(browser: Browser, site: Site, page: str, text: str, key: str, **more: str) -> None:
    answer = browser.post(
        site.url("apa", "brouillon"), key=key, text=text, draft=shown(page), **more
    )
    assert answer.status_code == 204


def test_canned_replies_are_filled_and_fit_the_case(site: Site) -> None:
    alice = taken(site)
    qualify(site, alice)
    found = choices(alice, site)
    assert list(found)[:2] == ["apa-plan:1", "apa-visite:1"]
    assert f"la référence {site.cases['apa']}" in found["autre-organisme:1"]
    assert "- Certificat du médecin" in found["pieces-manquantes:1"]
    assert "Alice vous appellera" in found["rappel:1"]
    page = alice.get(site.url("apa", "modeles")).text
    assert "Pièces manquantes" in page
    qualify(site, alice, "rsa")
    assert "apa-plan:1" not in choices(alice, site)


def test_a_canned_reply_goes_into_the_draft_without_scripts(both: Site) -> None:
    alice = taken(both)
    qualify(both, alice)
    alice.post(both.url("apa", "modeles"), canned="precision:1")
    alice.post(both.url("apa", "modeles"), canned="rappel:1")
    page = alice.get(both.url("apa")).text
    assert box(page).index("besoin de savoir") < box(page).index("vous appellera")
    assert 'name="canned" value="precision:1 rappel:1"' in page
    fields = {"draft": shown(page), "canned": "precision:1 rappel:1", "text": box(page)}
    assert alice.post(both.url("apa", "reponse"), **fields).status_code == 303

    def pinned() -> list[str]:
        query = select(CannedReply.code, CannedReply.version).join(
            CannedUse, CannedUse.canned_reply_id == CannedReply.id
        )
        return [f"{row.code}:{row.version}" for row in session().execute(query.order_by("code"))]

    assert both.ask(pinned) == ["precision:1", "rappel:1"]
    assert box(alice.get(both.url("apa")).text) == ""


def test_a_canned_reply_that_is_no_more_is_refused(site: Site) -> None:
    answer = taken(site).post(site.url("apa", "modeles"), canned="../x:1")
    assert answer.status_code == 422
    assert "n’existe plus" in answer.text


def test_what_is_not_filled_in_does_not_leave_and_nothing_typed_is_lost(site: Site) -> None:
    alice = taken(site)
    text = "Il nous manque : {pièces}\nVous saurez avant le {échéance}."
    said = "Il reste à compléter dans votre texte"
    for act in ("apercu", "reponse"):
        answer = alice.post(site.url("apa", act), text=text, next="stay")
        assert said in answer.text
        assert "Il nous manque : {pièces}" in answer.text
    assert site.ask(lambda: session().scalar(select(func.count()).select_from(Outgoing))) == 0


def test_what_is_seen_before_is_what_leaves(site: Site) -> None:
    from email.message import EmailMessage

    alice, kept = taken(site), []

    class Keeper:
        def send(self, message: EmailMessage) -> None:
            kept.append(message)

    site.app.extensions["grc.transport"] = Keeper()
    text = "Votre dossier part <b>demain</b>."
    page = alice.post(site.url("apa", "apercu"), text=text, next="stay").text
    letter = re.search(r'id="whole">(.*?)</div>', page, re.S)
    assert letter
    assert alice.post(site.url("apa", "reponse"), text=text, next="stay").status_code == 303

    def leave() -> None:
        from datetime import timedelta

        from grc.core import clock
        from grc.jobs.runner import drain

        drain(site.app.extensions["grc.tools"], now=lambda: clock.now() + timedelta(minutes=1))

    site.ask(leave)
    (mail,) = [one for one in kept if one["Auto-Submitted"] is None]
    from html import unescape

    assert unescape(letter[1]).split() == mail.get_content().split()
    assert "Alice" in mail.get_content()
    assert f"porte la référence {site.cases['apa']}" in mail.get_content()
    assert mail["Subject"] == f"Votre demande {site.cases['apa']}"


def test_a_confidential_reply_is_signed_without_service_or_telephone(site: Site) -> None:
    from grc.cases.queries import by_reference
    from grc.cases.service import set_level
    from grc.core import clock
    from grc.core.actor import SYSTEM

    def restrict() -> None:
        with transaction():
            case = by_reference(site.cases["apa"])
            assert case
            set_level(case, "restricted", actor=SYSTEM, now=clock.now())

    alice = taken(site)
    open_ = alice.post(site.url("apa", "apercu"), text="Bien reçu.").text
    site.ask(restrict)
    closed = alice.post(site.url("apa", "apercu"), text="Bien reçu.").text
    assert "Téléphone" in open_.split('id="whole"')[1]
    assert "Téléphone" not in closed.split('id="whole"')[1]
    assert "allocation" not in closed.split('id="whole"')[1]


def test_two_browsers_keep_two_texts(both: Site) -> None:
    one, two = taken(both), both.as_("alice")
    first, second = one.get(both.url("apa")).text, two.get(both.url("apa")).text
    here, there = str(uuid.uuid4()), str(uuid.uuid4())
    autosave(one, both, first, "Le texte du bureau", here)
    autosave(one, both, first, "Le texte du bureau, fini", here)
    autosave(two, both, second, "Le texte de l'accueil", there)
    autosave(one, both, first, "Le texte du bureau, fini.", here)
    page = one.get(both.url("apa")).text
    assert box(page) == "Le texte du bureau, fini."
    assert "Votre autre texte" in page
    assert "Le texte de l&#39;accueil" in page
    one.post(both.url("apa", "brouillon/reprendre"), draft=there)
    joined = one.get(both.url("apa")).text
    assert box(joined) == "Le texte du bureau, fini.\n\nLe texte de l&#39;accueil"
    assert "Votre autre texte" not in joined


def test_a_reply_sent_again_from_the_page_of_a_conflict_leaves_no_draft(site: Site) -> None:
    alice = taken(site)
    page = alice.get(site.url("apa")).text
    bob = {"text": "Celle de Bob", "next": "stay"}
    assert site.as_("bob").post(site.url("apa", "reponse"), **bob).status_code == 303
    old = re.search(r'name="version" value="(\d+)"', page)
    assert old
    mine = {"text": "La mienne", "next": "stay", "version": old[1], "seen": "0", "draft": ""}
    assert alice.post(site.url("apa", "reponse"), **mine).status_code == 409
    assert box(alice.get(site.url("apa")).text) == "La mienne"  # kept meanwhile
    again = re.search(r'name="version" value="(\d+)"', alice.get(site.url("apa")).text)
    assert again
    assert alice.post(site.url("apa", "reponse"), **mine | {"version": again[1]}).location
    assert box(alice.get(site.url("apa")).text) == ""


def test_a_page_opened_later_goes_on_with_the_draft(site: Site) -> None:
    alice = taken(site)
    autosave(alice, site, alice.get(site.url("apa")).text, "Un début", str(uuid.uuid4()))
    again = alice.get(site.url("apa")).text
    assert box(again) == "Un début"
    autosave(alice, site, again, "Une fin", str(uuid.uuid4()))
    assert site.ask(lambda: session().scalars(select(Draft.text)).all()) == ["Une fin"]
    autosave(alice, site, alice.get(site.url("apa")).text, " ", str(uuid.uuid4()))
    assert site.ask(lambda: session().scalars(select(Draft.text)).all()) == []


def test_a_shared_draft_is_seen_by_the_unit_and_copied(both: Site) -> None:
    alice, bob = taken(both), both.as_("bob")
    key = str(uuid.uuid4())
    autosave(alice, both, alice.get(both.url("apa")).text, "Je propose ceci.", key)
    assert "Je propose ceci." not in bob.get(both.url("apa")).text
    assert bob.post(both.url("apa", "brouillon/reprendre"), draft=key).status_code == 404
    autosave(alice, both, alice.get(both.url("apa")).text, "Je propose ceci.", key, shared="1")
    alice.post(both.url("apa", "rendre"))  # it stays when the case changes hands
    page = bob.get(both.url("apa")).text
    assert "Brouillon de Alice" in page
    assert "Je propose ceci." in page
    assert "Je propose ceci." not in both.as_("dora").get(both.url("apa")).text  # she only reads
    assert bob.post(both.url("apa", "brouillon/oublier"), draft=key).status_code == 303
    assert bob.post(both.url("apa", "brouillon/reprendre"), draft=key).status_code == 303
    assert box(bob.get(both.url("apa")).text) == "Je propose ceci."
    assert box(alice.get(both.url("apa")).text) == "Je propose ceci."


def test_only_who_may_read_is_offered_and_named(both: Site) -> None:
    alice = taken(both)
    offered = [one["words"] for one in alice.get(both.url("apa", "personnes")).json]
    assert "Bob" in offered
    assert not {"Alice", "Oscar", "Root"} & set(offered)
    alice.post(both.url("apa", "note"), text="@Bob peux-tu voir ? @Oscar aussi. @Bobby non.")
    assert both.ask(lambda: session().scalar(select(func.count()).select_from(Mention))) == 1
    bob = both.as_("bob")
    page = bob.get("/mes-demandes").text
    assert "1 note vous cite" in page
    assert f"{both.url('apa')}#n1" in page
    assert "note vous cite" not in both.as_("oscar").get("/mes-demandes").text
    assert both.as_("oscar").post(both.url("apa", "cite-lu")).status_code == 404
    assert bob.post(both.url("apa", "cite-lu"), liste="1").status_code == 303
    assert "note vous cite" not in bob.get("/mes-demandes").text


def test_a_mention_gives_no_right_and_a_named_case_offers_its_list(both: Site) -> None:
    sonia = both.as_("sonia")
    assert both.as_("alice").get(both.url("named", "personnes")).status_code == 404
    assert sonia.get(both.url("named", "personnes")).json == []
    sonia.post(both.url("named", "note"), text="@Alice secret Zénobie")
    assert both.ask(lambda: session().scalar(select(func.count()).select_from(Mention))) == 0
    bob = both.as_("bob")
    taken(both).post(both.url("other", "note"), text="@Bob à lire, Zénobie")
    assert "Zénobie" in bob.get("/mes-demandes").text

    def hide() -> None:
        from grc.cases.models import CaseAccess
        from grc.cases.queries import by_reference
        from grc.staff.models import User

        with transaction():
            case = by_reference(both.cases["other"])
            assert case
            user = session().scalar(select(User.id).where(User.login == "bob"))
            session().add(CaseAccess(case_id=case.id, user_id=user, effect="deny"))

    both.ask(hide)
    page = both.as_("bob").get("/mes-demandes").text
    assert "note vous cite" not in page
    assert "Zénobie" not in page


def test_documents_asked_received_missing(both: Site) -> None:
    alice = taken(both)
    qualify(both, alice)
    page = alice.get(both.url("apa", "pieces")).text
    assert "Reçue : certificat.txt" in plain(page)
    number = re.search(r'name="version" value="(\d+)"', page)
    assert number
    given = {"document0": "received", "document1": "missing", "document2": "file:1"}
    answer = alice.post(
        both.url("apa", "pieces"), **given, document3="needless", version=number[1], seen="0"
    )
    assert answer.status_code == 303
    assert "certificat.txt</span>" in alice.get(both.url("apa")).text
    text = choices(alice, both)["pieces-manquantes:1"]
    assert "- Dernier avis d'imposition" in text
    assert "Certificat" not in text
    alice.post(both.url("apa", "reponse"), text=text, canned="pieces-manquantes:1", next="stay")
    shown_ = alice.get(both.url("apa")).text
    assert "demandée, " in shown_
    assert "Pièce « Dernier avis d’imposition » : demandée" in plain(shown_)
    wrong = alice.post(both.url("apa", "pieces"), document0="file:99", version="1", seen="0")
    assert wrong.status_code == 422


def test_a_thank_you_after_the_end_takes_one_key(both: Site) -> None:
    alice = taken(both)
    number = re.search(r'name="version" value="(\d+)"', alice.get(both.url("apa")).text)
    assert number
    ending = {"outcome": "answered", "end": "closed", "version": number[1], "seen": "0"}
    alice.post(both.url("apa", "clore"), **ending)

    def thanked() -> None:
        from grc.cases.queries import by_reference

        with transaction():
            case = by_reference(both.cases["apa"])
            assert case
            case.unread = True

    assert "sans rouvrir" not in alice.get(both.url("apa")).text
    both.ask(thanked)
    page = alice.get(both.url("apa")).text
    assert 'data-key="e"' in page
    assert "sans rouvrir" in page
    assert "1 remerciement à lire" in plain(alice.get("/mes-demandes").text)
    found = alice.get("/mes-demandes/remerciements").text
    assert both.cases["apa"] in found
    assert both.cases["apa"] not in both.as_("bob").get("/mes-demandes/remerciements").text
    assert alice.post(both.url("apa", "merci"), seen="0").status_code == 303
    assert "remerciement" not in alice.get("/mes-demandes").text
    assert both.cases["apa"] not in alice.get("/mes-demandes/remerciements").text
    assert "sans rouvrir" not in alice.get(both.url("apa")).text
    assert both.handling("apa").status == "closed"


def test_another_version_leaves_the_old_one_to_its_messages(site: Site) -> None:
    from dataclasses import replace

    from grc.catalogue.service import load_canned
    from grc.core import clock
    from grc.core.actor import SYSTEM
    from grc.routing.folder import read_folder
    from tests.integration.conftest import DEMO

    files = read_folder(DEMO).canned

    def load() -> None:
        with transaction():
            changed = [replace(one, text=f"Nouveau. {one.text}") for one in files[:1]]
            load_canned([*changed, *files[1:]], actor=SYSTEM, now=clock.now())
        cache.forget()

    site.ask(load)
    alice = taken(site)
    code = files[0].code
    assert f"{code}:2" in choices(alice, site)
    assert f"{code}:1" not in choices(alice, site)
    alice.post(site.url("apa", "reponse"), text="Bonjour", canned=f"{code}:1 x y:z", next="stay")
    query = select(CannedReply.version).join(CannedUse, CannedUse.canned_reply_id == CannedReply.id)
    assert site.ask(lambda: session().scalars(query).all()) == [1]


@pytest.mark.parametrize("act", ["modeles", "personnes"])
def test_the_picker_costs_a_fixed_number_of_statements(site: Site, act: str) -> None:
    alice = taken(site)
    alice.get(site.url("apa", act), headers=JSON)
    with statements() as seen:
        assert alice.get(site.url("apa", act), headers=JSON).status_code == 200
    asked = [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) <= 20, "\n".join(asked)


def test_a_reply_taken_back_gives_back_what_it_asked_for_and_its_draft_as_it_was(
    both: Site,
) -> None:
    alice = taken(both)
    qualify(both, alice)
    names = "pieces-manquantes:1"
    text = choices(alice, both)[names]
    number = re.search(r'name="version" value="(\d+)"', alice.get(both.url("apa", "pieces")).text)
    assert number
    given = {"document0": "missing", "document1": "asked", "document2": "missing"}
    given |= {"document3": "needless", "version": number[1], "seen": "0"}
    assert alice.post(both.url("apa", "pieces"), **given).status_code == 303
    alice.post(both.url("apa", "reponse"), text=text, canned=names, next="stay")
    page = alice.get(both.url("apa")).text
    key = str(uuid.uuid4())
    autosave(alice, both, page, "Et aussi.", key, shared="1", canned="precision:1")

    def states() -> list[str]:
        return sorted(session().scalars(select(CaseDocument.state)))

    assert both.ask(states) == ["asked", "asked", "asked", "needless"]
    back = re.search(r'action="(/demandes/[^"]+/messages/\d+/annuler)"', page)
    assert back
    assert alice.post(back[1]).status_code == 303
    assert both.ask(states) == ["asked", "missing", "missing", "needless"]
    draft = both.ask(lambda: session().scalars(select(Draft)).one())
    assert "Et aussi." in draft.text
    assert draft.text != "Et aussi."
    assert draft.shared
    assert draft.canned.split() == [names, "precision:1"]
