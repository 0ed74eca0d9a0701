"""The ten exercises: prepared by the real roads, checked on what the database holds."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from grc.app import create_app
from grc.cases.models import Case
from grc.cases.persons import person_reference
from grc.channels.reader import Reader
from grc.citizens.models import Citizen
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import db, session, transaction
from grc.intake.models import Item, Letter
from grc.organisation.queries import snapshot
from grc.outbox.transport import SilentTransport
from grc.pipeline import Tools
from grc.staff.models import User
from grc.staff.policy import Permission
from grc.staff.service import add_user
from grc.training.checks import PARTS, Facts, missing
from grc.training.models import Exercise
from grc.training.words import exercises
from tests.integration.conftest import make_settings
from tests.rig import databases
from tests.web.conftest import Browser, Filled, Site
from tests.web.test_bulk import carry_out, read
from tests.web.test_correspondence import WORDS, load
from tests.web.test_guard import statements
from tests.web.test_mail import fields as of_letter
from tests.web.test_people import fields as of_people
from tests.web.test_writing import shown

LOGIN, OTHER = "eleve", "voisine"


@pytest.fixture
def school(filled_sqlite: Filled, tmp_path: Path, reader: Reader) -> Iterator[Site]:
    """The back-office in training, with two who train."""
    url = databases.sqlite_url(Path(shutil.copy(filled_sqlite.url, tmp_path / "grc.db")))
    told = replace(make_settings(url, filled_sqlite.var), training=True)
    app = create_app(told, nudges=False)
    app.extensions["grc.tools"] = Tools(reader=reader)
    made = Site(app, dict(filled_sqlite.cases))
    made.ask(_enrol)
    load(made)
    yield made
    with app.app_context():
        db.engine.dispose()


def _enrol() -> None:
    roles = [(snapshot().unit("apa").id, "agent"), (snapshot().triage.id, "mail_room")]
    with transaction():
        for login in (LOGIN, OTHER):
            add_user(login, login.title(), None, roles, actor=SYSTEM, now=clock.now())


@dataclass
class Trainee:
    """Somebody at an exercise."""

    site: Site
    browser: Browser
    login: str = LOGIN

    def begin(self, code: str) -> None:
        done = self.browser.post(f"/entrainement/{code}/commencer")
        assert done.status_code == 303, done.text
        self.site.work()

    def check(self, code: str, **typed: str) -> str:
        """What is said of it, last."""
        done = self.browser.post(f"/entrainement/{code}/verifier", **typed)
        assert done.status_code == 303
        page = self.browser.get(done.location).text
        return read(re.findall(r'notice-title">([^<]+)<', page)[-1])

    def is_done(self, code: str) -> bool:
        def look() -> bool:
            query = select(Exercise.done_at).join(User, User.id == Exercise.user_id)
            query = query.where(User.login == self.login, Exercise.code == code)
            return session().scalar(query) is not None

        found: bool = self.site.ask(look)
        return found

    def told(self, code: str) -> dict[str, Any]:
        query = select(Exercise.prepared).join(User, User.id == Exercise.user_id)
        query = query.where(User.login == self.login, Exercise.code == code)
        found: dict[str, Any] = self.site.ask(lambda: session().scalar(query))
        return found

    def cases(self, code: str) -> list[str]:
        ids = self.told(code)["cases"]
        found: list[str] = self.site.ask(
            lambda: [session().get_one(Case, one).reference for one in ids]
        )
        return found

    def post(self, url: str, **typed: Any) -> str:
        done = self.browser.post(url, **typed)
        assert done.status_code == 303, (url, done.status_code, done.text[:3000])
        return str(done.location)


@pytest.fixture
def trainee(school: Site) -> Trainee:
    return Trainee(school, school.as_(LOGIN))


def answer(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("answer")
    one.post(f"/demandes/{case}/prendre")
    page = one.browser.get(f"/demandes/{case}").text
    told = {"draft": shown(page), "canned": "rappel:1", "text": "Nous vous appellerons."}
    one.post(f"/demandes/{case}/reponse", **told)
    return {}


def second_contact(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("second-contact")
    number = one.told("second-contact")["number"]
    assert case in one.browser.get(f"/contact/phone?q={number}").text
    typed = {"text": "Rappelle, attend toujours.", "name": "Farid", "number": number}
    one.post(f"/contact/phone/{case}", identity="no", **typed)
    return {}


def reroute(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("reroute")
    one.post(f"/demandes/{case}/reaffecter", unit="amethyste", reason="Carte de transport.")
    return {}


def thanks(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("thanks")
    one.post(f"/demandes/{case}/merci", seen="0")
    return {}


def find(one: Trainee) -> dict[str, str]:
    number = one.told("find")["number"]
    page = one.browser.get(f"/recherche?q={number}").text
    found = set(re.findall(r"D-\d{4}-\d{7}-\w", page))
    assert found == set(one.cases("find"))
    return {"found": found.pop().lower()}


def index(one: Trainee) -> dict[str, str]:
    batch = one.told("index")["item"]
    query = select(Item).join(Letter, Letter.item_id == Item.id).where(Letter.batch_id == batch)
    url = one.site.ask(lambda: f"/courrier/{session().scalars(query).one().reference}")
    typed = of_letter(one.browser.get(url).text) | {"document": "0203", "commune": "Nanterre"}
    one.post(url, **typed)
    return {}


def danger(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("danger")
    one.post("/danger/transmettre", demande=case, why="Menacée hier.")
    return {}


def people(one: Trainee) -> list[str]:
    ids = one.told("merge")["citizens"]
    found: list[str] = one.site.ask(
        lambda: [person_reference(session().get_one(Citizen, number)) for number in ids]
    )
    return found


def merge(one: Trainee) -> dict[str, str]:
    kept, other = people(one)
    one.post(f"/usagers/{kept}/reunir?avec={other}", **of_people(name="kept"))
    assert one.check("merge") == "Elles sont réunies : séparez-les maintenant."
    one.post(f"/usagers/{other}/separer", **of_people())
    return {}


def bulk(one: Trainee) -> dict[str, str]:
    where = carry_out(one.browser, one.site, " ".join(one.cases("bulk")), "take")
    assert one.check("bulk") == "C’est fait sur les cinq : annulez tout, maintenant."
    one.post(f"{where}/annuler")
    return {}


def letter(one: Trainee) -> dict[str, str]:
    (case,) = one.cases("letter")
    one.post(f"/demandes/{case}/lettre", **WORDS)
    return {}


ACTS: dict[str, Callable[[Trainee], dict[str, str]]] = {
    "answer": answer,
    "second-contact": second_contact,
    "reroute": reroute,
    "thanks": thanks,
    "find": find,
    "index": index,
    "danger": danger,
    "merge": merge,
    "bulk": bulk,
    "letter": letter,
}


def test_there_are_ten_each_with_its_words_and_its_check() -> None:
    assert list(exercises()) == list(PARTS) == list(ACTS)
    assert len(ACTS) == 10
    for code, view in exercises().items():
        assert Permission(view.needs)
        assert missing(code, Facts()) is not None


@pytest.mark.parametrize("code", ACTS)
def test_an_exercise_is_not_done_before_and_is_after(trainee: Trainee, code: str) -> None:
    neighbour = Trainee(trainee.site, trainee.site.as_(OTHER), OTHER)
    trainee.begin(code)
    neighbour.begin(code)
    trainee.check(code)
    assert not trainee.is_done(code)
    typed = ACTS[code](trainee)
    assert trainee.check(code, **typed) == "C’est fait, et bien fait."
    assert trainee.is_done(code)
    neighbour.check(code)
    assert not neighbour.is_done(code)
    assert trainee.browser.get("/entrainement").text.count(">Fait<") == 1


def test_an_exercise_begun_again_is_new_and_what_was_done_stays(trainee: Trainee) -> None:
    trainee.begin("thanks")
    thanks(trainee)
    trainee.check("thanks")
    before = trainee.cases("thanks")
    trainee.begin("thanks")
    assert trainee.cases("thanks") != before
    assert trainee.check("thanks") == "Le merci n’est pas encore classé."
    assert trainee.is_done("thanks")


def test_one_press_of_the_button_prepares_once(trainee: Trainee) -> None:
    key = "6f0c1d1e-5a40-4f0a-8d62-0c53d1b3a222"
    for _ in range(2):
        assert trainee.browser.post("/entrainement/reroute/commencer", key=key).status_code == 303
    assert trainee.told("reroute")["turn"] == 1
    query = select(func.count()).where(Item.locator.startswith("training/"))
    assert trainee.site.ask(lambda: session().scalar(query)) == 1


def test_nothing_leaves_of_an_answer(trainee: Trainee) -> None:
    assert isinstance(trainee.site.app.extensions["grc.transport"], SilentTransport)


def test_exercises_exist_in_training_only(site: Site, school: Site) -> None:
    alice = site.as_("alice")
    for url in ("/entrainement", "/entrainement/answer"):
        assert alice.get(url).status_code == 404
    assert "/entrainement" not in alice.get("/file").text
    assert 'href="/entrainement"' in school.as_("alice").get("/file").text


def test_who_lacks_the_role_is_told_and_refused(school: Site) -> None:
    dora, root = school.as_("dora"), school.as_("root")
    assert "Ce compte n’a pas le rôle" in dora.get("/entrainement/index").text
    assert dora.post("/entrainement/index/commencer").status_code == 403
    assert root.post("/entrainement/answer/commencer").status_code == 403
    assert dora.post("/entrainement/answer/verifier").status_code == 409
    assert dora.get("/entrainement/absent").status_code == 404


def test_the_list_asks_as_much_when_all_is_begun(trainee: Trainee) -> None:
    for code in ("reroute", "thanks"):
        trainee.begin(code)
    with statements() as seen:
        assert len(trainee.browser.get("/entrainement").data) < 60_000
    assert len(seen) <= 5, seen
