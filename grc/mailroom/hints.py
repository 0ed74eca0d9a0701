"""A reference that the mail room gives, of a case it may know nothing about.

Cases read by named people, or by doctors, do not exist for the mail room. What it is told is the
same whether such a case bears the reference or none does: the letter goes to the triage, with
the reference as it was given. Whoever may see both cases finds them linked.
"""

from datetime import datetime

from grc.cases import service as cases
from grc.cases.links import are_linked
from grc.cases.models import Case, CaseLink
from grc.cases.reference import parse
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.intake.letters import Opened
from grc.intake.queries import case_named
from grc.mailroom import access
from grc.organisation.queries import snapshot
from grc.routing import service as routing
from grc.routing.rules import strictest
from grc.staff.policy import Level

WRONG = N_("Cette référence est incomplète, ou mal lue : vérifiez sa dernière lettre.")
_WHY = N_("Référence donnée à l'indexation, à vérifier.")


def given(typed: str, letter: Opened, actor: Actor) -> Case | None:
    """The case of a reference; None when the mail room knows none: `leave` the letter then.

    Raises InvalidInput for what cannot be the reference of another case.
    """
    read, other = parse(typed), case_named(typed)
    is_own = other is not None and other.id == letter.case.id
    if read is None or read.kind not in "DL" or not read.valid or is_own:
        raise InvalidInput(WRONG, field="same_as")
    return other if other is not None and access.knows(actor, other) else None


def leave(letter: Opened, typed: str, why: str, kind: str, *, actor: Actor, now: datetime) -> None:
    """Leave a letter that was demanded to the triage. `why`: what the reference was given for;
    `kind`: of the link with its case, which the journal does not tell."""
    case, other = letter.case, case_named(typed)
    _to_triage(case, access.in_the_name_of(actor), now)
    if other is not None and not are_linked(case.id, other.id, kind):
        add(CaseLink, case_id=case.id, other_id=other.id, kind=kind, created_at=now)
    audit.record(
        Event.LETTER_REFERENCE, subject=("item", letter.item.id), case_id=case.id, actor=actor,
        now=now, typed=typed.strip().upper()[:40], why=Text(why),
    )  # fmt: skip


def _to_triage(case: Case, actor: Actor, now: datetime) -> None:
    if cases.handling_of(case, actor).to_route:
        return
    triage = snapshot().triage
    routing.reroute(case, triage.code, _WHY, expected=None, actor=actor, now=now)
    there = next(one for one in cases.all_handlings(case) if one.unit_id == triage.id)
    cases.change(there, to_route=True)
    level = strictest(Level.RESTRICTED, case.level)
    cases.set_level(case, level, actor=actor, now=now)
