"""An act on many cases in words: what it would do, what it did."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from grc.bulk.models import BulkAct
from grc.bulk.orders import RULES, Kind, Order, to_whom
from grc.bulk.picking import Picked
from grc.bulk.queries import Line, Report
from grc.bulk.service import DONE, KEPT, REFUSED, UNDONE, WAITING, Preview
from grc.core.actor import Actor
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import allowed
from grc.staff.queries import names
from grc.web.presenters import marks
from grc.web.presenters.rows import case_url
from grc.web.words import _, ngettext, say

SHOWN = 50  # cases told one by one, of those that go as asked
Thing = dict[str, Any]


def verb(kind: Kind) -> str:
    """What a button says."""
    return {
        Kind.TAKE: _("Prendre"),
        Kind.GIVE: _("Confier"),
        Kind.SHARE: _("Répartir"),
        Kind.REROUTE: _("Réaffecter"),
        Kind.QUALIFY: _("Qualifier"),
        Kind.MOVE: _("Changer l’état"),
        Kind.CLOSE: _("Clore"),
    }[kind]


_KEYS: Mapping[Kind, tuple[str, str | None]] = {  # icon, key
    Kind.TAKE: ("take", "t"),
    Kind.GIVE: ("user", None),
    Kind.SHARE: ("unit", "p"),
    Kind.REROUTE: ("route", "o"),
    Kind.QUALIFY: ("sliders", "q"),
    Kind.MOVE: ("flag", "s"),
    Kind.CLOSE: ("check", "e"),
}


def bulk_acts(actor: Actor) -> list[Thing]:
    """What the bar under a selection offers this person, by the keys of the acts on one case."""
    return [
        {"kind": kind.value, "label": verb(kind), "icon": icon, "key": key}
        for kind, (icon, key) in _KEYS.items()
        if allowed(actor, RULES[kind].permission)
    ]


def spelled(order: Order) -> str:
    """What was chosen as one string: the page carries it, to know whether that was looked at."""
    return json.dumps([order.kind, dict(order.chosen), order.why], sort_keys=True)


def order_of(text: str) -> Order | None:
    """What `spelled` wrote; None when it is nothing of the kind."""
    try:
        kind, chosen, why = json.loads(text)
        told = {str(name): str(code) for name, code in chosen.items()}
        return Order(Kind(kind), told, str(why))
    except (ValueError, TypeError, AttributeError):
        return None


def is_of(looked: Order, order: Order) -> bool:
    """True when what was looked at is the same choice, worked out."""
    return looked.kind is order.kind and order.chosen.items() <= looked.chosen.items()


def versions(found: Preview | None) -> dict[str, int | None]:
    """The cases that were looked at, and their versions by then."""
    picked = found.selection.picked if found and not found.is_stopped else ()
    return {one.case.reference: one.handling.version for one in picked}


def page(order: Order, found: Preview | None, count: int) -> Thing:
    """The heads of the page: what, of how many, and what its button says."""
    accepted = len(found.accepted) if found and not found.is_stopped else 0
    words = ngettext("%(num)s demande", "%(num)s demandes", accepted)
    return {
        "title": _("%(verb)s : acte groupé", verb=verb(order.kind)),
        "summary": _summary(found, count),
        "shares": _shares(found, order) if found and not found.is_stopped else None,
        "stop": _stop(found) if found and found.is_stopped else None,
        "submit": f"{verb(order.kind)} {words}" if accepted else None,
        "is_done_for": bool(found and not found.is_stopped and not accepted),
    }


def _summary(found: Preview | None, count: int) -> str:
    words = ngettext("%(num)s demande", "%(num)s demandes", count)
    if found is None or found.is_stopped or not found.refused:
        return words
    refused = ngettext("%(num)s refusée", "%(num)s refusées", len(found.refused))
    reasons = {say(why): None for _one, why in found.refused}
    return _(
        "%(cases)s, dont %(refused)s : %(reasons)s",
        cases=words,
        refused=refused,
        reasons=_(" ; ").join(reasons),
    )


def _shares(found: Preview, order: Order) -> str | None:
    """ "5 à Alice, 4 à Bob": of what would be shared out."""
    if order.kind is not Kind.SHARE:
        return None
    counts = Counter(to_whom(one, order) for one in found.accepted)
    called = names({number for number in counts if number})
    told = sorted((called.get(number or 0, "?"), count) for number, count in counts.items())
    return _(", ").join(_("%(num)s à %(who)s", num=count, who=name) for name, count in told)


def _stop(found: Preview) -> list[str]:
    said = []
    if found.selection.unknown:
        said.append(
            ngettext(
                "%(num)s demande n’existe pas, ou vous n’y avez pas accès.",
                "%(num)s demandes n’existent pas, ou vous n’y avez pas accès.",
                found.selection.unknown,
            )
        )
    said += [
        _("%(reference)s : vous pouvez la lire, pas la modifier ainsi.", reference=reference)
        for reference in (one.case.reference for one in found.forbidden[:SHOWN])
    ]
    return said


def preview(found: Preview) -> Thing:
    """The cases one by one: the refused by their reasons, then those that would go."""
    groups: dict[str, list[Thing]] = defaultdict(list)
    for one, why in found.refused:
        groups[say(why)].append(_case(one))
    return {
        "refused": groups.items(),
        "accepted": [_case(one) for one in found.accepted[:SHOWN]],
        "more": max(len(found.accepted) - SHOWN, 0),
    }


def _case(one: Picked) -> Thing:
    unit = organisation().unit_by_id(one.handling.unit_id).short_name
    return {
        "reference": one.case.reference,
        "subject": one.case.subject or _("Sans objet"),
        "url": case_url(one.case.reference),
        "state": f"{unit} · {marks.status_label(one.handling.status)}",
    }


def title(done: BulkAct) -> str:
    """What was asked for."""
    return _("%(verb)s : acte groupé", verb=verb(Kind(done.kind)))


_COUNTED: Mapping[str, Callable[[int], str]] = {
    DONE: lambda n: ngettext("%(num)s faite", "%(num)s faites", n),
    REFUSED: lambda n: ngettext("%(num)s refusée", "%(num)s refusées", n),
    WAITING: lambda n: ngettext("%(num)s à faire", "%(num)s à faire", n),
    UNDONE: lambda n: ngettext("%(num)s remise comme avant", "%(num)s remises comme avant", n),
    KEPT: lambda n: ngettext("%(num)s laissée telle quelle", "%(num)s laissées telles quelles", n),
}


def report(done: BulkAct, found: Report) -> Thing:
    """What became of the act; those refused first, the others folded when they are many."""
    total, waiting = sum(found.counts.values()), found.counts[WAITING]
    told = [_COUNTED[state](found.counts[state]) for state in _COUNTED if found.counts[state]]
    apart = [line for line in found.lines if line.state == REFUSED or line.why]
    rest = [line for line in found.lines if line not in apart]
    return {
        "title": title(done),
        "summary": _(
            "%(cases)s : %(told)s",
            cases=ngettext("%(num)s demande", "%(num)s demandes", total),
            told=", ".join(told),
        ),
        "is_undone": done.undone_at is not None,
        "is_over": found.is_over,
        "total": total,
        "settled": total - waiting,
        "apart": [_line(line) for line in apart],
        "rest": [_line(line) for line in rest[:SHOWN]],
        "more": max(len(rest) - SHOWN, 0),
        "at": done.at,
    }


def _line(line: Line) -> Thing:
    states = {
        DONE: _("faite"),
        REFUSED: _("refusée"),
        WAITING: _("à faire"),
        UNDONE: _("remise comme avant"),
        KEPT: _("laissée telle quelle"),
    }
    tones = {DONE: "fine", REFUSED: "late", WAITING: "waiting"}
    nameless = _("Sans objet") if line.reference else _("Demande que vous ne voyez plus")
    return {
        "reference": line.reference,
        "subject": line.subject or nameless,
        "url": case_url(line.reference) if line.reference else None,
        "state": states[line.state],
        "tone": tones.get(line.state, "none"),
        "why": say(line.why) if line.why else None,
    }
