"""`python -m bench.load`: fill a database with cases as the pipeline would have written them.

A sample of mail goes through the real pipeline and is worked on by the real use-cases, in a
database of its own; its rows are then copied under other addresses as often as needed. Only
mail that is read from files exists in the blob store: rows refer to bytes that are absent.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, select

from bench import bulk, place, sample, staff
from bench.multiply import Multiplier, Target
from bench.source import Source, copied, last_ids, places
from config import from_env
from grc.core.blobs import Blob
from grc.core.db import db, end_read, session
from grc.core.settings import Settings, settings
from grc.intake.models import Item

Read = TypeVar("Read")
SAMPLE = 400  # cases, at most, that differ in more than addresses and numbers
COMMIT = 4000  # cases, about: fewer commits write each page of an index less often
SEED = 92


def main() -> None:
    """Read the options, fill, say how fast."""
    options = _options()
    given = {"GRC_DATABASE_URL": options.database_url} if options.database_url else {}
    chosen = from_env({**os.environ, **given})
    with made(chosen, options.cases, options.seed) as source, place.running(chosen):
        started = time.perf_counter()
        count = fill(source, options.cases)
        seconds = time.perf_counter() - started
    print(f"{count} cases, {seconds:.1f} s, {count / seconds:.0f} cases/s")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database-url", help="else GRC_DATABASE_URL and the other settings")
    parser.add_argument("--seed", type=int, default=SEED)
    return parser.parse_args()


@contextmanager
def made(chosen: Settings, cases: int, seed: int) -> Iterator[Source]:
    """A sample for that many cases, in a SQLite file that lives as long as the block."""
    with tempfile.TemporaryDirectory(prefix="grc-bench-") as folder:
        path = Path(folder, "sample.db")
        own = replace(chosen, database_url=f"sqlite:///{path}", blob_url=f"file://{folder}/blobs")
        with place.running(own):
            staff.hire()
            before, known = _read(last_ids), _read(places)
            size = sample_size(cases)
            built = sample.build(sample.invent(size, seed), 0, cases=size, seed=seed)
        yield Source(path, before, built, known)


def sample_size(cases: int) -> int:
    """A size of which whole copies make the number of cases asked for, or a few more."""
    copies = -(-cases // SAMPLE)
    return -(-cases // copies)


def fill(source: Source, cases: int, first: int | None = None) -> int:
    """Copy the sample into the present database; returns the number of cases written.

    `first` is the season to begin with: 0 is the mail as invented. The indexes of a database
    without cases are made at the end.
    """
    staff.hire()
    first = _next_season() if first is None else first
    copies = -(-cases // source.cases)
    target = _target(source)
    new = [] if target.last["case"] else copied()
    with bulk.without_indexes(db.engine, new), bulk.opened(db.engine) as sink:
        _copy(Multiplier(source, target), range(first, first + copies), sink, source.cases)
    return copies * source.cases


def _copy(multiplier: Multiplier, seasons: range, sink: bulk.Sink, cases: int) -> None:
    uncommitted = 0
    for season in seasons:
        for table, rows in multiplier.season(season):
            sink.write(table, rows)
        uncommitted += cases
        if uncommitted >= COMMIT:
            sink.commit()
            uncommitted = 0


def _target(source: Source) -> Target:
    """What the present database has already."""
    here = _read(places)
    known = {
        table: {old: here[table][name] for name, old in names.items() if name in here[table]}
        for table, names in source.places.items()
    }
    hashes = source.tables["blob"]["sha256"]
    present = session().scalars(select(Blob.sha256).where(Blob.sha256.in_(hashes)))
    target = Target(_read(last_ids), known, frozenset(present), settings())
    end_read()
    return target


def _next_season() -> int:
    """The first season whose addresses nothing here has: 0 when nothing was received."""
    newest = select(Item.locator).order_by(Item.id.desc())
    ours = session().scalar(newest.where(Item.actor == sample.ACTOR.label).limit(1))
    others = session().scalar(newest.limit(1))
    end_read()
    if ours is None:
        return 0 if others is None else 1
    season, _, rest = ours.partition("/")
    return int(season) + 1 if "/" in rest else 1


def _read(what: Callable[[Connection], Read]) -> Read:
    with db.engine.connect() as connection:
        return what(connection)


if __name__ == "__main__":
    main()
