"""`grc import table`: the mapping, the splitting of files into rows, what became of the rows."""

import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from sqlalchemy import select

from grc.cases.models import Message
from grc.channels import registry
from grc.channels.past import grows, needs_guide
from grc.channels.protocol import ChannelError, Unreadable
from grc.channels.table_row import REPAIRED
from grc.cli.importing import POLL, Import, Report, find, is_due, store_all
from grc.cli.program import Program
from grc.core import blobs, clock, steps
from grc.core.db import end_read, session, transaction
from grc.core.errors import InvalidInput
from grc.core.i18n import N_, Text
from grc.core.steps import Step
from grc.intake import mappings, service, splitting
from grc.intake.mapping_file import Mapping
from grc.intake.models import Item
from grc.intake.queries import item_of
from grc.jobs import runner
from grc.pipeline import Tools

STEPS = ("understand", "split")
_TITLES = ("missing_columns", "ambiguous_column")


@dataclass(frozen=True)
class Asked:
    """How a table is to be read."""

    mapping: Mapping
    raw: bytes  # of the mapping, kept with the table

    def keep(self) -> str:
        """Make the mapping durable; its hash goes into the name of each file imported."""
        sha256, size = blobs.store().put(BytesIO(self.raw))
        with transaction():
            blobs.refer({sha256: size}, clock.now())
        return sha256

    @property
    def hash(self) -> str:
        """The same without keeping anything."""
        return blobs.digest(BytesIO(self.raw))[0]


def asked(
    channel: str, mapping: Path | None, rejected: Path | None, *, acknowledge: bool
) -> Asked | None:
    """What the options say of a table; None for a channel that needs no mapping.

    Raises InvalidInput, InvalidFile, Unreadable.
    """
    if not needs_guide(registry.get(channel)):
        if mapping or rejected:
            text = N_("--mapping et --rejected sont pour les tables et les journaux d'appels.")
            raise InvalidInput(text)
        return None
    if acknowledge:
        raise InvalidInput(N_("Une reprise de données n'écrit à personne : ôtez --acknowledge."))
    if mapping is None:
        raise InvalidInput(N_("Dites ce que sont les colonnes : --mapping MAP.toml."))
    try:
        raw = mapping.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise Unreadable(mapping, error.strerror or "?") from None
    except UnicodeDecodeError:
        raise Unreadable(mapping, N_("ce n'est pas un texte en UTF-8")) from None
    return Asked(mappings.read(channel, text, mapping.name), raw)


def demand_titles(job: Import, asked_for: Asked, tools: Tools) -> None:
    """For channels that ask for it, refuse a file that has not the columns of the mapping
    before anything is kept. Raises InvalidInput."""
    if not grows(registry.get(job.channel)):
        return
    for file in find(job, Report()):
        try:
            tools.reader.splitter.parts(
                job.channel, file.path, asked_for.mapping.guide, after=0, most=1
            )
        except ChannelError as error:
            if error.reason in _TITLES:
                text = N_("%(file)s n'est pas importé : %(why)s.")
                why = Text(error.detail, error.params)
                raise InvalidInput(text, file=file.locator, why=why) from error


def store_files(job: Import, report: Report) -> list[int]:
    """Store the files themselves; the ids of their items, in order."""
    files = Report()
    store_all(job, files)
    report.problems += files.problems
    report.files = list(files.seen)
    return report.files


def split_all(job: Import, report: Report, tools: Tools) -> None:
    """One item for each row of each file; what is there already is known."""
    for item_id in report.files:
        before = splitting.stored(item_id)
        end_read()
        _split(job, item_id, tools)
        children = _children(item_id)
        report.seen.add(children)
        report.received += len(children)
        report.stored += len(children) - before
        report.already_known += before


def _split(job: Import, item_id: int, tools: Tools) -> None:
    """Run the steps of one file until it has its outcome; another process may help."""
    patience = steps.LEASE.total_seconds() + 5
    last = time.monotonic()
    while not job.stopping() and service.outcomes_of([item_id]).get("waiting"):
        due = select(Step.id).where(
            Step.subject_kind == "item",
            Step.subject_id == item_id,
            Step.name.in_(STEPS),
            *is_due(),
        )
        pending = list(session().scalars(due.order_by(Step.id)))
        end_read()
        if sum(runner.run(step_id, tools) for step_id in pending):
            last = time.monotonic()
            job.progress("split", splitting.stored(item_id), None)
            end_read()
        elif time.monotonic() - last > patience:
            return
        else:
            time.sleep(POLL)
    end_read()


def _children(item_id: int) -> "array[int]":
    query = select(Item.id).where(Item.parent_id == item_id).order_by(Item.id)
    rows = session().scalars(query.execution_options(yield_per=1000))
    found = array("q", rows)
    end_read()
    return found


def refused_files(program: Program, report: Report) -> list[str]:
    """Why files were not split, in the language to speak."""
    found = [
        program.say(text)
        for item_id in report.files
        if (item := item_of(item_id))
        and item.outcome == "quarantined"
        and (text := item.explanation)
    ]
    end_read()
    return found


def refused_rows(item_id: int) -> Iterator[Item]:
    """The rows of a file that wait in quarantine, in the order of the file."""
    query = select(Item).where(Item.parent_id == item_id, Item.outcome == "quarantined")
    yield from session().scalars(query.order_by(Item.id).execution_options(yield_per=500))


def waiting_rows(channel: str, source: str) -> Iterator[Item]:
    """The rows of all the files of a source that wait in quarantine, as they came."""
    query = select(Item).where(
        Item.channel == channel,
        Item.source == source,
        Item.parent_id.is_not(None),
        Item.outcome == "quarantined",
    )
    yield from session().scalars(query.order_by(Item.id).execution_options(yield_per=500))


def repaired(item_ids: Iterable[int]) -> int:
    """How many rows of these files had a lost zero given back."""
    query = select(Message.warnings).join(Item, Item.id == Message.item_id)
    rows = session().scalars(
        query.where(Item.parent_id.in_(list(item_ids))).execution_options(yield_per=1000)
    )
    return sum(REPAIRED in warnings for warnings in rows)


def guided(job: Import, asked_for: Asked, *, kept: bool) -> Import:
    """The import whose files are to be read as the mapping says."""
    return replace(job, guide=asked_for.keep() if kept else asked_for.hash)
