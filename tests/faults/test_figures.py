"""The counting of figures killed anywhere: nothing counted twice, nothing forgotten."""

from collections.abc import Callable

from grc.core.actor import SYSTEM
from grc.core.db import transaction
from grc.organisation.queries import snapshot
from grc.staff.service import add_user
from tests.faults.agent import PASSWORD
from tests.faults.ground import KILLED, Ground
from tests.integration.statistics import telling

POINTS = ("fold:replaced", "fold:counted", "fold:committed", "sums:deleted")
CELL = "SELECT sum(count) FROM day_figure WHERE axis = 'all' AND unit_id = 0"
# What happens before each death, so that each time there is something to add and to take back.
LIVES: dict[str, Callable[[int], object]] = {
    "fold:replaced": lambda one: telling.closed(one, 2),
    "fold:counted": lambda one: telling.moved(one, "in_progress", 3),
    "fold:committed": lambda one: telling.rerouted(one, "amethyste", 4),
    "sums:deleted": lambda one: telling.levelled(one, "named", 5),
}


def test_killed_at_each_point_it_counts_once(ground: Ground) -> None:
    with ground.application():
        first = [telling.opened("apa", day) for day in range(3)]
        _hire()
    for number, point in enumerate(POINTS):
        mark = _mark(ground)
        with ground.application():
            telling.opened("apa", number, channel="phone")
            LIVES[point](first[0])
        died = ground.run("stats", "rebuild", **ground.crash_at(point))
        assert died.returncode == KILLED, (point, died)
        assert ground.crashed(point)
        is_kept = point in ("fold:committed", "sums:deleted")
        assert (_mark(ground) > mark) is is_kept, point
    whole = _sums(ground)
    assert whole["contact"] == whole["opened"] == 3 + len(POINTS) - 1  # one became named
    assert whole.keys() == {"contact", "opened"}  # reopened, but then named
    assert ground.command("stats", "rebuild") == {"counted": 0, "wrong": 0}
    assert _sums(ground) == whole
    assert ground.command("stats", "compare") == {"differences": []}


def _hire() -> None:
    """Without anybody to read it, no case becomes named."""
    with transaction():
        units = [(snapshot().unit("amethyste").id, "agent")]
        add_user("alice", "Alice", PASSWORD, units, actor=SYSTEM, now=telling.at(0))


def _mark(ground: Ground) -> int:
    """The position up to which the journal was counted."""
    rows = ground.query("SELECT position FROM figure_state")
    return int(rows[0][0]) if rows else 0


def _sums(ground: Ground) -> dict[str, int]:
    """All units and days together, as the days say and as the months say: the same."""
    days, months = (
        {name: int(count) for name, count in ground.query(_by_measure(span)) if count}
        for span in ("day", "month")
    )
    assert days == months
    return days


def _by_measure(span: str) -> str:
    query = CELL.replace("SELECT", "SELECT measure,")
    return f"{query} AND span = '{span}' GROUP BY measure"
