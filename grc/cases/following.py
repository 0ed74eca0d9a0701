"""Whether the citizen of a case holds the secret of its follow-up page, and what it shows her."""

from grc.cases.models import Case
from grc.cases.service import all_handlings
from grc.channels import registry
from grc.staff.policy import Level


def has_page(case: Case) -> bool:
    """True when the channel of the case gives its secret to whoever asks there."""
    return bool(getattr(registry.look(case.channel), "follow_up", False))


def secret_was_given(case: Case) -> bool:
    """True when a receipt bore the secret of this case: that of its form, or of the interview
    that opened it."""
    return has_page(case) or case.has_code


def shows_replies(case: Case) -> bool | None:
    """True when our replies are read on its page; None while no service has it, since the rule
    that gives it to one may restrict it."""
    if any(handling.to_route for handling in all_handlings(case)):
        return None
    return case.level == Level.NORMAL
