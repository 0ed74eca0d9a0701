"""A person, ready for templates/people/."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from grc.cases.persons import Alike, Person, Reached, person_reference
from grc.citizens.merging import FIELDS, differing, missing
from grc.core import audit
from grc.core.audit import AuditRow
from grc.core.seals import Seal
from grc.web.filters import phone
from grc.web.forms.people import LANGUAGES
from grc.web.people.blueprint import person_url
from grc.web.presenters import marks
from grc.web.presenters.things import Act
from grc.web.typography import printed
from grc.web.words import _, say
from grc.work.people import KINDS, Care

POINT = Seal("contact-point")
Thing = dict[str, Any]


def value(name: str, told: Any) -> str:
    """A field of somebody, in words; a dash for nothing."""
    if not told:
        return "–"
    if isinstance(told, date):
        return f"{told:%d/%m/%Y}"
    return str(dict(LANGUAGES).get(told, told)) if name == "language" else str(told)


def person(of: Person, *, writes: bool) -> Thing:
    """Who she is, and what may be done."""
    acts = [
        Act(_("Corriger l’identité"), person_url(of.reference, "identite"), icon="user", key="i"),
        Act(_("Ajouter une coordonnée"), person_url(of.reference, "joindre"), icon="plus", key="n"),
        Act(_("Réunir avec une autre fiche"), person_url(of.reference, "reunir"), icon="link"),
    ]
    return {
        "name": of.own["name"] or _("Nom inconnu"),
        "reference": of.reference,
        "acts": acts if writes else [],
        "fields": [
            {"label": _(words), "value": value(name, of.own[name])}
            for name, words in FIELDS.items()
            if of.own[name] or name in ("name", "birth_date")
        ],
    }


def points(of: Person, ways: Sequence[Reached], *, writes: bool) -> list[Thing]:
    """Each contact point once, whoever of those merged has it."""
    found = {way.point.id: way for way in ways}
    return [_point(of, way, writes=writes) for way in found.values()]


def _point(of: Person, way: Reached, *, writes: bool) -> Thing:
    kind, contact = way.point.kind, way.contact
    care = Care(contact.safe, contact.do_not_call, contact.do_not_write, contact.leave_no_message)
    sealed = POINT.close(way.point.id)
    return {
        "icon": {"email": "mail", "phone": "phone"}.get(kind, "place"),
        "kind": _(KINDS.get(kind, kind)),
        "label": phone(way.point.value) if kind == "phone" else way.point.value,
        "cares": [say(words) for words in care.words()],
        "origin": origin(contact.origin),
        "since": way.point.created_at,
        "confirmed_at": contact.confirmed_at,
        "url": url_for("people.care", reference=of.reference, point=sealed) if writes else None,
    }


def origin(code: str) -> str:
    """Where an address comes from."""
    told = {
        "email": _("par un courriel"),
        "phone": _("par un appel"),
        "agent": _("par un agent"),
        "page": _("par un agent, sur cette fiche"),
        "import": _("par un autre logiciel"),
        "request": _("par une demande"),
    }
    return told.get(code, code)


def contacts(by_channel: Mapping[str, int]) -> list[Thing]:
    """How many times she has contacted us, by channel."""
    return [
        {"label": marks.channel_label(one), "icon": marks.channel_icon(one), "count": number}
        for one, number in by_channel.items()
    ]


def alike(of: Person, found: Sequence[Alike]) -> list[Thing]:
    """Who may be the same person; the first has the keys."""
    return [_alike(of, one, number) for number, one in enumerate(found)]


def _alike(of: Person, one: Alike, number: int) -> Thing:
    there = person_reference(one.citizen)
    join = person_url(of.reference, "reunir") + f"?avec={there}"
    apart = person_url(of.reference, "distincte")
    return {
        "name": one.citizen.name or _("Nom inconnu"),
        "birth": value("birth_date", one.citizen.birth_date),
        "url": person_url(there),
        "score": one.likeness.score,
        "why": _(" ; ").join(say(words) for words in one.likeness.reasons),
        "join": Act(_("Réunir…"), join, icon="link", key=None if number else "r"),
        "apart": Act(
            _("Ce n’est pas elle"),
            apart,
            "post",
            kind="quiet",
            icon="close",
            fields={"other": there},
        ),
    }


def merged(of: Person, *, writes: bool) -> list[Thing]:
    """Those who were merged into her and can be separated again."""
    keys = iter("s")
    return [
        {
            "name": of.whole.people[tie.citizen_id].name or _("Nom inconnu"),
            "reference": person_reference(of.whole.people[tie.citizen_id]),
            "at": tie.at,
            "chosen": ", ".join(_(FIELDS[name]) for name in tie.chosen if name in FIELDS),
            "act": Act(
                _("Séparer…"),
                person_url(person_reference(of.whole.people[tie.citizen_id]), "separer"),
                icon="undo",
                key=next(keys, None),
            )
            if writes
            else None,
        }
        for tie in of.whole.ties
    ]


def timeline(rows: Sequence[tuple[AuditRow, str | None]]) -> list[Thing]:
    """What was done to what is known of her."""
    return [
        {
            "at": row.at,
            "actor": printed(row.actor),
            "sentence": say(audit.sentence(row)),
            "remark": remark,
        }
        for row, remark in rows
    ]


def compared(kept: Person, other: Person, counts: tuple[int, int]) -> Thing:
    """What becomes of each field and of the cases, before two are merged."""
    choose = differing(kept.own, other.own)
    taken = missing(kept.own, other.own)

    def becomes(name: str) -> str:
        if name in choose:
            return _("à choisir ci-dessous")
        return value(name, (other if name in taken else kept).own[name])

    return {
        "kept": {"name": kept.own["name"] or _("Nom inconnu"), "reference": kept.reference},
        "other": {"name": other.own["name"] or _("Nom inconnu"), "reference": other.reference},
        "fields": [
            {
                "label": _(words),
                "kept": value(name, kept.own[name]),
                "other": value(name, other.own[name]),
                "becomes": becomes(name),
            }
            for name, words in FIELDS.items()
            if kept.own[name] or other.own[name]
        ],
        "counts": counts,
    }


def choices(kept: Person, other: Person) -> dict[str, tuple[str, str]]:
    """The fields of which a person chooses: what each says."""
    return {
        name: (value(name, kept.own[name]), value(name, other.own[name]))
        for name in differing(kept.own, other.own)
    }
