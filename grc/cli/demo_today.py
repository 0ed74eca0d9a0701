"""What has come today by other ways than mail: a batch of letters, missed calls, visitors.

Told once, after the invented months, so that the mail room, the reception and the list of
call-backs have something to show.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, count

from sqlalchemy import exists, select

from grc.appointments import agenda, visits
from grc.appointments.models import Visit
from grc.appointments.words import Kind
from grc.cli.demo_life import PREFIX, SATURDAY, Life
from grc.core.actor import SYSTEM
from grc.core.clock import PARIS, paris_date
from grc.core.db import end_read, session, transaction
from grc.coverage import service as coverage
from grc.demo import scans
from grc.intake import service
from grc.intake.information import give
from grc.organisation.queries import snapshot
from grc.slips import service as slips

SITE = "pole-social-14"  # where the account `accueil` works
LETTERS = ("fauteuil", "tutelle", "rampe")
LINE = "0199008000"  # of the organisation, see demo/organisation.toml
MISSED = ((95, "0199887766"), (70, "0199112233"), (40, "0199887766"))  # minutes ago, number
WAITING = (  # minutes ago, what for, reason, as it is said
    (34, Kind.INTERVIEW, "acces-droits", "Mme Diallo"),
    (21, Kind.DIGITAL_ACCOMPANIED, "insertion", "M. Bernard"),
    (6, Kind.INFORMATION, "logement", "Mme Nowak"),
)
EXPECTED = ((45, "Mme Haddad", "autonomie"), (105, "M. Lopez", "insertion"))  # in minutes
SLIPS = 12  # on paper, kept in a drawer
COUNTED = (  # today and the days of work before; letters: those of this morning
    {"offered": 9, "answered": 6, "abandoned": 3, "letters": 3, "visitors": 5},
    {"offered": 11, "answered": 10, "abandoned": 1, "visitors": 4},
    {"offered": 8, "answered": 7, "abandoned": 1, "visitors": 6},
    {"offered": 12, "answered": 9, "abandoned": 3, "visitors": 3},
)
# Informations of these days: by telephone, at the counter.
TOLD = ((5, 1), (9, 4), (6, 4), (8, 3))
WAYS = (("phone", False), ("counter", True))  # True: at the site


def tell(life: Life, now: datetime) -> None:
    """Everything that is not there yet."""
    _bring(life, "post", "lot-du-matin.pdf", lambda: scans.with_text(LETTERS), now)
    _bring(life, "asterisk", "Master.csv", lambda: _call_log(now), now)
    is_told = session().scalar(select(exists().where(Visit.id > 0)))
    end_read()
    if not is_told:
        _receive_people(life, now)
        _count(life, now)


def _bring(life: Life, channel: str, name: str, write: Callable[[], bytes], now: datetime) -> None:
    """A file of today, written and brought once."""
    locator = f"{PREFIX}/{name}"
    with transaction():
        is_told = service.known_locator(channel, "files", locator) is not None
    if not is_told:
        life.take_in(channel, "files", locator, write(), now)


def _call_log(now: datetime) -> bytes:
    """Calls that nobody took, as Asterisk writes them (21 columns, its own hour)."""
    return "\n".join(
        _call(number, now - timedelta(minutes=ago), caller)
        for number, (ago, caller) in enumerate(MISSED, start=1)
    ).encode()


def _call(number: int, at: datetime, caller: str) -> str:
    began = f"{at.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"
    first = ["", caller, LINE, "from-trunk", "", "PJSIP/ligne", "PJSIP/4012", "Dial", ""]
    name = f"{at:%s}.{number}"
    return ",".join([*first, began, "", began, "31", "0", "NO ANSWER", "", name, "", "", name, "1"])


def _receive_people(life: Life, now: datetime) -> None:
    """Those who wait, those who are expected later, and paper for when the program is away."""
    site = next(site for site in snapshot().sites.values() if site.code == SITE)
    agent = life.agents[site.unit_id]
    with transaction():
        for ago, kind, reason, name in WAITING:
            arrival = visits.Arrival(kind, reason, name)
            visits.arrive(site.id, arrival, actor=agent, now=now - timedelta(minutes=ago))
        slips.issue(site, SLIPS, actor=agent, now=now - timedelta(days=9))
        for ahead, name, reason in EXPECTED:
            planned = agenda.Planned(now + timedelta(minutes=ahead), name=name, reason=reason)
            agenda.plan(site.id, planned, actor=agent, now=now)


def _last_days(now: datetime) -> Iterator[datetime]:
    """Today, and the days of work before."""
    days = (now - timedelta(days=ago) for ago in count(1))
    return chain([now], (day for day in days if day.astimezone(PARIS).weekday() < SATURDAY))


def _count(life: Life, now: datetime) -> None:
    """What the exchange, the franking machine and the door say of the last days, and the
    informations that agents counted of them."""
    site = next(site for site in snapshot().sites.values() if site.code == SITE)
    agent = life.agents[site.unit_id]
    with transaction():
        for day, counted, told in zip(_last_days(now), COUNTED, TOLD, strict=False):
            for measure, number in counted.items():
                one = coverage.Count(paris_date(day), measure, number)
                coverage.record(one, actor=SYSTEM, now=now)
            for (channel, is_there), number in zip(WAYS, told, strict=True):
                for _ in range(number):
                    where = site.id if is_there else None
                    give(channel, site.unit_id, None, actor=agent, now=day, site_id=where)
