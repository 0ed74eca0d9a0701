"""What an organisation file says, as plain values: the input of `service.load`. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from grc.channels.source import FileFolder, MailFolder
from grc.organisation.communes import Commune
from grc.organisation.territory import Range


@dataclass(frozen=True)
class Unit:
    """A service. `parent` is a code, empty for a department; a closed one keeps its past."""

    code: str
    name: str
    short_name: str
    kind: str
    parent: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    active: bool = True


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
    active: bool = True


@dataclass(frozen=True)
class ClosedDay:
    """A day on which a site is closed; all of us when `site` is empty."""

    on: date
    reason: str
    site: str = ""

    @property
    def code(self) -> str:
        """What names it: one a day and site."""
        return f"{self.on.isoformat()}:{self.site}" if self.site else self.on.isoformat()


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

    @property
    def code(self) -> str:
        """What names it: its channel and its source."""
        return f"{self.channel}/{self.source}"


@dataclass(frozen=True)
class Organisation:
    """Everything the file says, valid as a whole. `taken_at` is when it was taken from the
    application: it then knows what screens had written until that moment."""

    communes: tuple[Commune, ...]
    units: tuple[Unit, ...]
    territories: tuple[Territory, ...]
    ranges: tuple[Range, ...]
    sites: tuple[Site, ...]
    administrations: tuple[Administration, ...]
    mailboxes: tuple[Mailbox, ...]
    visit_reasons: tuple[VisitReason, ...] = ()
    closed_days: tuple[ClosedDay, ...] = ()
    taken_at: datetime | None = None

    @property
    def open_units(self) -> set[str]:
        """The codes of the units that something may be given to."""
        return {unit.code for unit in self.units if unit.active}
