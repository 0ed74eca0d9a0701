"""Rights that agents noted when they answered: checked, asked, obtained, refused."""

from datetime import datetime

from grc.cases.models import Case
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.recovery import rights
from grc.recovery.catalogue import RIGHTS, Standing
from grc.recovery.rights import Right

MEANT = {  # the right that a nature of request is about, and what it may bring a month, in cents
    "apa": ("apa", 61_240),
    "rsa": ("rsa", 63_570),
    "mdph": ("aah", 103_332),
    "pch": ("pch", 48_600),
    "aide-sociale-hebergement": ("ash", 94_000),
    "fsl": ("fsl", None),
}
STANDINGS = (Standing.OBTAINED, Standing.ASKED, Standing.CHECKED, Standing.OBTAINED)
REFUSED = 5  # one in so many is refused


def tell(case: Case, agent: Actor, now: datetime) -> None:
    """Where her right stands, of a case that is about one; always the same for the same case."""
    meant = MEANT.get(case.request_type or "")
    if meant is None:
        return
    code, cents = meant
    standing = STANDINGS[case.id % len(STANDINGS)] if case.id % REFUSED else Standing.REFUSED
    amount = cents if standing == Standing.OBTAINED else None
    told = Right(code, RIGHTS[code].organism, standing, paris_date(now), amount)
    rights.record(case, told, actor=agent, now=now)
