"""What an organisation file says, as plain values: the input of `service.load`. Pure."""

from dataclasses import dataclass
from datetime import date

from grc.channels.source import FileFolder, MailFolder
from grc.organisation.communes import Commune
from grc.organisation.territory import Range


@dataclass(frozen=True)
class Unit:
    """A service. `parent` is a code, empty for a department."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Territory:
    """A territory and the unit that serves it; its ranges are in `Organisation.ranges`."""

    code: str
    name: str
    unit: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Site:
    """A place that receives citizens."""

    code: str
    name: str
    unit: str
    address: str
    commune: str
    phone: str = ""
    opening: str = ""
    kind: str = "pole_social"


@dataclass(frozen=True)
class VisitReason:
    """Why somebody comes to a site: a closed list that figures are counted by."""

    code: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class Administration:
    """Another administration."""

    code: str
    name: str
    kind: str
    email: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Mailbox:
    """A source of items and the unit that owns it; `fetched_from` None: they are sent to us."""

    channel: str
    source: str
    unit: str
    address: str = ""
    request_type: str = ""
    acknowledges: bool = True
    fetched_from: MailFolder | FileFolder | None = None


@dataclass(frozen=True)
class Organisation:
    """Everything the file says, valid as a whole."""

    communes: tuple[Commune, ...]
    units: tuple[Unit, ...]
    territories: tuple[Territory, ...]
    ranges: tuple[Range, ...]
    sites: tuple[Site, ...]
    administrations: tuple[Administration, ...]
    mailboxes: tuple[Mailbox, ...]
    visit_reasons: tuple[VisitReason, ...] = ()
