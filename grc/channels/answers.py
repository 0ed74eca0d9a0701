"""How a process that may be killed says why it gives nothing, and how that is raised again."""

from typing import Any, NoReturn

from grc.channels.protocol import ChannelError
from grc.parsing.child import ChildFailure

# A machine under load, or an operator, may be the cause: worth another try later.
_TEMPORARY = ("parser_timeout", "parser_crash")


def of_failure(failure: ChildFailure) -> ChannelError:
    """The error of a process that could not answer."""
    permanent = failure.code not in _TEMPORARY
    return ChannelError(failure.code, failure.detail, permanent=permanent, params=failure.params)


def refusal(error: ChannelError) -> dict[str, Any]:
    """What the process answers when the adapter refuses."""
    names = ("reason", "detail", "permanent", "params")
    return {name: getattr(error, name) for name in names}


def give_up(answer: dict[str, Any]) -> NoReturn:
    """Raise the refusal in an answer again."""
    raise ChannelError(**answer)
