"""The household of a person, ready for templates/people/person.html: names, roles, days."""

from typing import Any

from grc.cases.households import Home, Member
from grc.cases.persons import Person, person_reference
from grc.citizens.household import ROLES
from grc.citizens.models import Citizen
from grc.core.seals import Seal
from grc.web.people.blueprint import person_url
from grc.web.presenters.things import Act
from grc.web.words import _

MEMBER = Seal("household-member")
Thing = dict[str, Any]


def household(of: Person, found: Home, *, writes: bool) -> Thing:
    """What is shown of it, and what may be done."""
    join = Act(_("Ajouter au foyer"), person_url(of.reference, "foyer"), icon="plus", modal=True)
    apart = _apart(of)
    return {
        "kept_apart": of.is_kept_apart,
        "members": [_member(of, one, writes=writes) for one in found.members],
        "proposed": [_proposed(of, one) for one in found.proposed],
        "acts": [*([join] if found.is_shown else []), apart] if writes else [],
    }


def _apart(of: Person) -> Act:
    if of.is_kept_apart:
        words, where = _("Peut être rapprochée"), "rapprocher-de-nouveau"
    else:
        words, where = _("Ne pas rapprocher"), "ne-pas-rapprocher"
    return Act(words, person_url(of.reference, where), icon="lock", modal=True)


def _member(of: Person, one: Member, *, writes: bool) -> Thing:
    row = one.row
    words = [_(ROLES.get(row.role, row.role))]
    if row.since:
        words.append(_("depuis le %(on)s", on=f"{row.since:%d/%m/%Y}"))
    if row.until:
        words.append(_("jusqu’au %(on)s", on=f"{row.until:%d/%m/%Y}"))
    url = person_url(of.reference, "foyer") + f"/{MEMBER.close(row.id)}"
    leave = Act(_("Retirer"), url, icon="close", modal=True)
    return {
        "name": one.citizen.name or _("Nom inconnu"),
        "url": person_url(person_reference(one.citizen)),
        "words": ", ".join(words),
        "proof": row.proof,
        "has_left": row.until is not None,
        "act": leave if writes and row.until is None else None,
    }


def _proposed(of: Person, one: Citizen) -> Thing:
    there, base = person_reference(one), person_url(of.reference, "foyer")
    fields = {"other": there}
    return {
        "name": one.name or _("Nom inconnu"),
        "url": person_url(there),
        "acts": [
            Act(_("Ajouter…"), f"{base}?avec={there}", icon="plus", modal=True),
            Act(_("Pas son foyer"), f"{base}/autre", "post", "close", fields=fields),
        ],
    }
