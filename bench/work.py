"""What agents did with the cases of the sample, by the real use-cases and a fixed seed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from bench.staff import Team
from grc.cases import service as cases
from grc.cases.models import Case, CaseAccess
from grc.core.actor import Actor
from grc.core.db import add_all, end_read, session, transaction
from grc.recovery import service as recovery
from grc.recovery.catalogue import TYPES
from grc.routing import service as routing
from grc.work import service as work
from grc.work.answering import correspondent

_REPLY = """Bonjour,

Nous avons étudié votre demande. {sentence}

Le service reste à votre disposition.
Cordialement,
{name}"""
_SENTENCES = (
    "Votre dossier est complet et sera présenté à la prochaine commission.",
    "Il manque l'avis d'imposition et un justificatif de domicile de moins de trois mois.",
    "La somme demandée peut être payée en plusieurs fois, sans frais.",
    "Une visite à domicile vous sera proposée dans les deux semaines.",
    "Cette question relève de la caisse d'allocations familiales, à qui nous l'avons transmise.",
)
Act = Callable[[Case, Actor, datetime, Random], None]


def on_all_cases(team: Team, seed: int) -> None:
    """Work on every case, in the order of their opening."""
    rng = Random(seed)
    for case_id in list(session().scalars(select(Case.id).order_by(Case.id))):
        end_read()
        _work_on(case_id, team, rng)


def _work_on(case_id: int, team: Team, rng: Random) -> None:
    story = rng.choices(list(_STORIES), weights=list(_STORIES.values()))[0]
    with transaction():
        case = session().get_one(Case, case_id)
        handling = cases.all_handlings(case)[0]
        now = case.received_at + timedelta(days=rng.uniform(0.5, 12))
        agent = rng.choice(team[handling.unit_id][:2])
        if handling.to_route and rng.random() < 0.9:
            routing.confirm(case, level="normal", expected=None, actor=agent, now=now)
        for act in story:
            now += timedelta(hours=rng.uniform(0.1, 30))
            act(case, agent, now, rng)
        if rng.random() < 0.01:
            _make_secret(case, team[handling.unit_id], now)


def _take(case: Case, agent: Actor, now: datetime, _: Random) -> None:
    work.take(case, actor=agent, now=now)


def _note(case: Case, agent: Actor, now: datetime, rng: Random) -> None:
    text = f"Appel de l'usager, rappelé le {now:%d/%m}. {rng.choice(_SENTENCES)}"
    work.note(case, text, actor=agent, now=now)


def _reply(then: str | None, outcome: str | None = None) -> Act:
    def _act(case: Case, agent: Actor, now: datetime, rng: Random) -> None:
        text = _REPLY.format(sentence=rng.choice(_SENTENCES), name=agent.label)
        if correspondent(case) is None:
            return
        work.reply(case, text, expected=None, actor=agent, now=now, then=then, outcome=outcome)

    return _act


def _move(status: str, outcome: str | None = None, why: str = "") -> Act:
    def _act(case: Case, agent: Actor, now: datetime, _: Random) -> None:
        work.move(case, status, why=why, outcome=outcome, expected=None, actor=agent, now=now)

    return _act


def _promise(case: Case, agent: Actor, now: datetime, _: Random) -> None:
    code = next(iter(TYPES))
    recovery.promise(case, code, why="Sans réponse depuis un mois", actor=agent, now=now)


def _make_secret(case: Case, people: list[Actor], now: datetime) -> None:
    """A named case: two may read it, and one of the unit may not."""
    rows = [
        {"case_id": case.id, "user_id": person.user_id, "effect": effect, "remark_id": None}
        for person, effect in zip(people, ("allow", "deny", "allow"), strict=True)
    ]
    add_all(CaseAccess, rows)
    cases.set_level(case, "named", actor=people[2], now=now)


# Most cases of a database that has lived have ended.
_STORIES: dict[tuple[Act, ...], int] = {
    (): 12,
    (_take,): 8,
    (_take, _note): 3,
    (_take, _promise): 2,
    (_take, _reply("waiting_citizen")): 5,
    (_take, _move("waiting_third", why="Avis demandé au médecin")): 2,
    (_take, _reply("resolved", "answered")): 20,
    (_take, _note, _reply("resolved", "granted")): 10,
    (_take, _reply(None), _move("closed", "refused", "Conditions non remplies")): 13,
    (_take, _reply("closed", "answered")): 20,
    (_move("closed", "no_follow_up", "Sans objet"),): 5,
}
