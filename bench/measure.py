"""Measuring one thing many times: time, processor time, statements, the disk and the machine."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

WARM_UP = 5


@dataclass(frozen=True)
class Measure:
    """One line of the report. Times are in milliseconds, per repetition.

    `cpu` is the processor time of this process and, on PostgreSQL, of its backend, which
    `backend_cpu` repeats alone; its spread is over the repetitions. `fsync` is the disk's.
    `yardstick` is what the same small work cost just before and after: a machine that shares
    its processors may be half as fast from one minute to the next.
    """

    name: str
    database: str
    times: int
    median: float
    p95: float
    cpu: float
    cpu_low: float
    cpu_high: float
    backend_cpu: float
    statements: float
    fsync: float
    yardstick: float
    rate: float | None = None  # per second, for work that is counted rather than waited for
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The shape of `--json`."""
        return asdict(self)


@dataclass(frozen=True)
class Once:
    """One repetition: seconds of wall clock, of processor here and in the backend."""

    wall: float
    here: float
    backend: float
    statements: int


class Meter:
    """Measures what runs against one engine."""

    def __init__(self, engine: Engine, database: str, folder: Path) -> None:
        self.database, self._folder = database, folder
        self._statements = 0
        self._backends: set[int] = set()
        event.listen(engine, "before_cursor_execute", self._count)
        event.listen(engine, "checkout", self._seen)

    def _count(self, *_: Any) -> None:
        self._statements += 1

    def _seen(self, connection: Any, *_: Any) -> None:
        if self.database == "postgresql":
            self._backends.add(connection.info.backend_pid)

    def repeat(
        self, name: str, work: Callable[[int], object], times: int = 60, note: str = ""
    ) -> Measure:
        """Run `work(number)` again and again; the first runs are not counted."""
        for number in range(WARM_UP):
            work(number)
        before = yardstick_ms()
        runs = [self._once(work, number) for number in range(times)]
        return self._measure(name, runs, (before + yardstick_ms()) / 2, note)

    def _once(self, work: Callable[[int], object], number: int) -> Once:
        statements, backend = self._statements, self._backend_cpu()
        here, started = time.process_time(), time.perf_counter()
        work(number)
        wall, spent = time.perf_counter() - started, time.process_time() - here
        return Once(wall, spent, self._backend_cpu() - backend, self._statements - statements)

    def _backend_cpu(self) -> float:
        return sum(map(processor_seconds, self._backends))

    def _measure(self, name: str, runs: list[Once], yardstick: float, note: str) -> Measure:
        walls = sorted(run.wall * 1000 for run in runs)
        cpus = sorted((run.here + run.backend) * 1000 for run in runs)
        return Measure(
            name=name,
            database=self.database,
            times=len(runs),
            median=statistics.median(walls),
            p95=walls[int(len(walls) * 0.95)],
            cpu=statistics.median(cpus),
            cpu_low=cpus[int(len(cpus) * 0.1)],
            cpu_high=cpus[int(len(cpus) * 0.9)],
            backend_cpu=statistics.fmean(run.backend for run in runs) * 1000,
            statements=statistics.fmean(run.statements for run in runs),
            fsync=fsync_ms(self._folder),
            yardstick=yardstick,
            note=note,
        )

    @contextmanager
    def counted(self, name: str, note: str = "") -> Iterator["Counter"]:
        """Measure work done once, whose size is said in the block: `counter.done = 600`."""
        counter, before = Counter(), yardstick_ms()
        statements, backend = self._statements, self._backend_cpu()
        here, started = time.process_time(), time.perf_counter()
        yield counter
        wall, spent = time.perf_counter() - started, time.process_time() - here
        server = self._backend_cpu() - backend
        each = 1000 / max(counter.done, 1)
        cpu = (spent + server + counter.children) * each
        counter.measure = Measure(
            name=name,
            database=self.database,
            times=counter.done,
            median=wall * each,
            p95=wall * each,
            cpu=cpu,
            cpu_low=cpu,
            cpu_high=cpu,
            backend_cpu=server * each,
            statements=(self._statements - statements) / max(counter.done, 1),
            fsync=fsync_ms(self._folder),
            yardstick=(before + yardstick_ms()) / 2,
            rate=counter.done / wall,
            note=note,
        )


class Counter:
    """How much was done, and the processor seconds of other processes that did it."""

    done = 0
    children = 0.0
    measure: Measure


def processor_seconds(pid: int) -> float:
    """Time a process has spent on a processor; 0 when it is gone or the system cannot say."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def fsync_ms(folder: Path, times: int = 20) -> float:
    """The median time to make four kilobytes durable there, now."""
    spent = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(b"x" * 4096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            spent.append((time.perf_counter() - started) * 1000)
    return statistics.median(spent)


def yardstick_ms(times: int = 5) -> float:
    """The median processor time of a small work that never changes: texts, numbers, a table."""
    spent = []
    for _ in range(times):
        started = time.process_time()
        table = {f"{number:x}": number * number for number in range(20_000)}
        sum(map(table.__getitem__, sorted(table)))
        spent.append((time.process_time() - started) * 1000)
    return statistics.median(spent)
