"""What our silence means, by nature of request, and from which day. Pure.

An acknowledgement says from when a request is deemed accepted or refused, and what may be done
then (CRPA R112-5); else the time limits of an appeal do not run (L112-6).
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from grc.core.i18n import N_


class Silence(StrEnum):
    """What no answer means; empty: nothing is said of it."""

    NOTHING = ""
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"


LABELS: Mapping[str, str] = {
    Silence.NOTHING: N_("rien n’en est dit"),
    Silence.ACCEPTANCE: N_("acceptation"),
    Silence.REFUSAL: N_("refus"),
}
CLOCKED = frozenset({"request", "complaint", "informal_appeal", "rapo", "document_request"})
MOST_MONTHS = 24
_MEANING = {
    Silence.ACCEPTANCE: """\
Si vous n'avez pas de réponse de notre part au plus tard le %(last)s et si votre dossier est \
complet, votre demande sera acceptée à partir du %(born)s (décision implicite d'acceptation). \
Vous pourrez alors nous en demander l'attestation. Si votre dossier n'est pas complet, ce délai \
part du jour où il le sera.""",
    Silence.REFUSAL: """\
Si vous n'avez pas de réponse de notre part au plus tard le %(last)s, votre demande sera refusée \
à partir du %(born)s (décision implicite de rejet). %(appeal)s""",
}


class Kind(Protocol):
    """What a nature of request says; see `files.RequestType`."""

    @property
    def silence(self) -> str: ...
    @property
    def silence_months(self) -> int | None: ...
    @property
    def appeal(self) -> str: ...


class Born(NamedTuple):
    """The last day to answer, and the first on which the implicit decision stands."""

    last: date
    on: date


def born(received: date, months: int) -> Born:
    """When silence becomes a decision: the same day of the month that many months later, or the
    last day of that month; a Sunday or a holiday counts as any day. Received on 1 February with
    two months: the last day is 1 April, and it stands on the 2nd."""
    years, month = divmod(received.month - 1 + months, 12)
    year = received.year + years
    last = date(year, month + 1, min(received.day, monthrange(year, month + 1)[1]))
    return Born(last, last + timedelta(days=1))


def mention(kind: Kind | None, received: date) -> str:
    """What an acknowledgement says of silence, in French; empty when this nature says nothing.
    It names neither the request nor the article, which would tell what was asked."""
    if kind is None or not kind.silence or kind.silence_months is None:
        return ""
    last, on = born(received, kind.silence_months)
    told = {"last": f"{last:%d/%m/%Y}", "born": f"{on:%d/%m/%Y}", "appeal": kind.appeal}
    return _MEANING[Silence(kind.silence)] % told
