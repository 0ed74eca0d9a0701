"""How somebody can be reached, told in a named case only: not for those who may not read it.

Ana has an ordinary case; in another, named, she told an e-mail, a telephone and an address at
once. Dora, of the same department, is not on its list; alice is.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select

from grc.cases import callers, parties, persons
from grc.cases.models import Case, Party
from grc.cases.service import set_level
from grc.channels.past import Person
from grc.channels.protocol import Request, Sender
from grc.citizens import service as citizens
from grc.core import clock
from grc.core.actor import SYSTEM, Actor
from grc.core.db import session, transaction
from grc.core.errors import InvalidInput
from grc.correspondence import acknowledging, beginning
from grc.intake import taking_part
from grc.staff.models import User
from grc.staff.queries import actor_of
from grc.supervision.case_file import case_file
from grc.supervision.case_json import as_json
from grc.web.session import organisation_tree
from grc.work import service as work
from tests.web.conftest import Site
from tests.web.test_calls import invent
from tests.web.test_people import case_of, reference

PERSON = Person(
    "applicant",
    "ana canari",
    email="refuge@courriel.example",
    phone="+33699887766",
    address="3 rue du Refuge, 92160 Antony",
    birth_date=date(1950, 1, 1),
)
SHOWN = ("refuge@courriel.example", "06 99 88 77 66", "rue du Refuge")


@dataclass
class Hidden:
    """The two cases and whose they are."""

    site: Site
    ana: int
    ordinary: int
    named: int

    def by(self, login: str) -> Actor:
        """Somebody, with an application context pushed."""
        user = session().scalars(select(User).where(User.login == login)).one()
        return actor_of(user, organisation_tree())

    def page(self, login: str, url: str) -> str:
        """What somebody is shown."""
        answer = self.site.as_(login).get(url)
        assert answer.status_code == 200, (login, url)
        return answer.text

    def ordinary_reference(self) -> str:
        """The reference of the ordinary case."""
        found: str = self.site.ask(lambda: session().get_one(Case, self.ordinary).reference)
        return found


@pytest.fixture
def hidden(both: Site) -> Hidden:
    ana, other = invent(both, "ana canari", "1950-01-01"), invent(both, "autre", "1960-01-01")
    ordinary, named = case_of(both, ana), case_of(both, other)

    def told() -> None:
        with transaction():
            session().execute(delete(Party).where(Party.case_id == named))
            party, match, _ = taking_part.told(PERSON, "request", clock.now())
            assert (party.citizen_id, match) == (ana, "matched")
            parties.add(named, party, is_correspondent=True)
        with transaction():
            set_level(session().get_one(Case, named), "named", actor=SYSTEM, now=clock.now())

    both.ask(told)
    return Hidden(both, ana, ordinary, named)


def test_all_that_a_named_case_told_at_once_is_hidden_on_the_page_of_a_person(
    hidden: Hidden,
) -> None:
    url = f"/usagers/{reference(hidden.site, hidden.ana)}"
    ours, theirs = hidden.page("alice", url), hidden.page("dora", url)
    for words in SHOWN:
        assert words in ours, words
        assert words not in theirs, words


def test_nobody_is_found_on_the_telephone_by_what_a_named_case_told(hidden: Hidden) -> None:
    def found(login: str) -> list[Any]:
        return [
            one.citizen_id
            for one in callers.look_up(hidden.by(login), "0699887766", clock.now()).people
        ]

    assert hidden.site.ask(lambda: found("alice")) == [hidden.ana]
    assert hidden.site.ask(lambda: found("dora")) == []


def test_told_again_by_a_case_that_may_be_read_it_is_shown(hidden: Hidden) -> None:
    def again() -> list[str]:
        now = clock.now()
        with transaction():
            present = parties.NewParty("applicant", hidden.ana, None, "ana canari")
            request = Request(Sender(), people=(PERSON, PERSON))
            others = taking_part.others(request, [present], now)
            assert [one.is_again for one in others] == [True]
            for _ in range(2):  # twice is once
                parties.add_others(hidden.ordinary, others)
        return [way.point.kind for way in persons.reached(hidden.by("dora"), [hidden.ana], now)]

    assert sorted(hidden.site.ask(again)) == ["address", "email", "phone"]


def test_her_ordinary_case_says_nothing_of_it(hidden: Hidden) -> None:
    url = f"/demandes/{hidden.ordinary_reference()}"
    ours, theirs = hidden.page("alice", url), hidden.page("dora", url)
    for words in SHOWN:
        assert words in ours, words
        assert words not in theirs, words

    def told(login: str) -> list[str]:
        case = session().get_one(Case, hidden.ordinary)
        file = as_json(case_file(hidden.by(login), case, "fr", clock.now()))
        return sorted(point["kind"] for point in file["citizen"]["contact_points"])

    assert hidden.site.ask(lambda: told("alice")) == ["address", "email", "phone"]
    assert hidden.site.ask(lambda: told("dora")) == []


@pytest.mark.parametrize("typed", ["0699887766", "refuge@courriel.example"])
def test_a_search_by_it_does_not_find_her(hidden: Hidden, typed: str) -> None:
    there = hidden.ordinary_reference()
    assert there in hidden.page("alice", f"/recherche?q={typed}")
    assert there not in hidden.page("dora", f"/recherche?q={typed}")


def test_a_letter_about_another_case_is_not_addressed_there(hidden: Hidden) -> None:
    def begun(login: str) -> str:
        case = session().get_one(Case, hidden.ordinary)
        return beginning.of(case, "", actor=hidden.by(login), now=clock.now()).recipient

    def acknowledged(case_id: int) -> bool:
        return bool(acknowledging.lines_for(session().get_one(Case, case_id)))

    assert "Refuge" in hidden.site.ask(lambda: begun("alice"))
    assert hidden.site.ask(lambda: begun("dora")) == "ana canari"
    assert hidden.site.ask(lambda: acknowledged(hidden.named))
    assert not hidden.site.ask(lambda: acknowledged(hidden.ordinary))


def test_who_is_known_by_a_named_case_only_is_not_offered_as_who_wrote(hidden: Hidden) -> None:
    site = hidden.site
    known, secret = (
        invent(site, "paul petit", "1950-02-02"),
        invent(site, "zoe cachee", "1951-01-01", level="named"),
    )
    case_id = case_of(site, known)

    def propose() -> None:
        with transaction():
            point = citizens.contact_point("email", "foyer@courriel.example", now=clock.now())
            for one in (known, secret):
                citizens.attach(one, point, origin="email")
            party = session().scalars(select(Party).where(Party.case_id == case_id)).one()
            party.contact_point_id = point
            session().get_one(Case, case_id).citizen_match = "proposed"

    site.ask(propose)
    there = site.ask(lambda: session().get_one(Case, case_id).reference)
    page = hidden.page("alice", f"/demandes/{there}/usager")
    assert "paul petit" in page
    assert "zoe cachee" not in page

    def said(citizen_id: int) -> str:
        case, by = session().get_one(Case, case_id), hidden.by("alice")
        with pytest.raises(InvalidInput) as refused:
            work.set_citizen(case, citizen_id, expected=None, actor=by, now=clock.now())
        return refused.value.text.msgid

    assert site.ask(lambda: said(secret)) == site.ask(lambda: said(999_999))
