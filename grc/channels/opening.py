"""What every adapter asks of the bytes of an item before it reads them."""

from grc.channels.protocol import ChannelError
from grc.parsing.limits import LimitExceeded, Limits, check_size
from grc.parsing.words import N_


def demand(raw: bytes, limits: Limits) -> None:
    """Refuse an item that holds nothing, or too much. Raises ChannelError: `empty`, `too_large`."""
    if not raw.strip():
        raise ChannelError("empty", N_("l'élément est vide"))
    try:
        check_size(len(raw), limits)
    except LimitExceeded as error:
        raise ChannelError(error.code, error.detail, params=error.params) from error
