"""What a field of a case was and has become, told to the journal where no act of its own says it.

Dates are written `dd/mm/yyyy`. The words of a citizen never enter the journal: a subject lives in
a remark, `before → after`, and can be erased with it.
"""

from datetime import date, datetime
from enum import StrEnum

from grc.cases.models import Case
from grc.core import audit
from grc.core.actor import Actor
from grc.core.changes import spelled
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.staff.queries import names

NOBODY = Text(N_("personne"))
NOTHING = "—"  # a value that was not known, or is no longer


class Field(StrEnum):
    """What a history is kept of; the value is what an address names it by."""

    SUBJECT = "objet"
    TYPE = "nature"
    LEVEL = "confidentialite"
    UNIT = "service"
    AGENT = "agent"
    STATUS = "etat"
    DUE = "echeance"
    PLACE = "commune"
    RECEIVED = "reception"
    CITIZEN = "usager"
    PARTIES = "personnes"
    NATURE = "nature-juridique"
    PRIORITY = "priorite"
    OUTCOME = "issue"


LABELS = {
    Field.SUBJECT: N_("Objet"),
    Field.TYPE: N_("Nature de demande"),
    Field.LEVEL: N_("Confidentialité"),
    Field.UNIT: N_("Service"),
    Field.AGENT: N_("Agent"),
    Field.STATUS: N_("État"),
    Field.DUE: N_("Échéance"),
    Field.PLACE: N_("Commune"),
    Field.RECEIVED: N_("Date de réception"),
    Field.CITIZEN: N_("Usager"),
    Field.PARTIES: N_("Personnes de la demande"),
    Field.NATURE: N_("Nature juridique"),
    Field.PRIORITY: N_("Priorité"),
    Field.OUTCOME: N_("Issue"),
}


def written(on: date) -> str:
    """A date as the journal keeps it."""
    return f"{on:%d/%m/%Y}"


def tell(
    case: Case, field: Field, old: Text | str, new: Text | str, *, actor: Actor, now: datetime
) -> None:
    """Write that a field has changed; nothing when it has not."""
    if old == new:
        return
    audit.record(
        Event.CASE_FIELD,
        subject=("case", case.id),
        case_id=case.id,
        actor=actor,
        now=now,
        field=Text(LABELS[field]),
        old=old,
        new=new,
    )


def tell_agent(
    case: Case, old: int | None, new: int | None, *, actor: Actor, now: datetime
) -> None:
    """Write that it is another's to handle, where the act itself does not name her."""
    if old == new:
        return
    known = names({one for one in (old, new) if one})
    before, after = (known.get(one or 0) or NOBODY for one in (old, new))
    tell(case, Field.AGENT, before, after, actor=actor, now=now)


def tell_subject(case: Case, new: str, *, actor: Actor, now: datetime) -> None:
    """Write that the subject is about to change: both texts in the remark."""
    if new == case.subject:
        return
    remark_id = audit.remark(spelled(case.subject or NOTHING, new), now=now)
    about = ("case", case.id)
    audit.record(
        Event.CASE_SUBJECT, subject=about, case_id=case.id, actor=actor, now=now,
        remark_id=remark_id,
    )  # fmt: skip


def tell_parties(case_id: int, old: str, new: str, *, actor: Actor, now: datetime) -> None:
    """Write that who takes part has changed since the case was opened: names, in the remark."""
    if old == new:
        return
    audit.record(
        Event.CASE_FIELD,
        subject=("case", case_id),
        case_id=case_id,
        actor=actor,
        now=now,
        remark_id=audit.remark(spelled(old or NOTHING, new), now=now),
        field=Text(LABELS[Field.PARTIES]),
        old=NOTHING,
        new=Text(N_("noms changés") if old else N_("noms ajoutés")),
    )
