"""Reading a stored item with its adapter: slow, may be killed, so outside any transaction."""

import io
from collections.abc import Callable
from dataclasses import dataclass

from grc.cases.opening import NewFile
from grc.channels.protocol import Attachment, ChannelError, Request
from grc.channels.registry import UnknownChannel
from grc.core import blobs
from grc.core.db import session
from grc.intake import splitting
from grc.intake.models import Item
from grc.parsing.limits import DEFAULT as LIMITS
from grc.parsing.limits import LimitExceeded, check_size


@dataclass(frozen=True)
class Readable:
    """One request with its attachments already durable."""

    request: Request
    files: tuple[NewFile, ...]


Reading = tuple[Readable, ...] | ChannelError
Read = Callable[[str, bytes], tuple[Request, ...]]


def read(item_id: int, reader: Read) -> Reading:
    """Read a stored item with its adapter and make its attachments durable.

    A temporary failure is raised so that the step is tried again; a permanent one is
    returned, and puts the item in quarantine.
    """
    item = session().get_one(Item, item_id)
    if splitting.is_whole(item):
        return ()
    try:
        check_size(item.size, LIMITS)  # before the bytes are in memory
        return keep(reader(item.channel, blobs.store().read(item.sha256)))
    except LimitExceeded as error:
        return ChannelError(error.code, error.detail, params=error.params)
    except UnknownChannel as error:
        return ChannelError("unknown_channel", str(error))
    except ChannelError as error:
        return keep(error)


def keep(result: tuple[Request, ...] | ChannelError) -> Reading:
    """What a reader gave, attachments durable. Raises a temporary failure."""
    if isinstance(result, ChannelError):
        if not result.permanent:
            raise result
        return result
    return keep_files(result)


def keep_files(requests: tuple[Request, ...]) -> tuple[Readable, ...]:
    """Write every attachment to the blob store."""
    return tuple(Readable(request, tuple(map(_keep, request.attachments))) for request in requests)


def _keep(attachment: Attachment) -> NewFile:
    sha256, size = blobs.store().put(io.BytesIO(attachment.data))
    return NewFile(
        sha256=sha256,
        size=size,
        filename=attachment.filename[:255],
        content_type=attachment.content_type[:100],
        inline=attachment.inline,
        content_id=(attachment.content_id or "")[:255] or None,
    )
