"""`grc case access`: who may read a case and why, changed with a reason, never to nobody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from grc.cases.models import Case, Handling
from grc.cases.queries import visible_to
from grc.core import clock
from grc.core.actor import Actor
from grc.core.audit import AuditRow, Remark
from grc.core.db import session, transaction
from grc.work import service as work
from tests.integration.conftest import Grc, mail

VIOLENCE = "Mon mari me frappe, j'ai peur de mon mari. Aidez-moi."
MakeUser = Callable[..., Actor]


@pytest.fixture
def vera(make_user: MakeUser) -> Actor:
    """The only agent of the unit to which the case goes."""
    return make_user("vera", agent="violences")


@pytest.fixture
def reference(grc: Grc, vera: Actor, tmp_path: Path) -> str:
    """A named case."""
    path = tmp_path / "message.eml"
    path.write_bytes(mail(VIOLENCE))
    grc("import", "email", path, "--source", "contact")
    (one,) = grc("case", "list", "--json").json["cases"]
    assert one["level"] == "named"
    return str(one["reference"])


def readers(grc: Grc, reference: str) -> dict[str, str]:
    """Login and why of everybody who may read."""
    shown = grc("case", "access", reference, "--json").json
    return {one["login"]: one["because"] for one in shown["readers"]}


def really_reads(who: Actor) -> bool:
    """What the lists on screen say."""
    session().expire_all()
    return session().scalar(select(Case.id).where(visible_to(who, clock.now()))) is not None


def test_it_shows_who_may_read_and_why(grc: Grc, reference: str, make_user: MakeUser) -> None:
    make_user("alice", agent="apa")
    shown = grc("case", "access", reference, "--json").json
    vera = {"login": "vera", "name": "Vera", "because": "unit", "until": None, "remark": None}
    assert shown == {"reference": reference, "level": "named", "readers": [vera], "refused": []}
    said = grc("case", "access", reference)
    assert said.code == 0
    assert "réservée à une liste de personnes" in said.out
    assert "vera  Vera  par son service" in said.out


def test_who_joins_a_unit_later_is_not_on_the_list_until_let_in(
    grc: Grc, reference: str, make_user: MakeUser
) -> None:
    nina = make_user("nina", agent="violences")
    assert readers(grc, reference) == {"vera": "unit"}
    done = grc("case", "access", reference, "--allow", "NINA", "--why", "Arrivée le 3.", "--json")
    assert (done.code, [one["login"] for one in done.json["readers"]]) == (0, ["nina", "vera"])
    assert readers(grc, reference) == {"vera": "unit", "nina": "given"}
    assert really_reads(nina)


def test_a_refusal_beats_the_unit_and_forgetting_it_does_not_bring_back_on_a_named_list(
    grc: Grc, reference: str, vera: Actor, make_user: MakeUser
) -> None:
    make_user("alice", agent="apa")
    grc("case", "access", reference, "--allow", "alice", "--why", "Renfort.")
    done = grc("case", "access", reference, "--refuse", "vera", "--why", "Parente.", "--json").json
    assert [(one["login"], one["remark"]) for one in done["refused"]] == [("vera", "Parente.")]
    assert [one["login"] for one in done["readers"]] == ["alice"]
    assert not really_reads(vera)
    done = grc("case", "access", reference, "--forget", "vera", "--why", "Erreur.", "--json").json
    assert done["refused"] == []
    assert [one["login"] for one in done["readers"]] == ["alice"]


def test_every_change_is_in_the_journal_with_who_and_why(
    grc: Grc, reference: str, make_user: MakeUser
) -> None:
    make_user("alice", agent="apa")
    for option in ("--allow", "--refuse", "--forget"):
        assert grc("case", "access", reference, option, "alice", "--why", f"{option} !").code == 0
    session().expire_all()
    query = select(AuditRow, Remark.text).join(Remark, Remark.id == AuditRow.remark_id)
    rows = session().execute(
        query.where(AuditRow.event.like("case:access-%")).order_by(AuditRow.id)
    )
    told = [(row.event, row.data, text, row.actor.startswith("cli:")) for row, text in rows]
    assert told == [
        ("case:access-given", {"who": "Alice"}, "--allow !", True),
        ("case:access-refused", {"who": "Alice"}, "--refuse !", True),
        ("case:access-forgotten", {"who": "Alice"}, "--forget !", True),
    ]
    assert "Lecture autorisée à Alice" in grc("case", "show", reference).out


@pytest.mark.parametrize("option", ["--refuse", "--forget"])
def test_the_last_reader_stays(grc: Grc, reference: str, vera: Actor, option: str) -> None:
    done = grc("case", "access", reference, option, "vera", "--why", "Départ.", "--json")
    assert (done.code, done.out) == (64, "")
    assert "vera est seul à lire" in done.err
    assert readers(grc, reference) == {"vera": "unit"}
    assert really_reads(vera)


def test_what_was_entrusted_to_who_no_longer_reads_goes_back_to_the_queue(
    grc: Grc, reference: str, vera: Actor, make_user: MakeUser
) -> None:
    make_user("alice", agent="apa")
    with transaction():
        work.take(session().scalars(select(Case)).one(), actor=vera, now=clock.now())
    grc("case", "access", reference, "--allow", "alice", "--why", "Relais.")
    grc("case", "access", reference, "--refuse", "vera", "--why", "Départ.")
    session().expire_all()
    handling = session().scalars(select(Handling)).one()
    assert (handling.assignee_id, handling.status) == (None, "received")


def test_a_case_that_is_not_named_has_corrections_too(
    grc: Grc, make_user: MakeUser, tmp_path: Path
) -> None:
    for login, unit in (("alice", "apa"), ("bob", "apa"), ("dora", "amethyste"), ("oscar", "crip")):
        make_user(login, agent=unit)
    path = tmp_path / "apa.eml"
    path.write_bytes(mail())
    grc("import", "email", path, "--source", "apa")
    reference = grc("case", "list", "--json").json["cases"][0]["reference"]
    assert readers(grc, reference) == dict.fromkeys(("alice", "bob", "dora"), "department")
    grc("case", "access", reference, "--refuse", "bob", "--why", "Son père.")
    grc("case", "access", reference, "--allow", "oscar", "--why", "Avis demandé.")
    here = {"alice": "department", "dora": "department"}
    assert readers(grc, reference) == here | {"oscar": "given"}
    for login in ("bob", "oscar"):
        grc("case", "access", reference, "--forget", login, "--why", "Fini.")
    assert readers(grc, reference) == here | {"bob": "department"}


def test_wrong_usage_is_told_with_what_to_write(
    grc: Grc, grc_in_english: Grc, reference: str, make_user: MakeUser
) -> None:
    root = make_user("root", administrator="tri")
    make_user("alice", agent="apa")
    for code, says, english, asked in (
        (66, "Le compte personne n'existe pas", "personne", ("--allow", "personne", "--why", "x")),
        (64, "Dites pourquoi", "Say why", ("--allow", "alice")),
        (64, "Dites pourquoi", "Say why", ("--refuse", "vera", "--why", " ")),
        (64, "--why va avec", "goes with", ("--why", "x")),
        (64, "à la fois", "at a time", ("--allow", "alice", "--refuse", "vera", "--why", "x")),
        (64, "n'est pas sur la liste", "not on the list", ("--forget", "alice", "--why", "x")),
        (64, "ne lit aucune", "reads no case", ("--allow", root.label, "--why", "x")),
    ):
        french, other = (run("case", "access", reference, *asked) for run in (grc, grc_in_english))
        assert (french.code, french.out, other.code, other.out) == (code, "", code, "")
        assert says in french.err
        assert english in other.err
        assert says not in other.err
    assert readers(grc, reference) == {"vera": "unit"}


def test_only_an_administrator_changes_a_list(
    app: Flask, reference: str, vera: Actor, make_user: MakeUser
) -> None:
    from grc.cases import access
    from grc.core.errors import Forbidden

    make_user("alice", agent="apa")
    given = {"why": "x", "now": clock.now()}
    case = session().scalars(select(Case)).one()
    with pytest.raises(Forbidden), transaction():
        access.allow(case, "alice", actor=vera, **given)
    with transaction():
        access.allow(case, "alice", actor=make_user_outside(), **given)


def make_user_outside() -> Actor:
    """An administrator, who reads nothing and may change lists."""
    return Actor("root", 999, {1: frozenset({"administrator"})})
