"""Opening a case on a request that another system has had: as far as it had come there."""

from dataclasses import replace
from datetime import datetime

from grc.cases import imported, opening
from grc.cases.imported import Continued
from grc.cases.opening import NewCase, NewMessage
from grc.cases.states import ENDED, Outcome
from grc.catalogue.queries import current_type
from grc.channels.past import Past
from grc.channels.protocol import Request, Sender
from grc.core.actor import Actor
from grc.core.errors import NotFound
from grc.core.i18n import N_, Text
from grc.intake import copies, whereabouts
from grc.intake.models import Item
from grc.intake.queries import item_named, item_of
from grc.organisation.queries import snapshot

Refusal = tuple[str, Text]  # code, sentence


def refusal(past: Past) -> Refusal | None:
    """Why a past cannot be taken over here; None when it can."""
    if past.unit and snapshot().find_unit(past.unit) is None:
        text = N_("le service « %(value)s » n'existe pas")
        return "unknown_unit", Text(text, {"value": past.unit[:80]})
    if past.request_type and current_type(past.request_type) is None:
        text = N_("la nature de demande « %(value)s » n'existe pas")
        return "unknown_type", Text(text, {"value": past.request_type[:80]})
    if not _is_state(past):
        text = N_("l'état « %(value)s » n'est pas l'un des nôtres")
        return "unknown_state", Text(text, {"value": f"{past.status}/{past.outcome}"[:80]})
    return _taken(past)


def _is_state(past: Past) -> bool:
    if past.status in ENDED:
        return past.status in imported.STATES and past.outcome in set(Outcome)
    return not past.outcome and past.status in imported.STATES | {""}


def _taken(past: Past) -> Refusal | None:
    for reference in past.references:
        if case := imported.taken(past.system, reference):
            text = N_("la référence %(value)s est déjà celle de %(case)s, avec d'autres valeurs")
            return "known_reference", Text(text, {"value": reference, "case": case.reference})
    return None


def open_case(
    item: Item,
    request: Request,
    past: Past,
    message: NewMessage,
    *,
    received: datetime,
    actor: Actor,
    now: datetime,
) -> int:
    """Open the case, bring its past, and note what was refused before as this one's copy."""
    new = _placed(whereabouts.new_case(item, request, received, now), request, past, received)
    case_id = opening.open_case(new, message, actor=actor, now=now)
    continued = Continued(
        system=past.system,
        references=past.references,
        state=past.state,
        status=past.status,
        outcome=past.outcome,
        ended_at=past.ended_at,
    )
    imported.continue_case(case_id, continued, actor=actor, now=now)
    return case_id


def _placed(new: NewCase, request: Request, past: Past, received: datetime) -> NewCase:
    """With the unit, the nature and the commune that were told."""
    if unit := snapshot().find_unit(past.unit) if past.unit else None:
        new = replace(new, unit_id=unit.id, department_id=unit.department_id)
    if kind := current_type(past.request_type) if past.request_type else None:
        new = replace(new, request_type=(kind.code, kind.version))
    address = request.people[0].address if request.people else None
    told = Request(Sender(), text=past.commune or address or "")
    insee, territory = whereabouts.where(told, received)
    return replace(new, commune=insee, territory=territory) if insee else new


def settle_corrected(item: Item, past: Past, now: datetime) -> None:
    """What was refused and came back corrected no longer waits: it is a copy of this one."""
    if not past.corrects or item.outcome == "quarantined":
        return
    try:
        refused = item_named(past.corrects)
    except NotFound:
        return
    same_road = (refused.channel, refused.source) == (item.channel, item.source)
    if same_road and refused.outcome == "quarantined" and refused.id != item.id:
        original = item if item.duplicate_of is None else item_of(item.duplicate_of)
        copies.settle(refused, original or item, now)
