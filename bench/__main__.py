"""`python -m bench`: measure pages, search and intake on SQLite and PostgreSQL; one table."""

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from bench import api, callers, load, mail, pages, place, post, served, tables, tour
from bench.measure import Measure, Meter
from bench.report import table
from bench.source import Source
from grc.core.db import db
from grc.core.settings import settings
from tests.rig.postgres import PostgresServer

DATABASES = ("sqlite", "postgresql")
SMALL, LARGE = 10_000, 1_000_000


def main() -> None:
    """Measure what is asked for, print the table or JSON."""
    options = _options()
    _say(f"inventing a sample ({platform.python_implementation()} {platform.python_version()})")
    found: list[Measure] = []
    if options.people:
        found = [one for name in options.database or DATABASES for one in _callers(name, options)]
        print(json.dumps([one.as_json() for one in found]) if options.json else table(found))
        return
    with tempfile.TemporaryDirectory(prefix="grc-bench-") as folder:
        base = place.settings("sqlite://", Path(folder))
        with load.made(base, options.cases, options.seed) as source:
            for name in options.database or DATABASES:
                found += _measured(name, source, options)
            if options.million:
                found += _growth(source, options)
    print(json.dumps([one.as_json() for one in found]) if options.json else table(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=60, help="repetitions of each page")
    parser.add_argument("--mails", type=int, default=600, help="messages imported")
    parser.add_argument("--rows", type=int, default=2000, help="rows of a table imported")
    parser.add_argument("--letters", type=int, default=10, help="scanned letters imported")
    parser.add_argument("--received", type=int, default=60, help="messages by grc receive")
    parser.add_argument("--posted", type=int, default=1000, help="requests over HTTP, a round")
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--seed", type=int, default=load.SEED)
    parser.add_argument("--million", action="store_true", help="the queue page as cases grow")
    parser.add_argument("--people", type=int, help="only: finding a caller among so many")
    parser.add_argument("--tour", action="store_true", help="only: every page, for each role")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measured(name: str, source: Source, options: argparse.Namespace) -> Iterator[Measure]:
    """Everything on one database."""
    with _filled(name, source, options.cases) as (app, meter, folder):
        if options.tour:
            _say(f"{name}: every page")
            yield from tour.measured(app, meter, options.times)
            return
        asked = pages.probes(source)
        yield from pages.measured(app, meter, asked, options.times)
        yield from api.measured(app, meter, asked.cases, options.times)
        _say(f"{name}: posting {options.posted} requests over HTTP")
        yield from served.measured(meter, settings(), options.posted)
        _say(f"{name}: importing {options.mails} messages")
        mails = mail.written(folder / "mail", options.mails)
        yield from mail.imported(meter, mails, options.mails)
        _say(f"{name}: importing a table of {options.rows} rows")
        yield from tables.imported(meter, folder / "table", options.rows)
        _say(f"{name}: importing a batch of {options.letters} scanned letters")
        yield from post.imported(meter, folder / "post", options.letters)
        _say(f"{name}: receiving")
        more = mail.written(folder / "more", 3 * options.received, seed=mail.SEED + 1)
        yield from mail.received(meter, settings(), more, options.received)


def _growth(source: Source, options: argparse.Namespace) -> Iterator[Measure]:
    """The queue page as the number of cases grows."""
    for cases in (SMALL, LARGE):
        with _filled("sqlite", source, cases) as (app, meter, _):
            asked = pages.probes(source)
            for found in pages.queue_pages(app, meter, asked, options.times):
                yield replace(found, name=f"{found.name}, {cases:,} cases")


def _callers(name: str, options: argparse.Namespace) -> Iterator[Measure]:
    """Finding a caller, on one database that holds nothing else."""
    with _empty(name) as (_, meter, _folder):
        _say(f"{name}: {options.people} people")
        yield from callers.measured(meter, options.people, options.times)


@contextmanager
def _filled(name: str, source: Source, cases: int) -> Iterator[tuple[Flask, Meter, Path]]:
    """The program running on a new database with that many cases."""
    with _empty(name) as (app, meter, folder):
        started = time.perf_counter()
        count = load.fill(source, cases)
        seconds = time.perf_counter() - started
        _say(f"{name}: {count} cases in {seconds:.0f} s ({count / seconds:.0f}/s)")
        yield app, meter, folder


@contextmanager
def _empty(name: str) -> Iterator[tuple[Flask, Meter, Path]]:
    """The program running on a new database."""
    with tempfile.TemporaryDirectory(prefix="grc-bench-") as place_, ExitStack() as stack:
        folder = Path(place_)
        url = f"sqlite:///{folder}/grc.db"
        if name == "postgresql":
            server = stack.enter_context(PostgresServer(None, "shared_buffers=256MB"))
            server.execute("CREATE DATABASE bench")
            url = server.url("bench")
        app = stack.enter_context(place.running(place.settings(url, folder)))
        yield app, Meter(db.engine, name, folder), folder


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
