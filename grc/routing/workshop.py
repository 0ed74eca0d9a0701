"""Who may rewrite the rules, and what every use-case of the workshop reads first."""

from dataclasses import dataclass

from sqlalchemy import func, select

from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core.actor import Actor
from grc.core.db import session
from grc.core.errors import Conflict, Forbidden
from grc.core.i18n import N_
from grc.core.toml_source import InvalidFile
from grc.organisation.queries import snapshot as organisation
from grc.routing.files import Known, read
from grc.routing.models import RoutingDraft, RuleSet
from grc.routing.rule import Rule
from grc.routing.writing import to_toml
from grc.staff.policy import Permission, Role, allowed

GONE = N_("Ce brouillon n'est plus ouvert : il a été mis en vigueur ou abandonné entre-temps.")


def may_change(actor: Actor) -> bool:
    """True for who supervises the triage, and for administrators: other supervisors read."""
    if not allowed(actor, Permission.ROUTING_RULES):
        return False
    sorts = organisation().triage.id in actor.units(Role.SUPERVISOR)
    return actor.is_machine or sorts or bool(actor.units(Role.ADMINISTRATOR))


def demand(actor: Actor) -> None:
    """Raise Forbidden for who may not rewrite the rules."""
    if not may_change(actor):
        raise Forbidden(
            N_("Les règles sont modifiées par les responsables du tri et les administrateurs.")
        )


def open_draft() -> RoutingDraft | None:
    """The draft somebody is writing, if any: there is one for everybody."""
    return session().scalar(select(RoutingDraft).where(RoutingDraft.slot == 1))


def the_draft() -> RoutingDraft:
    """The open draft, as it is now. Raises Conflict when there is none any more."""
    found = open_draft()
    if found is None:
        raise Conflict(GONE)
    return found


def last_number() -> int:
    """The number of the version written last, 0 before the first."""
    return session().scalar(select(func.max(RuleSet.number))) or 0


def known() -> Known:
    """The names that rules may use, those of the present database."""
    here = organisation()
    return Known(
        units={unit.code for unit in here.units},
        request_types={code: kind.keywords for code, kind in catalogue().types.items()},
        sources={source for _channel, source in here.mailboxes},
        territories=set(here.territories_by_code),
        communes={insee: insee for insee in here.communes.by_insee},
        channels=tuple(registry.names()),
    )


@dataclass(frozen=True)
class _Checked:
    """The mistakes of the draft looked at last; its rules and names are the same until somebody
    writes, and reading them as a file takes longer than all else on its page."""

    rules: tuple[Rule, ...]
    known: Known
    refusal: InvalidFile | None


_last: list[_Checked] = []


def refusal(rules: tuple[Rule, ...]) -> InvalidFile | None:
    """What `check` would raise; None when all is well."""
    names = known()
    if not (_last and _last[0].rules == rules and _last[0].known == names):
        _last[:] = [_Checked(rules, names, _mistakes(rules))]
    return _last[0].refusal


def _mistakes(rules: tuple[Rule, ...]) -> InvalidFile | None:
    try:
        check(rules)
    except InvalidFile as found:
        return found.with_traceback(None)
    return None


def check(rules: tuple[Rule, ...]) -> None:
    """Raise InvalidFile with every mistake, as the loading of a file would."""
    read(to_toml(rules), known(), "")
