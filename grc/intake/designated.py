"""People an agent has recognised, and those somebody else asks for."""

from datetime import datetime

from grc.cases.parties import NewParty
from grc.cases.tokens import verify_person
from grc.channels.past import Person
from grc.channels.protocol import Request, Sender
from grc.citizens import service as citizens
from grc.core.i18n import N_, Text
from grc.core.settings import settings

RECOGNISED = N_("reconnu par l'agent qui a répondu")
Who = tuple[NewParty, str, tuple[Text, ...]]  # the party, how sure the citizen is, and why


def chosen(request: Request) -> int | None:
    """The citizen an agent has recognised; what she said is signed."""
    told = (hint.value for hint in request.hints if hint.kind == "our_citizen")
    return next(filter(None, (verify_person(one, settings().token_keys) for one in told)), None)


def sender(citizen_id: int, sender: Sender, now: datetime) -> Who:
    """The sender, whom an agent has recognised: her number finds her from now on."""
    point = None
    if sender.phone:
        point = citizens.contact_point("phone", sender.phone, now=now)
        citizens.attach(citizen_id, point, origin="agent")
    party = NewParty(sender.role, citizen_id, point, sender.name)
    return party, "matched", (Text(RECOGNISED),)


def concerned(person: Person, citizen_id: int | None, now: datetime) -> Who:
    """For whom a sender asks: the person an agent has recognised, else somebody new: a name
    alone brings nobody together with anybody."""
    reason = Text(RECOGNISED)
    if citizen_id is None:
        citizen_id = citizens.create(person.name, [], origin="agent", now=now)
        reason = Text(N_("première demande pour cette personne"))
    return NewParty(person.role, citizen_id, None, person.name), "matched", (reason,)
