"""The database: does it keep what it acknowledges, is it ours, does the work in it advance?"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import OperationalError

from grc.core.clock import paris_date
from grc.core.db import end_read, is_postgresql, session
from grc.core.i18n import N_
from grc.core.schema import expected_triggers, present_triggers
from grc.core.steps import Step
from grc.intake.models import Item
from grc.intake.reconcile import reconcile
from grc.jobs.health.look import Look

OVERDUE = timedelta(minutes=5)  # a due step is run within a second
EXAMPLES = 10
UNEXAMINED = timedelta(days=1)
RECONCILED = timedelta(days=7)  # older days are for `grc reconcile`
# What must be read back; any other value loses acknowledged commits in a power cut.
SQLITE_DURABLE = {"journal_mode": ("wal",), "synchronous": ("2", "3")}
POSTGRESQL_DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}


def database(look: Look, revision: str) -> None:
    """Everything the database can tell. `revision` is the schema this version needs."""
    try:
        _durability(look)
        if _schema(look, revision):
            _steps(look)
            _quarantine(look)
            _gap(look)
    except OperationalError as error:
        look.facts.setdefault("database", {})["answers"] = False
        look.error(
            "database",
            N_("La base de données ne répond pas (%(why)s) : démarrez-la."),
            why=type(error.orig).__name__,
        )
    finally:
        end_read()


def _durability(look: Look) -> None:
    wanted = POSTGRESQL_DURABLE if is_postgresql() else SQLITE_DURABLE
    verb = "SHOW" if is_postgresql() else "PRAGMA"
    found = {name: str(session().scalar(text(f"{verb} {name}"))) for name in wanted}
    kind = "postgresql" if is_postgresql() else "sqlite"
    look.facts["database"] = {"answers": True, "kind": kind, **found}
    for name, safe in wanted.items():
        if found[name] not in safe:
            look.error(
                "durability",
                N_("La base a %(name)s = %(value)s : une coupure perdrait des messages ; "
                   "réglez %(safe)s."),
                name=name,
                value=found[name],
                safe=safe[0],
            )  # fmt: skip


def _schema(look: Look, revision: str) -> bool:
    """True when the tables are those of this version."""
    present = None
    if inspect(session().connection()).has_table("alembic_version"):
        present = session().scalar(text("SELECT version_num FROM alembic_version"))
    look.facts["schema"] = {"present": present, "needed": revision}
    if present != revision:
        look.error(
            "schema",
            N_("La base est à la version %(present)s, il faut %(needed)s : « grc db upgrade »."),
            present=present or "0",
            needed=revision,
        )
        return False
    missing = expected_triggers(look.facts["database"]["kind"]) - present_triggers(
        session().connection()
    )
    if missing:
        look.error(
            "triggers",
            N_("Le journal n'est plus protégé (%(names)s) : prévenez le délégué à la protection "
               "des données, puis restaurez ces déclencheurs."),
            names=", ".join(sorted(missing)),
        )  # fmt: skip
    return True


def _steps(look: Look) -> None:
    pending = (Step.done_at.is_(None), Step.failed_at.is_(None), Step.due_at <= look.now)
    waiting, oldest = _count_and_oldest(Step.due_at, *pending)
    failed, _ = _count_and_oldest(Step.failed_at, Step.failed_at.is_not(None))
    look.facts["steps"] = {
        "due": waiting,
        "oldest_due_at": _iso(oldest),
        "failed": failed,
        "failures": _failures(),
    }
    if oldest is not None and look.now - oldest > OVERDUE:
        look.error(
            "steps",
            N_("Du travail attend depuis %(minutes)s minutes : « grc worker » tourne-t-il ?"),
            minutes=int((look.now - oldest).total_seconds() // 60),
        )
    if failed:
        look.warn(
            "steps",
            N_("%(count)s étapes ont échoué pour de bon, dont %(example)s : corrigez la cause."),
            count=failed,
            example=look.facts["steps"]["failures"][0],
        )


def _failures() -> list[str]:
    """The latest failed steps, in words that name no citizen."""
    query = select(Step).where(Step.failed_at.is_not(None)).order_by(Step.failed_at.desc())
    return [
        f"{step.name} {step.subject_kind} {step.subject_id} ({step.last_error})"
        for step in session().scalars(query.limit(EXAMPLES))
    ]


def _quarantine(look: Look) -> None:
    size, oldest = _count_and_oldest(Item.settled_at, Item.outcome == "quarantined")
    look.facts["quarantine"] = {"size": size, "oldest_at": _iso(oldest)}
    if oldest is not None and look.now - oldest > UNEXAMINED:
        look.warn(
            "quarantine",
            N_("%(count)s éléments sont à examiner, le plus ancien depuis %(days)s jours : "
               "« grc quarantine list »."),
            count=size,
            days=(look.now - oldest).days,
        )  # fmt: skip


def _gap(look: Look) -> None:
    gap = sum(one.gap for one in reconcile(paris_date(look.now - RECONCILED)))
    look.facts["reconciliation_gap"] = gap
    if gap:
        look.error(
            "reconciliation",
            N_("%(count)s éléments reçus ne sont pas rangés : lancez « grc reconcile »."),
            count=gap,
        )


def _count_and_oldest(column: Any, *where: Any) -> tuple[int, datetime | None]:
    query = select(func.count(), func.min(column)).where(*where)
    count, oldest = session().execute(query).one()
    return count, oldest


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
