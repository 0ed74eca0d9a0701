"""What an address of the pages of supervisors names: a figure, and whose handlings."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from grc.core.actor import Actor
from grc.core.errors import NotFound
from grc.core.i18n import N_
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import GRANTS, Permission
from grc.staff.queries import supervised_directly
from grc.web.session import actor
from grc.work import figures
from grc.work.figures import Figure, Scope
from grc.work.queries import Where

_GONE = N_("Cette page n'existe pas, ou vous n'y avez pas accès.")
# One letter each: a page has hundreds of them.
_NAMES = {"figure": "f", "unit": "s", "territory": "t", "type": "n", "agent": "a", "day": "d"}
LIST = "/pilotage/liste"


@dataclass(frozen=True)
class Asked:
    """One figure of a scope; `unit` is the code of its only unit, None for all she steers."""

    figure: Figure
    scope: Scope
    unit: str | None
    day: date | None

    def where(self, actor: Actor, now: datetime) -> Where:
        """The list behind it."""
        return figures.where(self.figure, self.scope, actor, now, self.day)


def units() -> frozenset[int]:
    """The units whose queues this person steers."""
    return actor().units(*GRANTS[Permission.STEER])


def direct() -> frozenset[int]:
    """Those of which she is the supervisor herself, not from above."""
    return supervised_directly(actor().user_id)


def scope() -> tuple[Scope, str | None]:
    """Whose handlings the address names, and the code of their unit. Raises NotFound."""
    code = _given("unit") or None
    found = organisation().units_by_code.get(code) if code else None
    own = units()
    if code and (found is None or found.id not in own):
        raise NotFound(_GONE)
    number = _given("agent")
    agent = int(number) if number.isdecimal() and len(number) < 10 else None
    if number and (found is None or agent is None or found.id not in direct()):
        raise NotFound(_GONE)
    those = frozenset({found.id}) if found else own
    return Scope(those, _given("territory") or None, _given("type") or None, agent), code


def asked() -> Asked:
    """What the address of a list names. Raises NotFound."""
    own, code = scope()
    try:
        figure, day = Figure(_given("figure") or "open"), _day()
    except ValueError:
        raise NotFound(_GONE) from None
    return Asked(figure, own, code, day)


def figure() -> Figure:
    """The figure named, all that is open when it is none."""
    return Figure(_given("figure")) if _given("figure") in set(Figure) else Figure.OPEN


def _day() -> date | None:
    return date.fromisoformat(_given("day")) if _given("day") else None


def _given(name: str) -> str:
    return request.args.get(_NAMES[name], "")


def url(figure: Figure, **named: Any) -> str:
    """The address of the list behind a figure; built by hand, hundreds of times a page."""
    pairs = {"f": figure.value} | {_NAMES[n]: value for n, value in named.items() if value}
    return f"{LIST}?{urlencode(pairs)}"


def named() -> dict[str, Any]:
    """What the present address names, to be said again by another."""
    return {n: value for n in _NAMES.values() if (value := request.args.get(n))}


def page_url(**named: Any) -> str:
    """The address of the page of figures."""
    return url_for("steering.page", **{_NAMES.get(n, n): v for n, v in named.items() if v})
