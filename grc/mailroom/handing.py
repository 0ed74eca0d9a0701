"""What is handed over unopened: the lists of a day, and who has signed for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select, true

from grc.cases.reference import parse
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import amend, among, session
from grc.core.errors import Conflict, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.intake import medical, service, unopened
from grc.intake.models import Envelope, HandOver, Item
from grc.intake.queries import by_reference
from grc.organisation.queries import snapshot
from grc.staff.policy import CONTENT, Permission, allowed

NO_SUCH_LIST = N_("Ce bordereau n'existe pas, ou n'est pas pour vos services.")
NEAR = 9  # destinations chosen by one figure
MOST = 200  # lists of a day
LONGEST = 120  # characters of the name of who signs
_LATELY = timedelta(days=90)
_Other = tuple[int, str]  # the number of an envelope, the reference of its list


@dataclass(frozen=True)
class Listed:
    """A list, and how many envelopes are on it."""

    hand_over: HandOver
    count: int


@dataclass(frozen=True)
class Line:
    """One envelope, with the item by which it was noted, and the references of the lists on which
    it was before, or is now, when it was corrected after the signature."""

    envelope: Envelope
    item: Item
    before: str = ""
    now: str = ""


def near(today: date) -> list[tuple[str, str]]:
    """Where one hands over to most, (code of the unit or name, words), in the order of the words
    so that each keeps its figure; medical units while there are too few. One statement."""
    query = select(HandOver.unit_id, func.max(HandOver.destination))
    query = query.where(HandOver.on_date > today - _LATELY).group_by(HandOver.key, HandOver.unit_id)
    often = session().execute(query.order_by(func.count().desc(), HandOver.key).limit(NEAR))
    known, found = snapshot().units_by_id, dict[str, str]()
    for unit_id, name in often:
        unit = known.get(unit_id or 0)
        if unit is None or unit.is_active:
            found[unit.code if unit else name] = unit.name if unit else name
    for unit in medical.units()[: NEAR - len(found)]:
        found.setdefault(unit.code, unit.name)
    return sorted(found.items(), key=lambda pair: pair[1].casefold())


def lists(actor: Actor, on: date) -> list[Listed]:
    """The lists of a day that this person may see, and those of days before that nobody has
    signed for, oldest first. One statement."""
    count = select(func.count()).where(Envelope.hand_over_id == HandOver.id).scalar_subquery()
    waiting = HandOver.handed_at.is_(None) & (HandOver.on_date < on)
    query = select(HandOver, count).where(_seen_by(actor), or_(HandOver.on_date == on, waiting))
    query = query.where(unopened.holds_some())
    rows = session().execute(query.order_by(HandOver.on_date, HandOver.id).limit(MOST))
    return [Listed(*row) for row in rows]


def list_for(actor: Actor, reference: str) -> HandOver:
    """The list of a reference. Raises NotFound, also for a list of a unit that is not hers."""
    found = parse(reference)
    query = select(HandOver).where(HandOver.id == (found.number if found else 0), _seen_by(actor))
    row = session().scalars(query).first()
    if row is None or row.reference != reference:
        raise NotFound(NO_SUCH_LIST)
    return row


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """The mail room sees every list, others those of their units: what is for a person is seen
    by the mail room alone."""
    if allowed(actor, Permission.MAIL_INDEX):
        return true()
    return HandOver.unit_id.in_(actor.units(*CONTENT))


def lines(hand_over: HandOver) -> Sequence[Line]:
    """The envelopes of a list, as they came. Two statements."""
    query = select(Envelope, Item).join(Item, Item.id == Envelope.item_id)
    query = query.where(Envelope.hand_over_id == hand_over.id).order_by(Envelope.id)
    rows = session().execute(query).all()
    others = _elsewhere(hand_over, [item.id for _, item in rows])
    return [_line(envelope, item, others.get(item.id, ())) for envelope, item in rows]


def _elsewhere(hand_over: HandOver, items: Sequence[int]) -> Mapping[int, Sequence[_Other]]:
    """The lines of the same items on other lists, by item, oldest first."""
    query = select(Envelope.item_id, Envelope.id, HandOver)
    query = query.join(HandOver, HandOver.id == Envelope.hand_over_id)
    query = query.where(among(Envelope.item_id, items), HandOver.id != hand_over.id)
    found: dict[int, list[_Other]] = {}
    for item_id, number, there in session().execute(query.order_by(Envelope.id)):
        found.setdefault(item_id, []).append((number, there.reference))
    return found


def _line(envelope: Envelope, item: Item, others: Sequence[_Other]) -> Line:
    before = [reference for number, reference in others if number < envelope.id]
    after = [reference for number, reference in others if number > envelope.id]
    return Line(envelope, item, before[-1] if before else "", after[-1] if after else "")


def seen(found: Sequence[Line]) -> str:
    """What tells whether a list is as it was when it was shown: how many envelopes, and the last
    that was written."""
    return f"{len(found)}-{max((line.envelope.id for line in found), default=0)}"


@dataclass(frozen=True)
class Noted:
    """An envelope, and the list it was put on."""

    envelope: Envelope
    hand_over: HandOver


def noted(actor: Actor, reference: str) -> Noted | None:
    """What is valid of the envelope noted under the reference of an item, when this person may see
    its list."""
    item = by_reference(reference)
    if item is None or item.applied_kind != "envelope":
        return None
    last = select(func.max(Envelope.id)).where(Envelope.item_id == item.id).scalar_subquery()
    query = select(Envelope, HandOver).join(HandOver, HandOver.id == Envelope.hand_over_id)
    row = session().execute(query.where(Envelope.id == last, _seen_by(actor))).first()
    return Noted(*row) if row else None


def sign(reference: str, received_by: str, shown: str, *, actor: Actor, now: datetime) -> HandOver:
    """Note who has received the envelopes of a list, as it was `shown` (see `seen`); it is then
    closed.

    Raises InvalidInput without a name, NotFound, Conflict when it has changed since, or somebody
    has signed for it already.
    """
    if not allowed(actor, Permission.MAIL_INDEX):
        raise NotFound(NO_SUCH_LIST)
    service.alone()  # or an envelope could be added meanwhile
    hand_over, name = list_for(actor, reference), " ".join(received_by.split())[:LONGEST]
    if not name:
        raise InvalidInput(N_("Écrivez le nom de la personne qui a signé."), field="name")
    session().refresh(hand_over)
    if hand_over.handed_at is not None:
        raise Conflict(N_("Ce bordereau est déjà signé : rien n'a changé."))
    found = lines(hand_over)
    if not found or shown != seen(found):
        text = N_("Un pli a été ajouté ou corrigé depuis : vérifiez la liste, puis faites signer.")
        raise Conflict(text)
    amend(hand_over, handed_at=now, received_by=name, actor=actor.label[:80])
    audit.record(
        Event.HAND_OVER_SIGNED, subject=("hand_over", hand_over.id), actor=actor, now=now,
        who=name, count=len(found),
    )  # fmt: skip
    return hand_over
