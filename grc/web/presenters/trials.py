"""A dry run as its page shows it: who would move, from where to where, and examples."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from grc.core.clock import paris_date
from grc.routing.models import RoutingTrial
from grc.routing.rule import Rule
from grc.routing.rules import FALLBACK
from grc.routing.shadows import shadows
from grc.routing.trial import Move, Tally, read
from grc.web.presenters import rules as presenter
from grc.web.presenters.rows import case_url
from grc.web.words import _

Thing = dict[str, Any]
Known = Mapping[int, tuple[str, str]]  # reference and subject by case


def page(asked: RoutingTrial, own: Sequence[Rule], known: Known, few: int) -> Thing:
    """The whole page of a trial; of cases that the reader may not know of, lots of `few`."""
    found = read(asked.moves, asked.hits).told(few)
    hidden = shadows(own)
    return {
        "at": asked.asked_at,
        "is_over": asked.done_at is not None,
        "has_failed": not asked.wanted,
        "looked": asked.looked,
        "wanted": asked.wanted,
        "figures": _figures(asked, found) if asked.looked else [],
        "lots": _lots(few) if found.unread else "",
        "moves": [_move(one, known) for one in found.moves.values() if one.old != one.new],
        "others": [_move(one, known) for one in found.moves.values() if one.old == one.new],
        "never": [
            _never(rule, hidden, paris_date(asked.asked_at))
            for rule in own
            if not found.hits.get(rule.code)
        ],
    }


def _figures(asked: RoutingTrial, found: Tally) -> list[Thing]:
    """What was counted, each number with the list on the page that it is the length of."""
    counted = (
        (_("Demandes regardées"), asked.looked, "", _("telles qu’elles sont arrivées")),
        (_("Iraient ailleurs"), found.moved, "#ailleurs", _("à un autre service")),
        (
            _("Changeraient sur place"),
            found.changed,
            "#sur-place",
            _("autre nature, priorité ou secret"),
        ),
        (
            _("Attendraient une personne"),
            found.hits.get(FALLBACK, 0),
            "",
            _("aucune règle n’en est sûre"),
        ),
    )
    return [
        {"label": label, "value": value, "url": url if value else "", "beside": beside}
        for label, value, url, beside in counted
    ]


def _lots(few: int) -> str:
    return _("Celles que vous ne lisez pas ne sont comptées que par lots de %(few)s : de moins, "
             "rien n’est dit.", few=few)  # fmt: skip


def _move(one: Move, known: Known) -> Thing:
    named = [known[case_id] for case_id in one.cases if case_id in known]
    return {
        "old": presenter.place(one.old),
        "new": presenter.place(one.new),
        "count": one.count,
        "cases": [
            {
                "reference": reference,
                "subject": subject or _("Sans objet"),
                "url": case_url(reference),
            }
            for reference, subject in named
        ],
        "more": one.count - len(named),
    }


def _never(rule: Rule, hidden: Mapping[str, Rule], today: date) -> Thing:
    earlier, why = hidden.get(rule.code), None
    if rule.when.until and rule.when.until < today:
        why = _("ses dates sont passées")
    elif earlier:
        why = _("« %(rule)s » prend avant elle tous ses cas", rule=earlier.label)
    return {"label": rule.label, "why": why}
