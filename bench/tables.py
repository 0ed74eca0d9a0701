"""A table coming in: from rows of another program to routed cases."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.mail import children_cpu, together
from bench.measure import Measure, Meter
from grc.channels.reader import Reader
from grc.cli import tables
from grc.cli.importing import Import, Report, count_outcomes, understand_all
from grc.core.actor import importer
from grc.pipeline import Tools

MAPPING = """
system = "Bench"
[columns]
reference = "Dossier"
received = "Reçu le"
closed = "Clos le"
state = "Statut"
subject = "Objet"
unit = "Service"
[applicant]
name = "Nom"
birth_date = "Né le"
email = "Courriel"
phone = "Tél"
address = "Adresse"
postcode = "CP"
commune = "Ville"
[states]
"Ouvert" = "in_progress"
"Clos" = "closed/answered"
"""
TITLES = (
    "Dossier", "Reçu le", "Clos le", "Statut", "Objet", "Service", "Nom", "Né le", "Courriel",
    "Tél", "Adresse", "CP", "Ville", "Observations",
)  # fmt: skip
FIRST_DAY = date(2019, 1, 1)
BORN = date(1930, 1, 1)


def written(folder: Path, count: int) -> tuple[Path, Path]:
    """An invented table and its mapping."""
    folder.mkdir(parents=True, exist_ok=True)
    path, mapping = folder / "old-cases.csv", folder / "MAP.toml"
    mapping.write_text(MAPPING, "utf-8")
    with path.open("w", encoding="cp1252", newline="") as stream:
        sheet = csv.writer(stream, delimiter=";")
        sheet.writerow(TITLES)
        sheet.writerows(_row(number) for number in range(count))
    return path, mapping


def _row(number: int) -> list[str]:
    received = FIRST_DAY + timedelta(days=number % 2000)
    ended = received + timedelta(days=30) if number % 3 else None
    born = BORN + timedelta(days=number * 7 % 25_000)
    return [
        f"B-{number:06}",
        received.strftime("%d/%m/%Y"),
        ended.strftime("%d/%m/%Y") if ended else "",
        "Clos" if ended else "Ouvert",
        "Demande d'aide à domicile",
        "apa",
        f"Personne {chr(65 + number % 26)}{number}",
        born.strftime("%d/%m/%Y"),
        f"personne.{number}@reprise.example",
        f"06{number:08}",
        f"{number % 200} rue des Lilas",
        "92160",
        "Antony",
        "Reprise de l'ancien logiciel",
    ]


def imported(meter: Meter, folder: Path, count: int) -> Iterator[Measure]:
    """One importing process, from a file to routed cases; then its two halves."""
    path, mapping = written(folder, count)
    asked = tables.asked("table", mapping, None, acknowledge=False)
    if asked is None:
        raise RuntimeError("the channel of tables does not split")
    job = tables.guided(Import("table", "files", (path,), importer("files")), asked, kept=True)
    report = Report()
    with Reader() as reader:
        tools = Tools(reader=reader)
        with meter.counted("table, split and stored") as stored:
            before = children_cpu()
            tables.store_files(job, report)
            tables.split_all(job, report, tools)
            stored.children = children_cpu() - before
            stored.done = report.received
        with meter.counted("table, understood and routed") as understood:
            before = children_cpu()
            understand_all(job, report, tools)
            understood.children = children_cpu() - before
            understood.done = report.received
    count_outcomes(report)
    if report.outcomes["opened"] != count:
        raise RuntimeError(f"import went wrong: {report.as_json()}")
    yield together("table row to routed case", stored.measure, understood.measure)
    yield stored.measure
    yield understood.measure
