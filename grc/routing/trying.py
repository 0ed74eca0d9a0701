"""The dry run: the draft, and the rules in force, asked about the latest cases.

Each case is put to both as it was the first time: with what its first decision says that the
rules saw, and its first message; on the day of the trial, with the rules of days to come as if
they had begun. Of the cases that this person may not read, those kept from
the département are left out, and the others only count in lots (`Tally.told`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from grc.cases.models import Case, Message, MessageShare, case_reference
from grc.cases.queries import visible_to
from grc.cases.seen import lists
from grc.core import audit, steps
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import add, among, session
from grc.core.errors import NotFound
from grc.core.events import Event
from grc.core.i18n import N_
from grc.organisation.queries import snapshot as organisation
from grc.routing import trial
from grc.routing.models import RoutingDecision, RoutingTrial
from grc.routing.queries import context, rules
from grc.routing.rules import RoutingInputs
from grc.routing.stored import digest, read_all
from grc.routing.trial import Past, Tally
from grc.routing.workshop import check, demand, the_draft
from grc.staff.models import User
from grc.staff.policy import Level
from grc.staff.queries import actor_of

MOST = 1000  # cases
CHUNK = 250  # of them in one step


@dataclass(frozen=True)
class Chunk:
    """What one step found: `start` is where it began, so that it counts once."""

    start: int | None
    below: int
    looked: int
    tally: Tally


def ask(*, actor: Actor, now: datetime) -> int:
    """Try the draft as it is now; the id of the trial. Raises InvalidFile when a file that says
    the same would not be loaded."""
    demand(actor)
    draft = the_draft()
    tried = read_all(draft.rules)
    check(tried)
    trial_id = add(
        RoutingTrial,
        draft_id=draft.id,
        digest=digest(tried),
        rules=draft.rules,
        user_id=actor.user_id,
        asked_at=now,
        wanted=MOST,
        looked=0,
        moves=[],
        hits={},
    )
    _plan(trial_id, 0, now)
    return trial_id


def trial_of(actor: Actor, trial_id: int) -> RoutingTrial:
    """One trial, for who asked for it. Raises NotFound."""
    demand(actor)
    found = session().get(RoutingTrial, trial_id)
    if found is None or found.user_id != actor.user_id:
        raise NotFound(N_("Cet essai n'existe pas."))
    return found


def done_by(actor: Actor, draft_id: int, tried: str) -> RoutingTrial | None:
    """The latest complete trial of exactly these rules that this person has seen."""
    demand(actor)
    query = select(RoutingTrial).where(
        RoutingTrial.draft_id == draft_id,
        RoutingTrial.user_id == actor.user_id,
        RoutingTrial.digest == tried,
        RoutingTrial.done_at.is_not(None),
    )
    return session().scalars(query.order_by(RoutingTrial.id.desc()).limit(1)).first()


def examples(asked: RoutingTrial, actor: Actor, now: datetime) -> dict[int, tuple[str, str]]:
    """Reference and subject of the cases that a trial names, those that this person may still
    know of."""
    ids = [case_id for move in asked.moves for case_id in move["cases"]]
    query = select(Case.id, Case.opened_at, Case.subject, Case.level)
    query = query.where(among(Case.id, ids), visible_to(actor, now))
    rows = session().execute(query).all()
    for row in rows:
        lists(row.id, row.level)
    return {row.id: (case_reference(row.id, row.opened_at), row.subject) for row in rows}


def compute(trial_id: int, now: datetime) -> Chunk:
    """Put the next cases to both lists; writes nothing."""
    asked = session().get_one(RoutingTrial, trial_id)
    actor, on = _actor(asked.user_id), paris_date(now)
    size = min(CHUNK, asked.wanted - asked.looked)
    cases = _cases(actor, asked.below, size, now)
    so_far = trial.read(asked.moves, asked.hits)
    old, new = (trial.begun(those, on) for those in (rules(on), read_all(asked.rules)))
    found = trial.tally(_past(cases, on), old, new, context(), so_far)
    below = cases[-1][0].id if len(cases) == size else 0
    return Chunk(asked.below, below, len(cases), found)


def keep(trial_id: int, chunk: Chunk, *, now: datetime) -> None:
    """Write what a step found, and plan the next one."""
    asked = session().get_one(RoutingTrial, trial_id, with_for_update=True)
    if asked.below != chunk.start or asked.done_at is not None:
        return
    asked.moves, asked.hits = chunk.tally.as_json()
    asked.looked, asked.below = asked.looked + chunk.looked, chunk.below
    if chunk.below and asked.looked < asked.wanted:
        _plan(trial_id, asked.looked, now)
    else:
        asked.done_at = now
        _tell(asked, now)
    session().flush()


def give_up(trial_id: int, _error: str, _now: datetime) -> None:
    """A trial that fails each time is told so: nothing was wanted of it any more."""
    session().get_one(RoutingTrial, trial_id).wanted = 0
    session().flush()


def _plan(trial_id: int, looked: int, now: datetime) -> None:
    steps.plan(
        "try_rules", ("routing_trial", trial_id), key=f"try_rules:{trial_id}:{looked}", now=now
    )


def _tell(asked: RoutingTrial, now: datetime) -> None:
    audit.record(
        Event.RULES_TRIED,
        subject=("routing_draft", asked.draft_id),
        actor=_actor(asked.user_id),
        now=now,
        cases=asked.looked,
    )


def _actor(user_id: int) -> Actor:
    tree = {unit.id: (unit.above, unit.department_id) for unit in organisation().units}
    return actor_of(session().get_one(User, user_id), tree)


def _cases(actor: Actor, below: int | None, size: int, now: datetime) -> list[tuple[Case, bool]]:
    """The next cases, the latest first, each with whether this person may know which it is."""
    mine = visible_to(actor, now)
    query = select(Case, mine).where(or_(Case.level == Level.NORMAL, mine))
    if below is not None:
        query = query.where(Case.id < below)
    rows = session().execute(query.order_by(Case.id.desc()).limit(size))
    return [(row[0], bool(row[1])) for row in rows]


def _past(cases: Sequence[tuple[Case, bool]], on: date) -> list[Past]:
    ids = [case.id for case, _ in cases]
    seen, first = _seen(ids), _first_texts(ids)
    return [
        Past(case.id, _inputs(case, seen[case.id], first.get(case.id, ""), on), is_shown)
        for case, is_shown in cases
        if case.id in seen
    ]


def _inputs(case: Case, seen: Mapping[str, Any], text: str, on: date) -> RoutingInputs:
    commune = organisation().commune(seen.get("commune", ""))
    box = organisation().mailbox(case.channel, case.source)
    return RoutingInputs(
        on=on,
        subject=case.subject,
        text=text,
        commune_name=commune.name if commune else "",
        mailbox_unit=box.unit_code if box else "",
        **seen,
    )


def _seen(ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """What the rules saw of each case the first time; cases they never saw are not there."""
    machine = (among(RoutingDecision.case_id, ids), RoutingDecision.rule_code != "")
    query = select(RoutingDecision.case_id, RoutingDecision.inputs).where(*machine)
    found: dict[int, Mapping[str, Any]] = {}
    for case_id, inputs in session().execute(query.order_by(RoutingDecision.id)):
        found.setdefault(case_id, inputs)
    return found


def _first_texts(ids: Sequence[int]) -> dict[int, str]:
    """The first message of each case, its own or one shared with it."""
    first: dict[int, int] = {}
    for model, message in ((Message, Message.id), (MessageShare, MessageShare.message_id)):
        query = select(model.case_id, func.min(message)).where(among(model.case_id, ids))
        for case_id, message_id in session().execute(query.group_by(model.case_id)):
            first[case_id] = min(message_id, first.get(case_id, message_id))
    wanted = select(Message.id, Message.text).where(among(Message.id, list(first.values())))
    texts = {row.id: row.text for row in session().execute(wanted)}
    return {case_id: texts[message_id] for case_id, message_id in first.items()}
