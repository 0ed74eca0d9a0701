"""Views: questions kept under a name, by a person for herself or by a supervisor for a unit.

A view keeps no answer. Who opens one asks the question herself, with her own rights, and so
counts what she may see.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, amend, session
from grc.core.errors import Forbidden, InvalidInput, NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.finding.models import Export, SavedView
from grc.finding.question import Question
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import CONTENT, GRANTS, Permission

LONGEST_NAME = 60
MOST = 30  # of one person, or of one unit
KEPT = timedelta(days=7)  # a view that was removed can be taken back
_NONE = "—"  # the unit of a view that is not shared, in the journal


def question(kept: SavedView | Export) -> Question:
    """What a view or a list taken away asks."""
    return Question(kept.words, dict(kept.filters))


def seen(actor: Actor) -> Sequence[SavedView]:
    """The views of this person, in her order, then those of her units."""
    return session().scalars(_seen(actor)).all()


@lru_cache(maxsize=512)  # every list asks it
def _seen(actor: Actor) -> Select[SavedView]:
    query = select(SavedView).where(_hers(actor), SavedView.removed_at.is_(None))
    order = (SavedView.unit_id.is_not(None), SavedView.unit_id, SavedView.position, SavedView.id)
    return query.order_by(*order).limit(4 * MOST)


def removed(actor: Actor, now: datetime) -> Sequence[SavedView]:
    """Those she may change that were removed lately, the latest first."""
    query = select(SavedView).where(_changeable(actor), SavedView.removed_at > now - KEPT)
    return session().scalars(query.order_by(SavedView.removed_at.desc()).limit(MOST)).all()


def view_of(actor: Actor, key: str) -> SavedView:
    """The view of this key as this person may open it. Raises NotFound."""
    found = session().scalar(select(SavedView).where(SavedView.key == key, _hers(actor)))
    if found is None:
        raise NotFound(N_("Cette vue n'existe pas, ou plus."))
    return found


def may_change(actor: Actor, view: SavedView) -> bool:
    """True for her own, and for a supervisor those of her units."""
    if view.unit_id is None:
        return view.user_id == actor.user_id
    return view.unit_id in shares_in(actor)


def shares_in(actor: Actor) -> frozenset[int]:
    """The units with which this person may share."""
    return actor.units(*GRANTS[Permission.CASE_ASSIGN])


def save(
    asked: Question, name: str, unit: str, *, key: str, actor: Actor, now: datetime
) -> SavedView:
    """Keep a question; `unit`: the code of the unit it is shared with, empty for nobody."""
    if not actor.units(*CONTENT) or actor.user_id is None:
        raise Forbidden(N_("Votre compte ne permet pas d'enregistrer une vue."))
    if asked.is_empty or asked.unknown:
        raise InvalidInput(N_("Une vue a besoin de mots ou d'un filtre."), field="name")
    unit_id = _unit(actor, unit)
    position = _next(actor.user_id, unit_id)
    view_id = add(
        SavedView,
        key=key,
        name=_named(name),
        user_id=actor.user_id,
        unit_id=unit_id,
        words=asked.words,
        filters=dict(asked.filters),
        position=position,
        at=now,
    )
    view = session().get_one(SavedView, view_id)
    _record(Event.VIEW_SAVED, view, actor, now)
    return view


def change(view: SavedView, name: str, unit: str, *, actor: Actor, now: datetime) -> None:
    """Rename a view, share it or keep it for oneself; the same again changes nothing."""
    _demand(view, actor)
    unit_id, name = _unit(actor, unit), _named(name)
    if (name, unit_id) == (view.name, view.unit_id):
        return
    if unit_id is None and view.user_id != actor.user_id:
        raise InvalidInput(N_("Cette vue est à une autre personne : retirez-la."), field="unit")
    position = view.position if unit_id == view.unit_id else _next(view.user_id, unit_id)
    amend(view, name=name, unit_id=unit_id, position=position)
    _record(Event.VIEW_CHANGED, view, actor, now)


def ask_else(view: SavedView, asked: Question, *, actor: Actor, now: datetime) -> None:
    """Let a view ask another question."""
    _demand(view, actor)
    if asked.is_empty or asked.unknown:
        raise InvalidInput(N_("Une vue a besoin de mots ou d'un filtre."), field="name")
    amend(view, words=asked.words, filters=dict(asked.filters))
    _record(Event.VIEW_CHANGED, view, actor, now)


def raise_up(view: SavedView, *, actor: Actor, now: datetime) -> None:
    """Put a view before the one above it; the first stays first."""
    _demand(view, actor)
    beside = _beside(view.user_id, view.unit_id)
    query = select(SavedView).where(beside, SavedView.removed_at.is_(None))
    order = list(session().scalars(query.order_by(SavedView.position, SavedView.id)))
    place = next(n for n, one in enumerate(order) if one.id == view.id)
    if place == 0:
        return
    order[place - 1 : place + 1] = [view, order[place - 1]]
    for position, one in enumerate(order):
        if one.position != position:
            amend(one, position=position)
    _record(Event.VIEW_CHANGED, view, actor, now)


def remove(view: SavedView, *, actor: Actor, now: datetime) -> None:
    """Take a view away; it can be restored for a week."""
    _demand(view, actor)
    if view.removed_at is None:
        amend(view, removed_at=now)
        _record(Event.VIEW_REMOVED, view, actor, now)


def restore(view: SavedView, *, actor: Actor, now: datetime) -> None:
    """Undo a removal."""
    _demand(view, actor)
    if view.removed_at is not None:
        amend(view, removed_at=None)
        _record(Event.VIEW_RESTORED, view, actor, now)


def _hers(actor: Actor) -> ColumnElement[bool]:
    own = and_(SavedView.user_id == actor.user_id, SavedView.unit_id.is_(None))
    return or_(own, SavedView.unit_id.in_(actor.units(*CONTENT)))


def _changeable(actor: Actor) -> ColumnElement[bool]:
    own = and_(SavedView.user_id == actor.user_id, SavedView.unit_id.is_(None))
    return or_(own, SavedView.unit_id.in_(shares_in(actor)))


def _demand(view: SavedView, actor: Actor) -> None:
    if not may_change(actor, view):
        raise Forbidden(N_("Cette vue est partagée : un responsable du service peut la changer."))


def _unit(actor: Actor, code: str) -> int | None:
    if not code:
        return None
    unit = organisation().find_unit(code)
    if unit is None or unit.id not in shares_in(actor):
        raise Forbidden(N_("Un responsable partage une vue, avec un service dont il répond."))
    return unit.id


def _named(name: str) -> str:
    told = " ".join(name.split())
    if not told:
        raise InvalidInput(N_("Donnez un nom à la vue."), field="name")
    return told[:LONGEST_NAME]


def _beside(user_id: int, unit_id: int | None) -> ColumnElement[bool]:
    """The views among which one has its place."""
    own = and_(SavedView.user_id == user_id, SavedView.unit_id.is_(None))
    return own if unit_id is None else SavedView.unit_id == unit_id


def _next(user_id: int, unit_id: int | None) -> int:
    """The place of one more. Raises InvalidInput when there are enough."""
    here = (_beside(user_id, unit_id), SavedView.removed_at.is_(None))
    query = select(func.count(), func.max(SavedView.position)).where(*here)
    count, last = session().execute(query).one()
    if count >= MOST:
        raise InvalidInput(N_("Trente vues suffisent : retirez-en une d'abord."), field="name")
    return 0 if last is None else last + 1


def _record(event: Event, view: SavedView, actor: Actor, now: datetime) -> None:
    unit = organisation().unit_by_id(view.unit_id).code if view.unit_id else _NONE
    note = partial(audit.record, event, subject=("view", view.id), actor=actor, now=now)
    note(unit=unit)
