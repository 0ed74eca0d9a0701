"""What a webhook may be told of. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from grc.core.i18n import N_


class Told(StrEnum):
    """The names by which receivers know events; what they mean is promised."""

    OPENED = "case.opened"
    STATUS = "case.status"
    UNIT = "case.unit"
    MESSAGE = "message.received"


TEST = "webhook.test"  # only by `grc webhook test`

TOLD_LABELS: Mapping[str, str] = {
    Told.OPENED: N_("une demande est affectée à un service pour la première fois"),
    Told.STATUS: N_("l'état d'une demande change"),
    Told.UNIT: N_("une demande change de service, ou en concerne un de plus"),
    Told.MESSAGE: N_("l'usager a écrit de nouveau"),
}
