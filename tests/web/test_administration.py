"""Administration: accounts, roles with four eyes, tokens, delegations; each act audited once."""

import base64
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from grc.cases.models import Case, Handling
from grc.cases.service import change, set_status
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow, facts_of
from grc.core.clock import paris_date
from grc.core.db import session, transaction
from grc.correspondence import powers
from grc.correspondence.models import Delegation
from grc.organisation.queries import snapshot
from grc.outbox.models import Notice
from grc.staff.models import Token, User, UserRole
from grc.staff.service import identify
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_exceptional import hire
from tests.web.test_guard import statements

A = "/administration"
GETS = (
    *(A, f"{A}/comptes/nouveau", f"{A}/comptes/1", f"{A}/delegations", f"{A}/delegations/nouvelle"),
    *(
        f"{A}/jetons",
        f"{A}/jetons/nouveau",
        f"{A}/reglages",
        f"{A}/comptes/1/depart",
        f"{A}/fichier",
    ),
)


def audited(site: Site, prefixes: str = "user: role: password: token: delegation:") -> list[Any]:
    """The acts of administrators: event and data, in order."""
    query = select(AuditRow).order_by(AuditRow.id)
    rows = site.ask(lambda: [(row.event, facts_of(row.data)) for row in session().scalars(query)])
    return [row for row in rows if row[0].startswith(tuple(prefixes.split()))]


def user_id(site: Site, login: str) -> int:
    found: int = site.ask(lambda: session().scalar(select(User.id).where(User.login == login)))
    return found


def create(root: Browser, login: str = "n.neuve", **more: str) -> str:
    given = {"name": "Nina Neuve", "login": login, "email": "", "extension": "", "role": ""}
    done = root.post(f"{A}/comptes/nouveau", **(given | {"unit": "apa"} | more))
    assert done.status_code == 303, done.text
    return str(done.location).partition("?")[0]


def version(site: Site, login: str) -> str:
    found = site.ask(lambda: session().scalar(select(User.version).where(User.login == login)))
    return str(found)


def leave(root: Browser, url: str, to: str = "", status: int = 303) -> str:
    """Close an account, having looked."""
    looked = root.post(f"{url}/depart", login=to, looked="")
    assert looked.status_code == 200, looked.text
    done = root.post(f"{url}/depart", login=to, looked=to or "-", go="1")
    assert done.status_code == status, done.text
    return str(done.text)


def sealed(page: str) -> list[str]:
    """The roles of a page that may be taken."""
    return re.findall(r'name="role" value="([^"]+)"', page)


def test_only_administrators_enter(site: Site) -> None:
    browsers = [site.as_(login) for login in PEOPLE if login != "root"]
    browsers += [hire(site, role, "tri", role) for role in ("auditor", "reader", "mail_room")]
    posts = [
        str(rule)
        for rule in site.app.url_map.iter_rules()
        if str(rule).startswith(A) and "POST" in (rule.methods or ())
    ]
    assert len(posts) >= 10
    for browser in browsers:
        for url in GETS:
            assert browser.get(url).status_code == 403, url
        assert "/administration" not in browser.get("/aide").text
    for url in posts:
        assert browsers[0].post(url.replace("<int:number>", "1")).status_code == 403, url
    root = site.as_("root")
    for url in GETS:
        assert root.get(url).status_code == 200, url
    for number in (99999, 10**30):  # the second is no key of any database
        assert root.get(f"{A}/comptes/{number}").status_code == 404


def code_of(page: str) -> str:
    """The code shown to the administrator, this once."""
    found = re.search(r'id="link" readonly value="([0-9A-Z-]{19})"', page)
    assert found, page
    return found[1]


def visitor_of(site: Site) -> Browser:
    """Somebody who is not signed in, before the page where a password is chosen."""
    visitor = site.as_(None)
    form = visitor.get("/mot-de-passe").text
    visitor.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]  # type: ignore[index]
    return visitor


def chosen(visitor: Browser, code: str) -> int:
    """Choose a password by a code: the status."""
    said = {"password": "une phrase de passe", "again": "une phrase de passe"}
    return visitor.post("/mot-de-passe", secret=code, **said).status_code


def test_from_a_new_account_to_a_first_sign_in(both: Site) -> None:
    root = both.as_("root")
    where = create(root, login=" N.Neuve ", role="agent", email="n@d.fr", extension="4201")
    page = root.post(f"{where}/lien").text
    code = code_of(page)
    assert code not in root.get(where).text
    visitor = both.as_(None)
    form = visitor.get("/mot-de-passe").text
    visitor.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]  # type: ignore[index]
    said = {"secret": f" {code.lower().replace('-', ' ')}", "password": "une phrase de passe"}
    for wrong in ("une autre phrase", ""):
        assert visitor.post("/mot-de-passe", **said, again=wrong).status_code == 422
    short = {"password": "court", "again": "court"}
    assert visitor.post("/mot-de-passe", **(said | short)).status_code == 422
    assert visitor.post("/mot-de-passe", **said, again=said["password"]).status_code == 303
    assert both.ask(lambda: identify("n.neuve", said["password"])) is not None
    again = visitor.post("/mot-de-passe", **said, again=said["password"])
    assert again.status_code == 422
    assert "Ce code a servi" in again.text
    assert "une phrase de passe" not in again.text
    assert both.as_("n.neuve").get("/file").status_code == 200
    events = [(name, data.get("who", data.get("login"))) for name, data in audited(both)]
    assert events == [
        ("user:added", "n.neuve"),
        ("role:given", "n.neuve"),
        ("password:linked", "n.neuve"),
        ("password:set", None),
    ]


def test_the_owner_is_told_whenever_somebody_may_enter_for_her(site: Site) -> None:
    root = site.as_("root")
    where = f"{A}/comptes/{user_id(site, 'alice')}"
    about = {"name": "Alice", "login": "alice", "extension": ""}
    for address in ("alice@d.fr", "root@d.fr"):
        root.post(where, **about, email=address, version=version(site, "alice"))
    page = root.post(f"{where}/lien").text
    assert chosen(visitor_of(site), code_of(page)) == 303
    told = site.ask(lambda: list(session().execute(select(Notice.recipient, Notice.text))))
    assert [one.recipient for one in told] == ["alice@d.fr", "root@d.fr", "root@d.fr"]
    assert len({one.text for one in told}) == 3


def test_a_link_holds_two_days_and_until_the_next(site: Site, monkeypatch: Any) -> None:
    root = site.as_("root")
    where = create(root)
    codes = [code_of(root.post(f"{where}/lien").text) for _ in "12"]
    nobody = visitor_of(site)
    assert chosen(nobody, codes[0]) == 422
    later = clock.now() + timedelta(days=2, minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert chosen(visitor_of(site), codes[1]) == 422
    assert chosen(nobody, codes[1]) == 303


def test_each_change_says_what_it_was_and_two_do_not_overwrite(both: Site) -> None:
    root = both.as_("root")
    url = f"{A}/comptes/{user_id(both, 'alice')}"
    typed = {"name": "Alice Martin", "login": "alice", "email": "a@d.fr", "extension": ""}
    seen = version(both, "alice")
    assert root.post(url, **typed, version=seen).status_code == 303
    changes = [(d["what"], d["old"], d["new"]) for name, d in audited(both)]
    assert changes == [("nom", "Alice", "Alice Martin"), ("adresse électronique", "–", "a@d.fr")]
    stale = root.post(url, **(typed | {"name": "Autre"}), version=seen)
    assert stale.status_code == 409
    assert "Alice Martin" in stale.text
    assert 'value="Autre"' in stale.text
    fresh = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert fresh
    assert fresh[1] == version(both, "alice")
    assert root.post(url, **typed, version=fresh[1]).status_code == 303  # the same: nothing
    assert len(audited(both)) == 2
    for field, wrong in (("login", "bob"), ("login", "é"), ("email", "x"), ("name", " ")):
        bad = root.post(url, **(typed | {field: wrong}), version=fresh[1])
        assert bad.status_code == 422, field
    assert len(audited(both)) == 2


def test_roles_are_given_taken_and_given_back(site: Site) -> None:
    root = site.as_("root")
    url = f"{A}/comptes/{user_id(site, 'oscar')}"
    assert root.post(f"{url}/roles", role="supervisor", unit="crip").status_code == 303
    assert root.post(f"{url}/roles", role="supervisor", unit="crip").status_code == 303
    assert root.post(f"{url}/roles", role="king", unit="crip").status_code == 422
    assert site.as_("oscar").get("/pilotage").status_code == 200
    role = next(one for one in sealed(root.get(url).text) if one)
    where = root.post(f"{url}/roles/retirer", role=role).location
    again = root.get(where).text
    assert "Remettre" in again
    assert root.post(f"{url}/roles/remettre", role=role).status_code == 303
    other = f"{A}/comptes/{user_id(site, 'bob')}"
    assert root.post(f"{other}/roles/retirer", role=role).status_code == 404
    assert [name for name, _ in audited(site)] == ["role:given", "role:taken", "role:given"]


def test_an_administrator_does_not_let_herself_read_alone(both: Site) -> None:
    root = both.as_("root")
    url = f"{A}/comptes/{user_id(both, 'root')}"
    alone = root.post(f"{url}/roles", role="agent", unit="apa")
    assert alone.status_code == 303
    assert "Il faut un autre administrateur" in root.get(url).text
    assert audited(both) == []
    second = hire(both, "regis", "tri", "administrator")
    for _ in "12":
        root.post(f"{url}/roles", role="agent", unit="apa")
    assert root.get("/file").status_code == 403
    number = re.search(r'name="number" value="(\d+)"', second.get(A).text)
    assert number
    assert "Confirmer" not in root.get(A).text
    assert root.post(f"{A}/roles-demandes", number=number[1], gives="1").status_code == 403
    for _ in "12":
        assert second.post(f"{A}/roles-demandes", number=number[1], gives="1").status_code == 303
    assert root.get("/file").status_code == 200
    assert [name for name, _ in audited(both)] == ["role:proposed", "role:given"]
    root.post(f"{url}/roles", role="reader", unit="crip")
    number = re.search(r'name="number" value="(\d+)"', second.get(A).text)
    assert number
    second.post(f"{A}/roles-demandes", number=number[1], gives="")
    assert [name for name, _ in audited(both)][2:] == ["role:proposed", "role:refused"]


def test_one_administrator_stays(both: Site) -> None:
    root = both.as_("root")
    url = f"{A}/comptes/{user_id(both, 'root')}"
    role = sealed(root.get(url).text)[0]
    assert "dernier administrateur" in leave(root, url, status=422)
    root.post(f"{url}/roles/retirer", role=role)
    assert "dernier administrateur" in root.get(url).text
    assert audited(both) == []
    second = hire(both, "regis", "tri", "administrator")
    leave(second, url)
    assert root.get(A).status_code == 302  # her session is over
    own = f"{A}/comptes/{user_id(both, 'regis')}"
    leave(second, own, status=422)
    assert second.get(A).status_code == 200
    assert [name for name, _ in audited(both)] == ["user:closed", "user:work-given"]


def test_closing_ends_sessions_and_reopening_gives_roles_back(site: Site) -> None:
    root, bob = site.as_("root"), site.as_("bob")
    url = f"{A}/comptes/{user_id(site, 'bob')}"
    assert bob.get("/file").status_code == 200
    leave(root, url)
    assert bob.get("/file").status_code == 302
    root.post(f"{url}/lien")
    assert "rétablissez" in root.get(url).text
    root.post(f"{url}/retablir")
    root.post(f"{url}/retablir")
    assert site.as_("bob").get("/file").status_code == 200
    assert [name for name, _ in audited(site)] == [
        "user:closed",
        "user:work-given",
        "user:reopened",
    ]


def test_accounts_are_found_by_filters_and_pages(site: Site) -> None:
    root = site.as_("root")
    for number in range(60):
        create(root, login=f"zoe{number:02}", name=f"Zoé {number:02}")
    first = root.get(f"{A}?q=zoe").text
    assert first.count("/administration/comptes/") == 51  # fifty and "new"
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = root.get(older[1].replace("&amp;", "&")).text
    assert second.count("/administration/comptes/") == 11
    assert "zoe00" in first
    assert "zoe00" not in second
    assert "bob" in root.get(f"{A}?service=apa&role=agent").text
    assert "oscar" not in root.get(f"{A}?service=apa&role=agent").text
    assert "Aucun compte ne correspond" in root.get(f"{A}?q=%25&suite=x").text


@pytest.mark.parametrize(("url", "most"), [(A, 8), (f"{A}/comptes/1", 8), (f"{A}/jetons", 6)])
def test_a_page_costs_few_statements(site: Site, url: str, most: int) -> None:
    root = site.as_("root")
    root.get(url)
    with statements() as seen:
        page = root.get(url)
    assert len(seen) <= most, seen
    assert len(page.data) < 60_000


def test_a_token_is_shown_once_and_revoked(site: Site) -> None:
    root = site.as_("root")
    url = f"{A}/jetons/nouveau"
    assert root.post(url, name="Portail !", scope="requests:write").status_code == 422
    assert root.post(url, name="portail", scope="cases:read").status_code == 422
    key = "00000000-0000-4000-8000-000000000001"
    typed = {"name": "portail", "scope": "requests:write", "channel": "", "expires": "2099-12-31"}
    made = root.post(url, key=key, **typed)
    secret = re.search(r'value="(grc_[\w-]+)"', made.text)
    assert secret
    assert root.post(url, key=key, **typed).status_code == 303  # sent twice: nothing, no secret
    assert secret[1] not in root.get(f"{A}/jetons").text
    root.post(f"{A}/jetons/revoquer", name="portail")
    assert "révoqué" in root.get(f"{A}/jetons").text
    assert root.post(f"{A}/jetons/revoquer", name="personne").status_code == 404
    assert [name for name, _ in audited(site)] == ["token:added", "token:revoked"]
    assert site.ask(lambda: session().scalar(select(Token.revoked_at))) is not None


def test_a_token_that_reads_waits_for_another_administrator(both: Site) -> None:
    root, url = both.as_("root"), f"{A}/jetons/nouveau"
    typed = {"scope": "cases:read", "all_units": "y", "channel": "", "expires": ""}
    alone = root.post(url, name="seul", **typed)
    assert alone.status_code == 422
    assert "seul administrateur" in plain(alone.text)
    second = hire(both, "regis", "tri", "administrator")
    secrets = {}
    for name in ("un", "deux"):
        made = re.search(r'value="(grc_[\w-]+)"', root.post(url, name=name, **typed).text)
        assert made
        secrets[name] = {"Authorization": f"Bearer {made[1]}"}

    def answer(name: str) -> int:
        client = both.app.test_client()
        return client.get(f"/api/v1/cases/{both.cases['apa']}", headers=secrets[name]).status_code

    assert answer("un") == 401
    assert "attend un autre administrateur" in root.get(f"{A}/jetons").text
    assert "Confirmer" not in root.get(f"{A}/jetons").text
    assert root.post(f"{A}/jetons/confirmer", name="un").status_code == 403
    assert both.as_("alice").post(f"{A}/jetons/confirmer", name="un").status_code == 403
    assert answer("un") == 401
    assert "Confirmer" in second.get(f"{A}/jetons").text
    for _ in "12":
        assert second.post(f"{A}/jetons/confirmer", name="un").status_code == 303
    assert answer("un") == 200
    second.post(f"{A}/jetons/revoquer", name="deux")
    second.post(f"{A}/jetons/confirmer", name="deux")
    assert answer("deux") == 401
    acts = ["token:proposed", "token:proposed", "token:confirmed", "token:revoked"]
    assert [name for name, _ in audited(both, "token:")] == acts


def test_a_delegation_is_given_and_ends_by_a_date(both: Site) -> None:
    root, sonia = both.as_("root"), user_id(both, "sonia")
    today = paris_date(clock.now())
    last = today + timedelta(days=30)
    typed = {
        "login": "sonia",
        "name": "Sonia Roux",
        "quality": "Directrice",
        "unit": "autonomie",
        "since": today.isoformat(),
        "until": last.isoformat(),
        "act": "Arrêté 2026-12",
    }
    url = f"{A}/delegations/nouvelle"
    assert root.post(url, **(typed | {"login": "x"})).status_code == 422
    before = {"until": (today - timedelta(days=1)).isoformat()}
    assert root.post(url, **(typed | before)).status_code == 422
    assert root.post(url, **typed).status_code == 303
    held = both.ask(lambda: powers.powers(sonia, today))
    assert [one.quality for one in held] == ["Directrice"]
    number = both.ask(lambda: session().scalar(select(Delegation.id).order_by(-Delegation.id)))
    one = f"{A}/delegations/{number}"
    past = (today - timedelta(days=9)).isoformat()
    assert root.post(one, until=past, old=last.isoformat()).status_code == 422
    ends = (today - timedelta(days=1)).isoformat()
    assert root.post(one, until=ends, old=last.isoformat()).status_code == 303
    assert root.post(one, until=last.isoformat(), old=last.isoformat()).status_code == 409
    assert both.ask(lambda: powers.powers(sonia, today)) == ()
    assert "Sonia Roux" in root.get(f"{A}/delegations?etat=closed").text
    assert "Sonia Roux" not in root.get(f"{A}/delegations").text
    told = audited(both)
    assert [name for name, _ in told] == ["delegation:given", "delegation:ended"]
    assert told[1][1] == {"who": "Sonia Roux", "old": last.isoformat(), "new": ends}


def test_settings_are_shown_without_a_secret(site: Site) -> None:
    page = site.as_("root").get(f"{A}/reglages").text
    given = site.app.extensions["grc.settings"]
    assert given.secret_key not in page
    assert not any(key in page for key in given.token_keys)
    assert "GRC_BASE_URL" in page


def owners(site: Site) -> dict[str, tuple[int | None, str]]:
    """Who has each case, and its state."""
    found = {name: site.handling(name) for name in ("apa", "other", "lost", "named")}
    return {name: (row.assignee_id, row.status) for name, row in found.items()}


def entrust(site: Site, login: str, *cases: str) -> int:
    """Give cases to somebody, as they lie in the tables."""
    number = user_id(site, login)
    for name in cases:
        row = site.handling(name)
        with site.app.app_context(), transaction():
            one = session().get_one(Handling, row.id)
            change(one, assignee_id=number)
            case = session().get_one(Case, one.case_id)
            if one.status == "received":
                set_status(case, one, "in_progress", actor=SYSTEM, now=clock.now())
    return number


def test_work_is_handed_over_where_it_may_be_and_given_back(both: Site) -> None:
    """Three cases and a named one: bob works in one of the units, and is on no list."""
    alice = entrust(both, "alice", "apa", "other", "lost", "named")
    bob, root = user_id(both, "bob"), both.as_("root")
    both.as_("alice").post(both.url("apa", "brouillon"), text="Bonjour, votre dossier")
    url, before = f"{A}/comptes/{alice}", owners(both)
    looked = root.post(f"{url}/depart", login="bob", looked="").text
    assert "<strong>3 demandes ouvertes" in plain(looked)
    assert "À Bob : 2. Dans la file de leur service : 1." in plain(looked)
    assert both.cases["named"] not in looked
    assert root.post(f"{url}/depart", login="root", looked="").status_code == 422
    assert owners(both) == before
    leave(root, url, "bob")
    both.work()
    assert owners(both) == {
        "apa": (bob, "in_progress"),
        "other": (bob, "in_progress"),
        "lost": (None, "received"),
        "named": (None, "received"),
    }
    page = root.get(url).text
    assert "À Bob : 2. Dans la file de leur service : 1." in plain(page)
    for name in ("apa", "named"):
        assert both.cases[name] not in page
    both.as_("bob").post(both.url("other", "note"), text="vu", version="9", seen="0")
    for _ in "12":
        root.post(f"{url}/annuler-depart")
    both.work()
    assert owners(both) == before | {"named": (None, "received")}  # she is not on its list
    told = [name for name, _ in audited(both)]
    assert told == ["user:closed", "user:work-given", "user:reopened", "user:work-back"]


def test_who_is_on_its_list_takes_a_reserved_case_over(site: Site) -> None:
    alice, sonia = entrust(site, "alice", "named"), user_id(site, "sonia")
    site.ask(lambda: give_apa(sonia))
    root = site.as_("root")
    looked = root.post(f"{A}/comptes/{alice}/depart", login="sonia", looked="").text
    assert "<strong>0 demande" in plain(looked)
    leave(root, f"{A}/comptes/{alice}", "sonia")
    site.work()
    assert site.handling("named").assignee_id == sonia
    assert "À Sonia : 0." in plain(root.get(f"{A}/comptes/{alice}").text)


def give_apa(number: int) -> None:
    """Let somebody work in the unit of the cases."""
    with transaction():
        unit = snapshot().unit("apa").id
        session().add(UserRole(user_id=number, unit_id=unit, role="supervisor"))


def test_what_changed_since_is_not_taken_back(site: Site) -> None:
    bob, root = entrust(site, "bob", "apa", "other"), site.as_("root")
    leave(root, f"{A}/comptes/{bob}")
    site.work()
    site.as_("alice").post(site.url("apa", "prendre"), version="9", seen="0")
    root.post(f"{A}/comptes/{bob}/annuler-depart")
    site.work()
    alice = user_id(site, "alice")
    assert {name: who for name, (who, _) in owners(site).items() if who} == {
        "apa": alice,
        "other": bob,
    }


def plain(page: str) -> str:
    """With plain spaces."""
    return re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", page)


TABLE = """identifiant;nom;adresse;poste;roles;actif
n.neuve;Nina Neuve;n@d.fr;;agent@apa reader@crip;
alice;Alice Martin;;;;
dora;Dora;;;agent@amethyste;oui
bob;Bob;;;;non
;Sans Identifiant;;;;
oscar;Oscar;;;king@crip;
n.neuve;Deux Fois;;;;
root;Root;;;agent@apa;
"""


def kept(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_file_is_looked_at_then_carried_out_once(both: Site) -> None:
    bob, root = entrust(both, "bob", "apa"), both.as_("root")
    url = f"{A}/fichier"
    assert root.post(url, kept="").status_code == 422
    assert root.post(url, kept=kept("a;b\n1;2")).status_code == 422
    assert root.post(url, kept=kept("x" * 25_000)).status_code == 422
    looked = plain(root.post(url, kept=kept(TABLE)).text)
    numbers = "Créés : 1", "Modifiés : 1", "Désactivés : 1", "Inchangés : 1", "refusées : 4"
    assert [one for one in numbers if one not in looked] == []
    assert audited(both) == []
    refused = root.post(url, kept=kept(TABLE), rejected="1")
    assert refused.mimetype == "text/csv"
    assert len(refused.text.strip().splitlines()) == 5
    root.post(url, kept=kept(TABLE), go="1")
    both.work()
    told = [(name, data.get("what", data.get("role"))) for name, data in audited(both)]
    assert told == [
        ("user:added", None),
        ("role:given", "agent"),
        ("role:given", "lecteur"),
        ("user:changed", "nom"),
        ("user:closed", None),
        ("user:work-given", None),
    ]
    assert owners(both)["apa"] == (None, "received")
    again = plain(root.post(url, kept=kept(TABLE), go="1").text)
    assert "Inchangés : 4" in again
    assert len(audited(both)) == len(told)
    assert bob


def test_the_command_does_the_same(site: Site, tmp_path: Path) -> None:
    from grc.cli.staff import _load

    path = tmp_path / "agents.csv"
    path.write_text(TABLE, "utf-8")
    entrust(site, "bob", "apa")
    rehearsed = site.ask(lambda: _load(path, True))
    assert audited(site) == []
    done = site.ask(lambda: _load(path, False))
    assert done.counts() == rehearsed.counts()
    site.work()
    assert owners(site)["apa"] == (None, "received")
    assert site.ask(lambda: _load(path, False)).counts()["unchanged"] == 4
