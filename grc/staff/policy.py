"""Who may do what. Pure; applied on the route and again in the use-case.

`cases.queries.visible_to` is the same reading rule as SQL; a grid test holds them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from grc.core.actor import Actor
from grc.core.i18n import N_


class Role(StrEnum):
    """What a person is in one unit."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    RECOVERY = "recovery"
    MAIL_ROOM = "mail_room"
    COUNTER = "counter"  # receives people, types what they say, reads
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"  # who did and read what, never what it said: the data-protection officer
    READER = "reader"


ROLE_LABELS: Mapping[str, str] = {
    Role.AGENT: N_("agent"),
    Role.SUPERVISOR: N_("responsable"),
    Role.RECOVERY: N_("gestionnaire du recouvrement"),
    Role.MAIL_ROOM: N_("agent du courrier"),
    Role.COUNTER: N_("agent d’accueil"),
    Role.ADMINISTRATOR: N_("administrateur"),
    Role.AUDITOR: N_("auditeur"),
    Role.READER: N_("lecteur"),
}


class Level(StrEnum):
    """How secret a case is."""

    NORMAL = "normal"  # the department reads, the unit writes
    RESTRICTED = "restricted"  # the unit only
    NAMED = "named"  # a list of people


LEVEL_LABELS: Mapping[str, str] = {
    Level.NORMAL: N_("normale"),
    Level.RESTRICTED: N_("restreinte au service"),
    Level.NAMED: N_("réservée à une liste de personnes"),
}


class Permission(StrEnum):
    """What a route or a use-case asks for; `PUBLIC` is said too."""

    PUBLIC = "public"
    SCRIPT = "script"  # it shows a token, which says what it may do: see staff.tokens
    SIGNED_IN = "signed-in"
    CASE_READ = "case:read"
    CASE_WRITE = "case:write"
    CASE_ASSIGN = "case:assign"  # to somebody else
    CASE_ROUTE = "case:route"
    QUARANTINE = "intake:quarantine"
    HEALTH = "intake:health"
    ROUTING_RULES = "routing:rules"  # who may change them, see `routing.workshop`
    STEER = "work:steer"  # the figures of the queues of her units
    STATISTICS = "statistics:read"  # of her units; those of all who supervises all
    MAIL_INDEX = "mail:index"  # what waits in the mail room, whatever unit it goes to
    HAND_OVERS = "mail:hand-overs"  # the lists of what is handed over unopened to her units
    RECOVERY_LIST = "recovery:list"
    COUNTER = "counter:receive"  # at the sites of her units
    CONTACT = "contact:type"  # what somebody says by telephone or at a counter
    EXCEPTIONAL = "exceptional:open"  # a case one may not read, see `cases.exceptional`
    EXCEPTIONAL_SEEN = "exceptional:seen"  # the list of these: of one's cases, or all
    READINGS = "readings:seen"  # who read what of a citizen
    AUDIT = "audit:read"  # the journal, without what anybody wrote
    DANGER = "danger:raise"  # from every screen, of a case she reads or of what she types
    DUTY = "danger:duty"  # the roster of the units she supervises
    TO_SEE = "supervision:to-see"  # what waits for a person, each what concerns her
    TEXTS = "texts:write"  # replies: of the units she supervises; all, and letters: administrators
    USER_ADMIN = "staff:admin"


HANDLERS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.RECOVERY})  # who may be given a case
CONTENT = HANDLERS | {Role.COUNTER, Role.READER}  # who reads what cases say
_CHECKS = frozenset({Role.SUPERVISOR, Role.AUDITOR})

GRANTS: Mapping[Permission, frozenset[Role]] = {
    Permission.CASE_READ: CONTENT,
    Permission.CASE_WRITE: HANDLERS,
    Permission.CASE_ASSIGN: frozenset({Role.SUPERVISOR}),
    Permission.CASE_ROUTE: frozenset({Role.AGENT, Role.SUPERVISOR}),
    Permission.QUARANTINE: frozenset({Role.AGENT, Role.SUPERVISOR}),
    Permission.HEALTH: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.ROUTING_RULES: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.STEER: frozenset({Role.SUPERVISOR}),
    Permission.STATISTICS: frozenset({Role.SUPERVISOR}),
    Permission.MAIL_INDEX: frozenset({Role.MAIL_ROOM}),  # reads no case, see `mailroom`
    Permission.HAND_OVERS: HANDLERS | {Role.MAIL_ROOM},  # who sees all of them
    Permission.RECOVERY_LIST: HANDLERS,
    Permission.COUNTER: HANDLERS | {Role.COUNTER},
    Permission.CONTACT: HANDLERS | {Role.COUNTER},
    Permission.EXCEPTIONAL: frozenset({Role.SUPERVISOR}),
    Permission.EXCEPTIONAL_SEEN: _CHECKS,
    Permission.READINGS: _CHECKS,
    Permission.AUDIT: frozenset({Role.AUDITOR}),
    Permission.DANGER: CONTENT | {Role.MAIL_ROOM},
    Permission.DUTY: frozenset({Role.SUPERVISOR}),
    Permission.TO_SEE: HANDLERS | {Role.ADMINISTRATOR},
    Permission.TEXTS: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Permission.USER_ADMIN: frozenset({Role.ADMINISTRATOR}),
    Permission.SCRIPT: frozenset(),  # no role makes a token of a person
}


ALLOW, DENY, EXCEPTIONAL = "allow", "deny", "exceptional"  # one person's row on one case


@dataclass(frozen=True)
class CaseFacts:
    """What the rule needs to know of a case; `access` is this actor's row, if any is valid."""

    level: str
    units: frozenset[int]
    departments: frozenset[int]
    access: str | None = None  # allow, deny, exceptional


def allowed(actor: Actor, permission: Permission, facts: CaseFacts | None = None) -> bool:
    """May this actor do this, on this case if one is given?

    Deny beats all; the roles of an administrator and of an auditor read no content; an
    exceptional access reads and does no more; machines act for the system.
    """
    if permission is Permission.PUBLIC or actor.is_machine:
        return True
    if permission is Permission.SIGNED_IN:
        return True
    units = actor.units(*GRANTS[permission])
    if facts is None:
        return bool(units)
    if not _reads(actor, facts):
        return False
    if permission is Permission.CASE_READ:
        return True
    if facts.access == EXCEPTIONAL and not _reads(actor, replace(facts, access=None)):
        return False
    return bool(units & facts.units) or (bool(units) and facts.access == ALLOW)


def _reads(actor: Actor, facts: CaseFacts) -> bool:
    units = actor.units(*CONTENT)
    if facts.access == DENY or not units:
        return False
    if facts.access is not None:
        return True
    if facts.level == Level.NORMAL:
        return bool(actor.departments & facts.departments)
    return facts.level == Level.RESTRICTED and bool(units & facts.units)
