"""The API over HTTP as in production: gunicorn with two processes, one client and eight.

A request is counted when its receipt is there: its bytes and its ledger entry are durable.
Workers beside open its case, at the rate of "mail to routed case".
"""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path

from bench import place
from bench.api import ROOT, request_body, token
from bench.measure import Measure, Meter
from grc.cli.place import listen
from grc.core.settings import Settings

PROCESSES = 2  # as in deploy/systemd/grc-web.service
AT_ONCE = (1, 8)
ROUNDS = 3  # the middle one is told, the others are its spread
ANSWER_SECONDS = 60
_TICK = 1 / os.sysconf("SC_CLK_TCK")


def measured(meter: Meter, settings: Settings, times: int) -> Iterator[Measure]:
    """Posting requests, so many a round."""
    secret = token()
    with _served(settings) as (port, server):
        _post_all(port, secret, 8, 16 * PROCESSES)  # both processes have answered
        for clients in AT_ONCE:
            rounds = [_round(meter, port, secret, clients, times, server) for _ in range(ROUNDS)]
            low, middle, high = sorted(rounds, key=lambda one: one.rate or 0)
            yield replace(middle, note=f"{low.rate:.0f}–{high.rate:.0f} per s")


def _round(meter: Meter, port: int, secret: str, clients: int, times: int, server: int) -> Measure:
    before = _family_seconds(server)
    with meter.counted(f"API over HTTP, {clients} at once") as counter:
        _post_all(port, secret, clients, times)
        counter.done = times
        counter.children = _family_seconds(server) - before
    return counter.measure


def _post_all(port: int, secret: str, clients: int, times: int) -> None:
    shares = [len(range(first, times, clients)) for first in range(clients)]
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(lambda count: _post(port, secret, count), shares))


def _post(port: int, secret: str, count: int) -> None:
    """One client, over one connection that it keeps."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)) as connection:
        for _ in range(count):
            key = str(uuid.uuid4())
            body = json.dumps(request_body(key)).encode()
            connection.request("POST", f"{ROOT}/requests", body, headers | {"Idempotency-Key": key})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 202:
                raise RuntimeError(f"posting went wrong: {answer.status} {text[:300]!r}")


@contextmanager
def _served(settings: Settings) -> Iterator[tuple[int, int]]:
    """The program served on a port of this machine; gives the port and gunicorn's process."""
    environment = place.environment(settings) | {
        "GRC_SECRET_KEY": settings.secret_key,
        "GRC_TOKEN_KEYS": ",".join(settings.token_keys),
        "GRC_API_RATE": "100000",
    }
    with listen("127.0.0.1", 0) as listening:
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--workers", str(PROCESSES)]
        command += ["--config", str(place.DEMO.parent / "deploy" / "gunicorn.conf.py")]
        command += ["--bind", f"fd://{listening.fileno()}"]
        process = subprocess.Popen(
            command, env=environment, cwd=place.DEMO.parent, pass_fds=(listening.fileno(),)
        )
        with process:
            try:
                yield listening.getsockname()[1], process.pid
            finally:
                process.terminate()


def _family_seconds(pid: int) -> float:
    """Processor time of a process and of its children, all their threads."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(map(_seconds, (pid, *map(int, children))))


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK
