"""Who may enter in whose name, and what follows when a file or a departure changes accounts."""

from pathlib import Path

from sqlalchemy import select
from werkzeug.test import TestResponse

from grc.cases.models import CaseAccess
from grc.cli.staff import _load
from grc.core.audit import AuditRow
from grc.core.db import session, transaction
from grc.outbox.models import Notice
from grc.staff import links
from grc.staff.models import User, UserRole
from tests.web.conftest import Browser, Site
from tests.web.test_administration import A, chosen, code_of, user_id, visitor_of
from tests.web.test_secrecy import hire


def second(site: Site) -> str:
    """Another administrator."""
    hire(site, "ruth", "tri", "administrator")
    return "ruth"


def confirm(by: Browser, site: Site, login: str, gives: str = "1") -> TestResponse:
    """Decide on the code that waits for an account now, as the page would."""

    def mark() -> str:
        return links.mark(session().scalars(select(User).where(User.login == login)).one())

    url = f"{A}/comptes/{user_id(site, login)}/code"
    return by.post(url, gives=gives, seen=site.ask(mark))


def told(site: Site, prefix: str) -> list[str]:
    """The events of the journal of this kind, in order."""
    query = select(AuditRow.event).where(AuditRow.event.startswith(prefix))
    return list(site.ask(lambda: session().scalars(query.order_by(AuditRow.id)).all()))


def test_a_code_of_one_who_reads_reserved_cases_waits_for_a_second_administrator(
    both: Site,
) -> None:
    root, where = both.as_("root"), f"{A}/comptes/{user_id(both, 'sonia')}"
    assert root.post(f"{where}/lien").status_code == 303  # with nobody to confirm it, none is made
    assert "Il faut un autre administrateur" in root.get(where).text
    ruth = both.as_(second(both))
    page = root.post(f"{where}/lien").text
    assert "Un autre administrateur doit d’abord confirmer" in page
    code, visitor = code_of(page), visitor_of(both)
    assert chosen(visitor, code) == 422
    assert 'value="Confirmer"' not in root.get(A).text
    assert confirm(root, both, "sonia").status_code == 403
    assert confirm(both.as_("alice"), both, "sonia").status_code == 403
    assert chosen(visitor, code) == 422
    assert "Un code de mot de passe attend" in ruth.get(A).text
    assert confirm(ruth, both, "sonia").status_code == 303
    assert chosen(visitor, code) == 303
    assert told(both, "password:") == ["password:asked", "password:linked", "password:set"]


def test_a_refused_code_opens_nothing(site: Site) -> None:
    second(site)
    root, where = site.as_("root"), f"{A}/comptes/{user_id(site, 'sonia')}"
    code = code_of(root.post(f"{where}/lien").text)
    assert confirm(site.as_("ruth"), site, "sonia", "").status_code == 303
    assert chosen(visitor_of(site), code) == 422
    assert "Un code de mot de passe attend" not in root.get(A).text


def test_a_page_of_the_code_says_nothing_of_the_code(site: Site) -> None:
    root, where = site.as_("root"), f"{A}/comptes/{user_id(site, 'bob')}"
    page = root.post(f"{where}/lien").text
    assert code_of(page) not in page.replace(f'value="{code_of(page)}"', "")
    assert site.as_(None).get(f"/mot-de-passe?cle={code_of(page)}").text.count(code_of(page)) == 0


def test_a_file_tells_the_owner_and_hands_up_what_she_alone_read(
    both: Site, tmp_path: Path
) -> None:
    """Sonia alone reads the named case; the file gives her another address and takes her role."""
    hire(both, "lead", "apa")

    def prepare() -> None:
        with transaction():
            sonia = session().scalars(select(User).where(User.login == "sonia")).one()
            sonia.email = "sonia@d.fr"
            lead = session().scalars(select(User).where(User.login == "lead")).one()
            session().scalars(
                select(UserRole).where(UserRole.user_id == lead.id)
            ).one().role = "supervisor"

    both.ask(prepare)
    path = tmp_path / "agents.csv"
    line = "sonia;Sonia;autre@d.fr;mail_room@tri"
    path.write_text(f"identifiant;nom;adresse;roles\n{line}\n", "utf-8")
    done = both.ask(lambda: _load(path, False))
    assert done.counts()["changed"] == 1, done
    sent = both.ask(lambda: list(session().scalars(select(Notice.recipient)).all()))
    assert sent == ["sonia@d.fr"]
    both.work()
    query = select(User.login).join(CaseAccess, CaseAccess.user_id == User.id)
    listed = both.ask(lambda: session().scalars(query.where(CaseAccess.effect == "allow")).all())
    assert "lead" in listed
    page = both.as_("lead").get("/a-voir").text
    assert "elle vous revient" in page
    assert both.url("named") in page
    for login in ("alice", "bob", "root", "dora", "oscar"):
        assert "elle vous revient" not in both.as_(login).get("/a-voir").text


def test_each_try_that_is_refused_is_in_the_journal_also_after_the_tenth(site: Site) -> None:
    sonia, tries = site.as_("sonia"), 12
    for number in range(tries):
        fields = {"reference": "D-2026-0999999-Z", "reason": "Urgence signalée par la famille"}
        status = sonia.post("/acces-exceptionnel", **fields).status_code
        assert status == (422 if number < 10 else 429)
    assert told(site, "exceptional:") == ["exceptional:refused"] * tries
