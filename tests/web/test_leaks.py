"""Nothing of a named case reaches who is not on its list: every route, every role, every text.

The outsiders hold their role in the very unit of the case, in a sister unit and in the triage.
"""

import logging
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from grc.app import create_app
from grc.cases.models import CaseAccess
from grc.cases.persons import person_reference
from grc.channels.reader import Reader
from grc.citizens.models import Citizen
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.clock import paris_date
from grc.core.db import add, db, session, transaction
from grc.organisation.queries import snapshot
from grc.pipeline import Tools
from grc.routing.models import RoutingDraft, RoutingTrial
from grc.staff.models import Absence, AccessLog, User, UserRole
from grc.staff.policy import Role, allowed
from grc.staff.queries import actor_of
from grc.staff.tokens import Scope, add_token
from grc.web.session import organisation_tree
from grc.work.models import Mention, Task
from tests.integration.conftest import make_settings
from tests.rig import databases
from tests.web import secret
from tests.web.conftest import Filled, Site
from tests.web.secret import WORD, WORDS, Secret

UNIT = "violences"
UNITS = (UNIT, "apa", "tri")
MISSING = {  # of the same shape, and of nothing
    "case": "D-2026-0099999-",
    "person": "U-2026-0099999-",
    "item": "E-2026-0099999-",
    "cut": "E-2026-0099998-",
    "letter": "L-2026-0099999-",
    "visit": "V-2026-0099999-",
    "meeting": "R-2026-0099999-",
}
REFERENCE = {  # what `<reference>` is, by the beginning of the address
    "/demandes/": "case",
    "/api/v1/cases": "case",
    "/api/v1/items": "item",
    "/usagers/": "person",
    "/a-examiner/": "item",
    "/saisie/recu/": "item",
    "/contact/": "item",
    "/courrier/bordereaux/": "item",
    "/courrier/": "cut",
    "/lettres/": "letter",
    "/departs/": "letter",
    "/entretien/": "case",
    "/accueil/visites/": "visit",
    "/accueil/rendez-vous/": "meeting",
    "/acces-exceptionnels/": "case",
    "/danger/": "case",
}
OTHER = {
    "number": "1",
    "name": "queue",
    "channel": "phone",
    "code": "apa",
    "box": "email/apa",
    "point": "1",
    "user": "1",
    "member": "U-2026-0099998-",
    "alert": "1",
    "step": "1",
    "first": "1",
    "last": "2",
    "act": "fin",
    "version": "x",
    "key": "00000000-0000-4000-8000-0000000000aa",
}
TRIAL = 77
GUESTS = {  # who is told of it, and on which page
    "mentioned": "/mes-demandes",
    "covering": "/mes-demandes",
    "trying": f"/affectation/essais/{TRIAL}",
}
QUERIES = (
    "/recherche?q={typed}",
    "/contact/phone?q={typed}",
    "/contact/counter?q={typed}",
    "/entretien?q={typed}",
)
TYPED = (
    WORD,
    WORD[:-1],
    f"{WORD[:-1]}y",
    "0699112277",
    f"{WORD}@courriel.example",
    f"{WORD}-77",
    "7654321Z",
    "03/02/1950",
)
_ONE_TIME = re.compile(
    r'name="(form_key|csrf_token)"[^>]*|nonce-[\w-]+|since=[^"]*'
    r"|(?<=[\w-])\.[\w-]{6}\.[\w-]{27}\b"  # of what is sealed, its time and its seal
)
_DATABASE = re.compile(r"(?<=/)with(out)?\.db")  # the settings say which is open
_WHERE = re.compile(r"[A-Z]-20\d\d-00\d{5}-[0-9A-Z]?")


@dataclass
class Ground:
    """The site with the secret, its roles as browsers, and the same site without the secret."""

    site: Site
    bare: Site
    secret: Secret
    tokens: dict[str, str]

    def url(self, rule: Rule, holes: dict[str, str]) -> str:
        """The address of a rule. Fails for a hole nobody knows how to fill."""
        found = rule.rule
        for name in rule.arguments:
            value = OTHER.get(name) if name != "reference" else holes[self.about(rule)]
            one_of = re.search(rf"<any\((\w+)[^>]*:{name}>", found)
            value = one_of[1] if one_of else value
            assert value is not None, f"say in OTHER how to fill <{name}> of {rule.rule}"
            found = re.sub(rf"<([^<>]+:)?{name}>", value, found)
        return found

    @staticmethod
    def about(rule: Rule) -> str:
        """What the reference of a rule is of."""
        kinds = [kind for start, kind in REFERENCE.items() if rule.rule.startswith(start)]
        assert kinds, f"say in REFERENCE what <reference> is in {rule.rule}"
        return kinds[0]


def hire(login: str, roles: list[tuple[str, str]]) -> int:
    user_id = add(User, login=login, name=login.title(), password_hash="-", created_at=clock.now())
    for unit, role in roles:
        session().add(UserRole(user_id=user_id, unit_id=snapshot().unit(unit).id, role=role))
    return user_id


def _app(copy: Path, filled: Filled, reader: Reader) -> Site:
    app = create_app(make_settings(databases.sqlite_url(copy), filled.var), nudges=False)
    app.extensions["grc.tools"] = Tools(reader=reader)
    return Site(app, dict(filled.cases))


@pytest.fixture(scope="module")
def ground(
    filled_sqlite: Filled, reader: Reader, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("leaks")
    first = Path(shutil.copy(filled_sqlite.url, folder / "with.db"))
    site = _app(first, filled_sqlite, reader)

    def people() -> dict[str, str]:
        now = clock.now()
        with transaction():
            for role in Role:
                hire(f"x.{role}", [(unit, role) for unit in UNITS])
            hire("x.all", [(unit, role) for unit in UNITS for role in Role])
            insider = hire("insider", [(UNIT, "agent")])
            guests = {
                login: hire(login, [("apa", "agent"), ("tri", "supervisor")]) for login in GUESTS
            }
            away = {"user_id": insider, "cover_id": guests["covering"], "said_at": now}
            add(Absence, first_on=paris_date(now), last_on=paris_date(now), **away)
            units = [snapshot().unit(unit).id for unit in UNITS]
            scopes = list(Scope)
            return {
                "units": add_token("u", scopes, unit_ids=units, actor=SYSTEM, now=now),
                "all": add_token("a", scopes, all_units=True, actor=SYSTEM, now=now),
            }

    tokens = site.ask(people)
    with sqlite3.connect(first) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    bare = _app(Path(shutil.copy(first, folder / "without.db")), filled_sqlite, reader)

    def written() -> Secret:
        user = session().scalars(select(User.id).where(User.login == "insider")).one()
        units = {snapshot().unit(unit).id for unit in UNITS}
        places = (one.id for one in snapshot().sites.values() if one.unit_id not in units)
        made = secret.write(clock.now(), UNIT, user, next(places))
        with transaction():
            session().execute(delete(CaseAccess).where(CaseAccess.case_id == made.case_id))
            session().add(CaseAccess(case_id=made.case_id, user_id=user, effect="allow"))
            _tell_guests(made.case_id, clock.now())
        return made

    yield Ground(site, bare, site.ask(written), tokens)
    for one in (site, bare):
        with one.app.app_context():
            db.engine.dispose()


def _tell_guests(case_id: int, now: datetime) -> None:
    """People on the list who handle nothing of it: none of their lists has its line, and each is
    told of it in one other way."""
    query = select(User.login, User.id).where(User.login.in_(GUESTS))
    ids = {row.login: row.id for row in session().execute(query)}
    for user_id in ids.values():
        session().add(CaseAccess(case_id=case_id, user_id=user_id, effect="allow"))
    session().execute(update(Mention).values(user_id=ids["mentioned"]))
    apa = snapshot().unit("apa").id  # where she who covers works
    task = {"kind": "bounced", "detail": WORD, "key": "cover", "due_at": now, "created_at": now}
    add(Task, case_id=case_id, unit_id=apa, **task)
    user = ids["trying"]
    drawn = {"started_by": user, "edited_by": user, "started_at": now, "edited_at": now}
    draft_id = add(RoutingDraft, base_number=1, rules=[], ended_at=now, **drawn)
    move = {"old": "apa", "new": "tri", "count": 1, "cases": [case_id]}
    add(
        RoutingTrial, id=TRIAL, draft_id=draft_id, digest="x", rules=[], user_id=user,
        asked_at=now, wanted=1, looked=1, moves=[move], hits={}, done_at=now,
    )  # fmt: skip


def clean(answer: TestResponse, where: str) -> None:
    """Fail when a word of the secret is in what somebody was sent, headers included."""
    seen = answer.get_data(as_text=True) + str(answer.headers)
    found = [word for word in WORDS if word in seen]
    assert not found, (where, found, seen[max(0, seen.index(found[0]) - 300) :][:600])


def rules(ground: Ground, method: str) -> list[Rule]:
    """The routes of a method that sessions open."""
    found = ground.site.app.url_map.iter_rules()
    apart = ("static", "assets.", "auth.logout", "api.")
    return [
        rule
        for rule in found
        if method in (rule.methods or ()) and not rule.endpoint.startswith(apart)
    ]


def may(ground: Ground, login: str) -> Callable[[Rule], bool]:
    """Whether the guard lets somebody open a route at all."""

    def actor() -> Any:
        user = session().scalars(select(User).where(User.login == login)).one()
        return actor_of(user, organisation_tree())

    who = ground.site.ask(actor)

    def opened(rule: Rule) -> bool:
        needs = getattr(ground.site.app.view_functions[rule.endpoint], "needs", None)
        return needs is not None and allowed(who, needs)

    return opened


def alike(answer: TestResponse) -> tuple[int, str]:
    """An answer without what differs between any two requests."""
    text = _WHERE.sub("REF", _ONE_TIME.sub("", answer.get_data(as_text=True)))
    text = _DATABASE.sub("", text)
    return answer.status_code, text


def assert_alike(there: TestResponse, none: TestResponse, where: object) -> None:
    """Fail at the first place where two answers differ."""
    one, other = alike(there), alike(none)
    if one == other:
        return
    pairs = zip(one[1], other[1], strict=False)
    at = next((at for at, (a, b) in enumerate(pairs) if a != b), 0)
    shown = [text[max(0, at - 150) : at + 150] for _, text in (one, other)]
    pytest.fail(f"{where}: {one[0]} {other[0]}\n{shown[0]}\n-----\n{shown[1]}", pytrace=False)


def test_every_table_about_a_case_holds_the_word(ground: Ground) -> None:
    assert secret.missing() == set()


def test_who_is_on_the_list_sees_it(ground: Ground) -> None:
    """Or the other tests would look for what was never there."""
    insider = ground.site.as_("insider")
    page = insider.get(f"/demandes/{ground.secret.holes['case']}?historique=1").text
    for word in ("subject", "text", "filename"):
        assert f"{WORD} {word}" in page, word
    for typed in (WORD, f"{WORD[:-1]}y"):
        assert ground.secret.holes["case"] in insider.get(f"/recherche?q={typed}").text, typed


def test_what_hangs_on_others_does_not_show_it(ground: Ground) -> None:
    """The case it is linked to and a proposal is drawn from it, and who shares her household."""
    person = ground.site.ask(lambda: person_reference(session().get_one(Citizen, 1)))
    browser = ground.site.as_("x.all")
    for url in (f"/demandes/{ground.site.cases['apa']}", f"/usagers/{person}"):
        for page in (url, f"{url}?historique=1"):
            answer = browser.get(page)
            assert answer.status_code == 200, page
            clean(answer, page)


@pytest.mark.parametrize("role", Role)
def test_no_page_shows_it(ground: Ground, role: Role, caplog: pytest.LogCaptureFixture) -> None:
    login = f"x.{role}"
    browser, opened = ground.site.as_(login), may(ground, login)
    holes = ground.secret.holes
    with caplog.at_level(logging.DEBUG):
        for rule in filter(opened, rules(ground, "GET")):
            url = ground.url(rule, holes)
            answer = browser.get(url)
            clean(answer, f"{login} {url}")
            assert answer.status_code < 500, url
    assert not [word for word in WORDS if word in caplog.text]


def test_every_answer_that_shows_it_is_written_down(ground: Ground) -> None:
    """To who is on the list: pages, lists, searches, files, fragments, forms."""
    insider, holes = ground.site.as_("insider"), ground.secret.holes
    opened = may(ground, "insider")
    shown = (WORD, holes["case"])
    count = select(func.count()).where(AccessLog.case_id == ground.secret.case_id)

    def noted() -> int:
        found: int = ground.site.ask(lambda: session().scalar(count))
        return found

    urls = [ground.url(rule, holes) for rule in filter(opened, rules(ground, "GET"))]
    urls += [query.format(typed="Zo%C3%A9") for query in QUERIES]
    told, silent = set(), set()
    for url in urls:
        before, answer = noted(), insider.get(url)
        if answer.status_code != 200:
            continue
        seen = answer.data.decode(errors="replace").replace(url, "")
        # the pages of a person tell who she is; what they tell of a case is its line
        if any(word in seen for word in (shown[1:] if url.startswith("/usagers/") else shown)):
            told.add(url)
            silent |= {url} if noted() == before else set()
    assert not silent, sorted(silent)
    assert len(told) > 20, told


@pytest.mark.parametrize("login", GUESTS)
def test_a_mention_an_absence_and_a_trial_are_written_down(ground: Ground, login: str) -> None:
    query = select(AccessLog.what).join(User, User.id == AccessLog.user_id)
    query = query.where(User.login == login, AccessLog.case_id == ground.secret.case_id)
    page = ground.site.as_(login).get(GUESTS[login]).text
    assert ground.secret.holes["case"] in page
    assert ground.site.ask(lambda: list(session().scalars(query))) == ["list"]


def test_a_search_finds_what_it_finds_without_it(ground: Ground) -> None:
    """The box repeats what is typed, so the two answers are compared."""
    with_it, without = (one.as_("x.all") for one in (ground.site, ground.bare))
    for query in QUERIES:
        for typed in (*TYPED, ground.secret.holes["case"], ground.secret.holes["person"]):
            url = query.format(typed=typed)
            assert_alike(with_it.get(url), without.get(url), url)


def test_every_page_is_what_it_would_be_without_it(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, titles, empty lists, suggestions: the same to the letter. A cheque is on the
    shelf of the mail room whoever sent it: its register counts it, and does not say from whom.
    An auditor reads that an act was done: see test_journal."""
    present = clock.now()
    monkeypatch.setattr(clock, "now", lambda: present)  # no minute ends between the two
    with_it, without = (one.as_("x.all") for one in (ground.site, ground.bare))
    for rule in rules(ground, "GET"):
        told = rule.rule.startswith(("/courrier/registre", "/audit"))
        if "reference" not in rule.arguments and not told:
            url = ground.url(rule, ground.secret.holes)
            assert_alike(with_it.get(url), without.get(url), url)


def test_an_address_of_it_is_answered_as_one_of_nothing(ground: Ground) -> None:
    browser = ground.site.as_("x.all")
    browser.get("/aide")
    for rule in rules(ground, "GET"):
        if "reference" in rule.arguments:
            urls = [ground.url(rule, holes) for holes in (ground.secret.holes, MISSING)]
            assert_alike(*(browser.get(url) for url in urls), urls)


def test_no_act_on_it_is_carried_out_nor_told_apart(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    browser = ground.site.as_("x.all")
    with caplog.at_level(logging.DEBUG):
        for rule in rules(ground, "POST"):
            if "reference" not in rule.arguments:
                continue
            urls = [ground.url(rule, holes) for holes in (ground.secret.holes, MISSING)]
            answers = []
            for url in urls:
                answers.append(browser.post(url, text="x", reason="x" * 12, other="x"))
                browser.get("/aide")  # takes what was to be said on the next page
            clean(answers[0], urls[0])
            assert_alike(*answers, urls)
    assert not [word for word in WORDS if word in caplog.text]


def test_a_form_that_names_it_is_answered_as_one_that_names_nothing(ground: Ground) -> None:
    browser = ground.site.as_("x.all")
    own = ground.site.cases["apa"]
    for url in (f"/demandes/{own}/doublon", f"/demandes/{own}/lier"):
        said = []
        for other in (ground.secret.holes["case"], MISSING["case"] + "X"):
            answer = browser.post(url, other=other, kind="related", version="1", seen="0")
            clean(answer, url)
            said.append(answer)
        assert_alike(*said, url)


@pytest.mark.parametrize("token", ["units", "all"])
def test_no_token_reads_it(ground: Ground, token: str) -> None:
    client = ground.site.app.test_client()
    headers = {"Authorization": f"Bearer {ground.tokens[token]}"}
    for rule in ground.site.app.url_map.iter_rules():
        if not rule.endpoint.startswith("api.") or "GET" not in (rule.methods or ()):
            continue
        url = ground.url(rule, ground.secret.holes)
        answer = client.get(url, headers=headers)
        clean(answer, url)
        assert ground.secret.holes["case"] not in answer.text or "reference" in rule.arguments
        if "reference" in rule.arguments:
            none = client.get(ground.url(rule, MISSING), headers=headers)
            assert_alike(answer, none, url)
            assert answer.status_code == 404, url
