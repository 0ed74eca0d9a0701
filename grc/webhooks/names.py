"""What a webhook may be told of. Pure."""

from enum import StrEnum


class Told(StrEnum):
    """The names by which receivers know events; what they mean is promised in docs/api.md."""

    OPENED = "case.opened"  # seen for the first time, by the units of the webhook
    STATUS = "case.status"
    UNIT = "case.unit"
    MESSAGE = "message.received"


TEST = "webhook.test"  # only by `grc webhook test`
