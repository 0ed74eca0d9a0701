"""Other cases and other units on the page of a case, and how they are undone."""

from typing import TYPE_CHECKING, Any

from grc.cases.links import BY_HAND, LINK_LABELS, OTHER_WAY
from grc.cases.states import ENDED
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission, allowed
from grc.supervision.views import HandlingView, LinkView
from grc.web.presenters import marks
from grc.web.presenters.rows import case_url
from grc.web.presenters.things import Act
from grc.web.words import _

if TYPE_CHECKING:
    from grc.web.presenters.case import Reading

Thing = dict[str, Any]


def handling(row: HandlingView, reading: "Reading", *, writes: bool) -> Thing:
    """A unit concerned; its date, when there are several."""
    several = len(reading.file.handlings) > 1
    is_untouched = row.status == "received" and row.assignee_id is None
    is_later = row is not reading.file.handlings[0]
    may_go = writes and is_untouched and is_later
    may_go = may_go and allowed(reading.actor, Permission.CASE_ROUTE)
    remove = Act(
        _("Retirer"),
        f"{reading.url}/service/retirer",
        "post",
        icon="undo",
        fields={"unit": row.unit, "seen": reading.seen},
    )
    return {
        "unit": organisation().unit_by_id(row.unit_id).short_name,
        "status_label": marks.status_label(row.status),
        "assignee": row.assignee_name,
        "due_on": row.due_on if several and row.is_open else None,
        "undo": remove if may_go else None,
    }


def repeats(reading: "Reading") -> list[Thing]:
    """What the same person has already asked, of which this may be one more contact."""
    version = str(reading.handling.version)
    same = [one for one in reading.file.links if one.kind == "repeat" and one.is_from]
    return [
        {
            **link(one, reading),
            "act": Act(
                _("C’est la même demande"),
                f"{reading.url}/doublon",
                "post",
                "link",
                "d" if one is same[0] else None,
                fields={"other": one.reference, "version": version, "seen": reading.seen},
            ),
        }
        for one in same
        if one.status not in ENDED
    ]


def link(view: LinkView, reading: "Reading", *, writes: bool = False) -> Thing:
    """Another case, what it is to this one, and how to undo that."""
    words = LINK_LABELS if view.is_from else {**LINK_LABELS, **OTHER_WAY}
    kind = _(words.get(view.kind, view.kind))
    state = marks.status_label(view.status).lower()
    return {
        "label": f"{view.reference} · {kind} · {state}",
        "url": case_url(view.reference),
        "subject": view.subject or _("Sans objet"),
        "undo": _unlink(view, reading) if writes else None,
    }


def _unlink(link: LinkView, reading: "Reading") -> Act | None:
    """How a link is undone: by hand, or by ending the case that was opened from the other."""
    fields = {"seen": reading.seen, "version": str(reading.handling.version)}
    if link.kind in BY_HAND:
        fields |= {"other": link.reference, "kind": link.kind}
        return Act(_("Délier"), f"{reading.url}/delier", "post", icon="undo", fields=fields)
    if link.kind == "split_from" and link.is_from and reading.handling.is_open:
        return Act(_("Rejoindre"), f"{reading.url}/rejoindre", "post", icon="undo", fields=fields)
    return None
