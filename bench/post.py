"""A batch of scanned letters coming in: from pages to routed cases, pictures read."""

from collections.abc import Iterator
from pathlib import Path

from bench.mail import children_cpu
from bench.measure import Measure, Meter
from grc.channels.reader import Reader
from grc.cli import tables
from grc.cli.importing import Import, Report, count_outcomes, understand_all
from grc.core.actor import importer
from grc.demo import scans
from grc.pipeline import Tools


def imported(meter: Meter, folder: Path, letters: int) -> Iterator[Measure]:
    """One importing process; what is counted is pages, three for each letter."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "batch.tif"
    path.write_bytes(scans.as_tiff(scans.batch(letters, 3 * letters)))
    job, report = Import("post", "files", (path,), importer("files")), Report()
    with Reader() as reader, meter.counted("page of a batch to routed letter, OCR") as measured:
        tools, before = Tools(reader=reader), children_cpu()
        tables.store_files(job, report)
        tables.split_all(job, report, tools)
        understand_all(job, report, tools)
        measured.children = children_cpu() - before
        measured.done = 3 * letters
    count_outcomes(report)
    if report.outcomes["opened"] != letters:
        raise RuntimeError(f"import went wrong: {report.as_json()}")
    yield measured.measure
