"""What stands above a person's own list: her absence, and whom she covers."""

from typing import Any

from flask import url_for

from grc.web import absences, nav
from grc.web.filters import day
from grc.web.presenters.things import Target
from grc.web.words import _, ngettext
from grc.work.call_backs import KIND
from grc.work.covering import About
from grc.work.follow_up import TASK_LABELS


def about(found: About) -> dict[str, Any] | None:
    """None when there is nothing to say."""
    if found.away is None and not found.covered:
        return None
    return {
        "away": found.away,
        "away_sealed": absences.sealed(found.away.id) if found.away else None,
        "covered": found.covered,
        "words": _words(found),
        "cases": Target(_cases(found.cases), url_for("work.covered")),
        "unread": Target(_unread(found.unread), url_for("work.covered", unread=1))
        if found.unread
        else None,
        "tasks": [
            {
                "reference": one.reference,
                "subject": one.subject,
                "words": _(TASK_LABELS[one.kind]),
                "due_at": one.due_at,
                "is_call": one.kind == KIND,
            }
            for one in found.tasks
        ],
        "named": found.named,
    }


def _words(found: About) -> str:
    told = (
        _("%(name)s jusqu’au %(day)s", name=one.name, day=day(one.last)) for one in found.covered
    )
    return _("Vous remplacez %(people)s", people=_(", ").join(told))


def _cases(number: int) -> str:
    return ngettext(
        "%(shown)s demande à suivre",
        "%(shown)s demandes à suivre",
        number,
        shown=nav.capped(number),
    )


def _unread(number: int) -> str:
    return _("%(shown)s avec un nouveau message", shown=nav.capped(number))
