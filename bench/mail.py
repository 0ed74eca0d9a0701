"""Mail coming in: an import in this process, and `grc receive` as a mail server runs it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import place
from bench.measure import Measure, Meter, processor_seconds
from grc.channels.reader import Reader
from grc.cli.importing import Import, Report, count_outcomes, store_all, understand_all
from grc.core import handover
from grc.core.actor import importer
from grc.core.settings import Settings
from grc.demo.mailgen import messages
from grc.pipeline import Tools

SEED = 1792  # not that of the cases already there
AT_ONCE = 4  # messages a mail server delivers at the same time
RECEIVE = [sys.executable, "-m", "grc", "receive", "email", "--source", "contact"]


def written(folder: Path, count: int, seed: int = SEED) -> Path:
    """Invented mail as files."""
    for locator, raw in messages(count, seed, start=datetime(2026, 1, 5, tzinfo=UTC)):
        path = folder / locator
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return folder


def imported(meter: Meter, folder: Path, count: int) -> Iterator[Measure]:
    """One importing process, from files to routed cases; then its two halves."""
    job, report = Import("email", "files", (folder,), importer("files")), Report()
    with Reader() as reader:
        reader.read("email", b"From: a@courriel.example\n\nPremier")  # start the reader process
        with meter.counted("import, stored") as stored:
            store_all(job, report)
            stored.done = report.received
        with meter.counted("import, understood and routed") as understood:
            before = children_cpu()
            understand_all(job, report, Tools(reader=reader))
            understood.children = children_cpu() - before
            understood.done = report.received
    count_outcomes(report)
    if report.received != count or report.outcomes.get("waiting"):
        raise RuntimeError(f"import went wrong: {report.as_json()}")
    yield together("mail to routed case", stored.measure, understood.measure)
    yield stored.measure
    yield understood.measure


def children_cpu() -> float:
    """Processor time of the reader processes that are alive or were waited for."""
    alive = Path(f"/proc/self/task/{os.getpid()}/children")
    pids = map(int, alive.read_text().split()) if alive.exists() else ()
    ended = os.times()
    return sum(map(processor_seconds, pids)) + ended.children_user + ended.children_system


def together(name: str, one: Measure, other: Measure) -> Measure:
    """Two measures over the same items as one."""
    seconds = one.times / (one.rate or 1) + other.times / (other.rate or 1)
    each = seconds / one.times * 1000
    cpu = one.cpu + other.cpu
    return replace(
        one,
        name=name,
        median=each,
        p95=each,
        cpu=cpu,
        cpu_low=cpu,
        cpu_high=cpu,
        backend_cpu=one.backend_cpu + other.backend_cpu,
        statements=one.statements + other.statements,
        rate=one.times / seconds,
    )


def received(meter: Meter, settings: Settings, folder: Path, count: int) -> Iterator[Measure]:
    """`grc receive` for `count` messages, one process each, a worker running beside: one
    after the other, then several at once."""
    mails = sorted(path for path in folder.rglob("*.eml") if path.stat().st_size)
    with _worker(settings) as environment:
        for at_once in (1, AT_ONCE):
            batch, mails = mails[:count], mails[count:]
            with (
                meter.counted(f"grc receive, {at_once} at once") as counter,
                ThreadPoolExecutor(at_once) as pool,
            ):
                before = os.times()
                codes = list(pool.map(lambda path: _receive(path, environment), batch))
                after = os.times()
                counter.done = codes.count(0)
                counter.children = (after.children_user + after.children_system) - (
                    before.children_user + before.children_system
                )
            if counter.done != len(batch):
                raise RuntimeError(f"grc receive ended with {sorted(set(codes))}")
            yield counter.measure


def _receive(path: Path, environment: dict[str, str]) -> int:
    with path.open("rb") as mail:
        return subprocess.run(
            RECEIVE, stdin=mail, env=environment, cwd=place.DEMO.parent, check=False
        ).returncode


@contextmanager
def _worker(settings: Settings) -> Iterator[dict[str, str]]:
    """A worker of this installation; gives the environment its clients need."""
    environment = place.environment(settings)
    command = [sys.executable, "-m", "grc", "worker"]
    with subprocess.Popen(command, env=environment, cwd=place.DEMO.parent) as process:
        try:
            socket = Path(handover.place(str(settings.var), handover.SOCKET))
            for _ in range(300):
                if socket.exists():
                    break
                time.sleep(0.1)
            yield environment
        finally:
            process.terminate()
