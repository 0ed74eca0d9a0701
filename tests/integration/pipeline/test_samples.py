"""The samples of every channel, through the whole of the pipeline, on each database."""

import io
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from grc.cases.models import Handling
from grc.channels import registry
from grc.channels.past import splitting as splits
from grc.core import blobs
from grc.core.db import session, transaction
from grc.intake import splitting
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.intake.service import Arrival
from grc.intake.splitting import Batch
from tests.integration.pipeline.desk import Desk

SAMPLES = Path(__file__).parents[2] / "samples"
FILES = "files"  # the source of what is imported


def arrival(channel: str, path: Path) -> Arrival:
    sha256, size = blobs.store().put(io.BytesIO(path.read_bytes()))
    return Arrival(channel, FILES, f"{channel}/{path.name}", sha256, size)


def bring(desk: Desk, channel: str) -> list[int]:
    """Store the samples of a channel: as items, or as the parts of one that was cut."""
    paths = sorted((SAMPLES / channel).iterdir())
    if splits(registry.get(channel)) is None:
        told = {"source": FILES, "channel": channel, "acknowledge": False}
        return [desk.store(path.read_bytes(), **told) for path in paths]
    whole = desk.store(channel.encode(), source=FILES, channel=channel)
    parts = Batch(0, tuple(arrival(channel, path) for path in paths), is_last=True)
    with transaction():
        splitting.apply(whole, parts, now=desk.now)
    return list(session().scalars(select(Item.id).where(Item.parent_id == whole)))


def test_every_sample_has_exactly_one_outcome(desk: Desk) -> None:
    brought = {channel: bring(desk, channel) for channel in registry.names()}
    desk.work()
    told = {one.channel: one for one in reconcile() if one.source == FILES}
    for channel, ids in brought.items():
        items = session().scalars(select(Item).where(Item.id.in_(ids))).all()
        assert len(items) == len(list((SAMPLES / channel).iterdir()))
        outcomes = Counter(item.outcome for item in items)
        assert not outcomes["waiting"], channel
        assert outcomes["quarantined"] < len(items), f"{channel}: nothing was understood"
        report = told[channel]
        assert report.gap == 0, (channel, report.examples)
        counted = report.parts if splits(registry.get(channel)) else report.outcomes
        assert (outcomes - counted, report.outcomes["waiting"]) == (Counter(), 0)
        assert routed({item.case_id for item in items if item.outcome == "opened"})


def routed(cases: set[int | None]) -> bool:
    """True when each of these cases was given to a unit, or to triage."""
    query = select(Handling.case_id).where(Handling.case_id.in_(cases))
    return set(session().scalars(query.where(Handling.routed_at.is_not(None)))) == cases
