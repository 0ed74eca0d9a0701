"""What may be asked of many cases at once: who may, when a case refuses, how it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from grc.bulk.picking import Picked, accesses
from grc.bulk.sharing import HOW
from grc.cases.states import ENDED, MOVES, OPEN, Outcome, Status, label
from grc.catalogue.queries import current_type
from grc.core.actor import Actor
from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text
from grc.organisation.queries import snapshot as organisation
from grc.routing import service as routing
from grc.staff.policy import ALLOW, DENY, Level, Permission
from grc.staff.queries import names, works_in
from grc.work import service as work


class Kind(StrEnum):
    """The acts that make sense for many cases."""

    TAKE = "take"
    GIVE = "give"
    SHARE = "share"
    REROUTE = "reroute"
    QUALIFY = "qualify"
    MOVE = "move"
    CLOSE = "close"


@dataclass(frozen=True)
class Order:
    """One act, and what was chosen with it: codes, as the forms of one case take them."""

    kind: Kind
    chosen: Mapping[str, str] = field(default_factory=dict)
    why: str = ""

    def get(self, name: str) -> str:
        """A code that was chosen; empty when it was not."""
        return self.chosen.get(name, "")


@dataclass(frozen=True)
class Known:
    """What refusals ask of others than the cases, read once."""

    actor: Actor
    names: Mapping[int, str]
    units: Mapping[int, frozenset[int]]  # where those it is given to work
    kept: Mapping[tuple[int, int], str]  # what they were given or refused, by person and case


Refusal = Callable[[Picked, Order, Known], Text | None]
Carry = Callable[[Picked, Order, Actor, datetime], object]


@dataclass(frozen=True)
class Rule:
    """How one kind of act goes."""

    permission: Permission
    refusal: Refusal
    carry: Carry
    needs: tuple[str, ...] = ()  # what must be chosen


_CODES: Mapping[str, Callable[[str], bool]] = {
    "assignee": str.isdecimal,
    "people": lambda code: bool(code) and all(one.isdecimal() for one in code.split()),
    "how": lambda code: code in HOW,
    "unit": lambda code: organisation().find_unit(code) is not None,
    "request_type": lambda code: current_type(code) is not None,
    "status": lambda code: code in OPEN,
    "outcome": lambda code: code in set(Outcome) - {Outcome.DUPLICATE},
    "end": lambda code: code in ENDED,
}


def demand_complete(order: Order) -> None:
    """Raise InvalidInput when something was not chosen, or does not exist."""
    for name in RULES[order.kind].needs:
        if name == "reason" and not order.why.strip():
            raise InvalidInput(N_("Dites pourquoi."), field=name)
        if name != "reason" and not _CODES[name](order.get(name)):
            raise InvalidInput(N_("Ce choix manque, ou n'existe plus."), field=name)


def known(picked: tuple[Picked, ...], order: Order, actor: Actor, now: datetime) -> Known:
    """Read what the refusals of an order ask."""
    people = {one.handling.assignee_id for one in picked} - {None}
    given = {to for one in picked if (to := to_whom(one, order))}
    ids = [one.case.id for one in picked]
    return Known(
        actor,
        names({number for number in people if number}),
        works_in(given) if given else {},
        accesses(ids, given, now),
    )


def to_whom(one: Picked, order: Order) -> int | None:
    """To whom an order gives a case: the same person for all, or its own in a sharing out."""
    code = order.get(one.case.reference if order.kind is Kind.SHARE else "assignee")
    return int(code) if code.isdecimal() else None


_ENDED = N_("elle a pris fin : rouvrez-la d'abord")


def _take(one: Picked, _order: Order, known: Known) -> Text | None:
    owner = one.handling.assignee_id
    if owner is not None and owner == known.actor.user_id:
        return Text(N_("elle est déjà à vous"))
    if not one.handling.is_open:
        return Text(_ENDED)
    return Text(N_("confiée à %(who)s"), {"who": known.names.get(owner, "?")}) if owner else None


def _give(one: Picked, order: Order, known: Known) -> Text | None:
    to = to_whom(one, order)
    if to is None:
        return Text(N_("aucune des personnes choisies ne peut la recevoir"))
    if one.handling.assignee_id == to:
        return Text(N_("elle lui est déjà confiée"))
    if not one.handling.is_open:
        return Text(_ENDED)
    if to != known.actor.user_id and one.handling.unit_id not in known.units.get(to, ()):
        return Text(N_("cette personne n'est pas du service"))
    access = known.kept.get((to, one.case.id))
    if access == DENY or (one.case.level == Level.NAMED and access != ALLOW):
        return Text(N_("cette personne ne peut pas la lire"))
    return None


def _reroute(one: Picked, order: Order, _known: Known) -> Text | None:
    unit = organisation().unit(order.get("unit"))
    if one.handling.unit_id == unit.id:
        return Text(N_("elle est déjà dans ce service"))
    if unit.id in one.unit_ids():
        return Text(N_("ce service y travaille déjà : réaffectez-la depuis sa page"))
    if not one.handling.is_open:
        return Text(_ENDED)
    if one.case.is_medical and unit.kind != "medical":
        return Text(N_("un courrier médical reste dans un service médical"))
    return None


def _qualify(one: Picked, order: Order, _known: Known) -> Text | None:
    same = one.case.request_type == order.get("request_type")
    return Text(N_("elle est déjà de cette nature")) if same else None


def _move(one: Picked, order: Order, _known: Known) -> Text | None:
    return Text(_ENDED) if not one.handling.is_open else _to(one, order.get("status"))


def _close(one: Picked, order: Order, _known: Known) -> Text | None:
    return _to(one, order.get("end"))


def _to(one: Picked, new: str) -> Text | None:
    old = Status(one.handling.status)
    if old == new:
        return Text(N_("elle est déjà dans cet état"))
    if Status(new) not in MOVES[old]:
        return Text(N_("elle est « %(old)s »"), {"old": label(old)})
    return None


def _carry_move(one: Picked, order: Order, actor: Actor, now: datetime) -> None:
    status = order.get("end" if order.kind is Kind.CLOSE else "status")
    work.move(
        one.case,
        status,
        why=order.why,
        outcome=order.get("outcome") if status in ENDED else None,
        expected=one.handling.version,
        actor=actor,
        now=now,
    )


def _at(one: Picked, actor: Actor, now: datetime) -> dict[str, Any]:
    return {"expected": one.handling.version, "actor": actor, "now": now}


def _carry_give(one: Picked, order: Order, actor: Actor, now: datetime) -> None:
    to = to_whom(one, order)
    assert to is not None  # noqa: S101 - else it was refused
    work.assign(one.case, to, **_at(one, actor, now))


def _carry_reroute(one: Picked, order: Order, actor: Actor, now: datetime) -> None:
    routing.reroute(one.case, order.get("unit"), order.why, **_at(one, actor, now))


def _carry_qualify(one: Picked, order: Order, actor: Actor, now: datetime) -> None:
    routing.qualify(one.case, order.get("request_type"), **_at(one, actor, now))


def _carry_take(one: Picked, _order: Order, actor: Actor, now: datetime) -> None:
    work.take(one.case, actor=actor, now=now)


_WRITE, _ROUTE = Permission.CASE_WRITE, Permission.CASE_ROUTE
RULES: Mapping[Kind, Rule] = {
    Kind.TAKE: Rule(_WRITE, _take, _carry_take),
    Kind.GIVE: Rule(Permission.CASE_ASSIGN, _give, _carry_give, ("assignee",)),
    Kind.SHARE: Rule(Permission.CASE_ASSIGN, _give, _carry_give, ("people", "how")),
    Kind.REROUTE: Rule(_ROUTE, _reroute, _carry_reroute, ("unit", "reason")),
    Kind.QUALIFY: Rule(_WRITE, _qualify, _carry_qualify, ("request_type",)),
    Kind.MOVE: Rule(_WRITE, _move, _carry_move, ("status",)),
    Kind.CLOSE: Rule(_WRITE, _close, _carry_move, ("outcome", "end")),
}
