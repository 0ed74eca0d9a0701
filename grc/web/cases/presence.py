"""Who else has a case open, in words."""

from grc.cases.models import Case
from grc.jobs import presence
from grc.staff.queries import names
from grc.web.present import now
from grc.web.session import who
from grc.web.words import _


def who_else(case: Case) -> list[str]:
    """Say that this person has a case open; in a sentence each, who else has."""
    here = presence.here(case.id, who().id, now())
    known = names({one.user_id for one in here})
    return [
        _("%(who)s écrit une réponse", who=known[one.user_id])
        if one.writes
        else _("%(who)s a ouvert cette demande", who=known[one.user_id])
        for one in here
        if one.user_id in known
    ]
