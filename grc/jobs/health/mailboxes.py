"""The mailboxes that are fetched: does each answer, and does somebody come by?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from flask import Flask

from grc.core.db import end_read
from grc.core.i18n import N_, Text
from grc.intake.queries import LastVisit, last_visits
from grc.jobs.fetching import Mailbox, every_mailbox, in_words
from grc.jobs.health.look import Look

UNVISITED = timedelta(hours=1)  # whoever stays comes by each minute
RECENT = timedelta(minutes=15)  # a password refused each minute would lock some mailboxes
AT_ONCE = 16


def mailboxes(look: Look, app: Flask) -> None:
    """What the latest visit to each found; where nobody came lately, sign in and see, several
    at a time. Nothing is changed there."""
    boxes, visits = every_mailbox(), last_visits()
    end_read()

    def _problem(box: Mailbox) -> Text | None:
        visit = visits.get((box.channel, box.source))
        if visit is not None and look.now - visit.tried_at < RECENT:
            return visit.problem
        with app.app_context():
            return _try(box)

    with ThreadPoolExecutor(AT_ONCE, "doctor") as pool:
        problems = list(pool.map(_problem, boxes))
    look.facts["mailboxes"] = []
    for box, problem in zip(boxes, problems, strict=True):
        _note(look, box, problem, visits.get((box.channel, box.source)))
    ours = {(box.channel, box.source) for box in boxes}
    for key in sorted(visits.keys() - ours):  # a folder given as an option
        _fact(look, *key, visits[key], answers=visits[key].problem is None)


def _try(box: Mailbox) -> Text | None:
    try:
        with box.opened(only_look=True):
            return None
    except Exception as error:  # noqa: BLE001 - a finding, whatever it is
        return in_words(error)[0]


def _fact(look: Look, channel: str, source: str, visit: LastVisit | None, *, answers: bool) -> None:
    last = visit.succeeded_at if visit else None
    told = {
        "channel": channel,
        "source": source,
        "answers": answers,
        "fetched_at": last.isoformat(timespec="seconds") if last else None,
    }
    look.facts["mailboxes"].append(told)


def _note(look: Look, box: Mailbox, problem: Text | None, visit: LastVisit | None) -> None:
    last = visit.succeeded_at if visit else None
    _fact(look, box.channel, box.source, visit, answers=problem is None)
    if problem is not None:
        text = N_("La boîte %(source)s ne peut pas être relevée : %(why)s.")
        look.error("mailbox", text, source=box.source, why=problem)
    elif last is None:
        text = N_(
            "La boîte %(source)s n'a jamais été relevée : lancez « grc fetch %(channel)s --watch »."
        )
        look.error("fetch", text, source=box.source, channel=box.channel)
    elif look.now - last > UNVISITED:
        hours = int((look.now - last).total_seconds() // 3600)
        text = N_("La boîte %(source)s n'est plus relevée depuis %(hours)s heures : "
                  "« grc fetch » tourne-t-il ?")  # fmt: skip
        look.error("fetch", text, source=box.source, hours=hours)
