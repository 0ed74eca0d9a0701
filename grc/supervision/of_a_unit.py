"""What a unit still holds, for who wants to close it: numbers, nothing of what they count."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from grc.cases.models import Handling
from grc.catalogue.queries import snapshot as catalogue
from grc.core.clock import paris_date
from grc.core.db import session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text, listed
from grc.organisation import editing
from grc.organisation.present import present
from grc.organisation.queries import UnitView
from grc.organisation.queries import snapshot as organisation
from grc.organisation.tables import Unit
from grc.routing import closing
from grc.routing.queries import rules_since
from grc.staff.models import User, UserRole
from grc.staff.policy import Level

CAP = 1_000


@dataclass(frozen=True)
class Held:
    """`cases` leaves out those reserved to a list, which go to the unit above, see
    `routing.closing`; `accounts` hold a role in the unit; `natures` and `rules` are the labels of
    those that give it requests, now or later."""

    cases: int
    accounts: int
    natures: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """True when nothing would be left behind."""
        return self.told is None

    @property
    def told(self) -> Text | None:
        """What is there, in one line; None for nothing."""
        return listed(list(self._each()))

    def _each(self) -> Iterator[Text]:
        if self.cases:
            yield Text(N_("demandes ouvertes : %(count)s"), {"count": self.cases})
        if self.accounts:
            yield Text(N_("comptes qui y ont un rôle : %(count)s"), {"count": self.accounts})
        if self.natures:
            yield Text(N_("natures : %(names)s"), {"names": " / ".join(self.natures)})
        if self.rules:
            yield Text(N_("règles : %(names)s"), {"names": " / ".join(self.rules)})


def held(unit_id: int, code: str, today: date) -> Held:
    """What the unit holds. Counts read an index, and stop at CAP."""
    here = (Handling.unit_id == unit_id, Handling.is_open)
    told = _capped(select(Handling.id).where(*here, Handling.level != Level.NAMED))
    people = select(UserRole.user_id).join(User, User.id == UserRole.user_id)
    accounts = _capped(people.where(UserRole.unit_id == unit_id, User.is_active).distinct())
    kinds = catalogue().types.values()
    natures = tuple(kind.label_fr for kind in kinds if kind.unit_code == code)
    naming = {rule.label: None for rule in rules_since(today) if rule.then.unit == code}
    return Held(told, accounts, natures, tuple(naming))


def leave(unit: UnitView, now: datetime) -> None:
    """When a unit is closed, in the same transaction: send what is reserved to a list to the
    unit above. Raises InvalidInput, naming it, when something else would be left behind."""
    told = held(unit.id, unit.code, paris_date(now)).told
    if told is not None:
        text = N_("Le service « %(unit)s » ne peut pas encore être fermé : %(held)s.")
        raise InvalidInput(text, unit=unit.name, held=told)
    closing.plan(unit.id, now=now)


def demand_same_departments(units: Iterable[Unit]) -> None:
    """Raise InvalidInput, naming them, when units that have ever had a request would get another
    department: who reads a request by her department is who was to read it."""
    here = organisation()
    moved = [here.unit(code) for code in editing.moved(present().units, units)]
    busy = [one.code for one in moved if _has_had(one.id)]
    if busy:
        text = N_("Rien n'est chargé : ces services ont des demandes, qui restent lues dans leur "
                  "direction (%(codes)s). Ouvrez-y d'autres services.")  # fmt: skip
        raise InvalidInput(text, codes=", ".join(busy))


def _has_had(unit_id: int) -> bool:
    query = select(Handling.id).where(Handling.unit_id == unit_id).limit(1)
    return session().scalar(query) is not None


def _capped(query: Any) -> int:
    return session().scalar(select(func.count()).select_from(query.limit(CAP).subquery())) or 0
