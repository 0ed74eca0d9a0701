"""What a look-up has told before a form is filled in: who the person is, from which number.

The person travels signed, and is looked at again each time: an agent who no longer sees her
knows nothing of her.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request

from grc.cases.callers import Caller, is_known
from grc.cases.tokens import sign_person, verify_person
from grc.channels import registry
from grc.channels.fields import Field, File, Values
from grc.channels.protocol import looked_up
from grc.citizens.asked import read
from grc.core.clock import paris_date
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.web import returning
from grc.web.present import now
from grc.web.session import actor

NAME = "usager"
_KEPT = (NAME, "q", returning.NAME)


def person() -> Caller | None:
    """The person chosen before this form, as this agent may see her."""
    token = request.values.get(NAME, "")
    citizen_id = verify_person(token, settings().token_keys) if token else None
    return is_known(actor(), citizen_id, now()) if citizen_id else None


def is_spoken(channel: str) -> bool:
    """True when somebody waits to hear the reference."""
    found = registry.look(channel)
    return found is not None and looked_up(found) is not None


def asked(fields: Sequence[Field], chosen: Caller | None) -> tuple[Field, ...]:
    """The fields still to be asked: for whom is known when somebody was chosen."""
    return tuple(one for one in fields if not (chosen and one.name == "for_whom"))


def told(chosen: Caller | None) -> dict[str, list[str | File]]:
    """What the look-up has told, by field."""
    typed = " ".join(request.args.get("q", "").split())
    leads = read(typed, paris_date(now()))
    found = {"number": leads.phone}
    if chosen is None:
        found["name"] = typed if leads.name and not leads.births and not _has_digit(typed) else ""
    elif chosen.communes:
        known = organisation().commune(chosen.communes[0])
        found["commune"] = known.name if known else ""
    return {name: [value] for name, value in found.items() if value}


def _has_digit(typed: str) -> bool:
    return any(one.isdigit() for one in typed)


def values(chosen: Caller | None, given: Values) -> dict[str, str]:
    """What the core adds to the answers: the person, who calls herself unless a name is given."""
    if chosen is None or chosen.citizen_id is None:
        return {}
    name = "for_whom" if given.get("name") else "name"
    return {
        "citizen": sign_person(chosen.citizen_id, settings().token_keys),
        **({name: chosen.name} if chosen.name else {}),
    }


def hidden() -> Mapping[str, str]:
    """What the form carries on, unseen."""
    return {name: request.values[name] for name in _KEPT if request.values.get(name)}


def shown(chosen: Caller) -> dict[str, Any]:
    """The person, above the form."""
    places = (organisation().commune(insee) for insee in chosen.communes[:3])
    return {
        "name": chosen.name,
        "birth_date": chosen.birth_date,
        "communes": ", ".join(place.name for place in places if place),
    }
