"""Letters on their way out: one to endorse, one to sign, one to print, one to post, one back."""

from datetime import datetime
from itertools import cycle

from sqlalchemy import exists, select

from grc.cases.models import Case, Handling
from grc.cli import demo_enclosures
from grc.cli.demo_life import Life
from grc.core.actor import Actor
from grc.core.clock import paris_date
from grc.core.db import end_read, session, transaction
from grc.correspondence import enclosing, layout, leaving, returning, signing, writing
from grc.correspondence.enclosing import Leaves
from grc.correspondence.models import OurLetter
from grc.correspondence.powers import power_over
from grc.correspondence.returning import Back
from grc.correspondence.writing import Words
from grc.intake.models import Letter
from grc.organisation.queries import snapshot
from grc.staff.models import User
from grc.staff.queries import Tree, actor_of

SIGNATORY, MAIL_ROOM = "responsable", "courrier"
UNIT = "apa"
TEXT = (
    "Madame, Monsieur,\n\nAprès étude de votre demande, un plan d'aide vous est proposé. Vous le "
    "trouverez joint à cette lettre : vous avez dix jours pour nous dire ce que vous en pensez.\n\n"
    "Je vous prie d'agréer, Madame, Monsieur, l'expression de mes salutations distinguées."
)
PLANNED = frozenset({"reponse", "decision"})  # the types of letter it goes with
PEOPLE = (  # name, street, type of letter
    ("Mme Ida Exemple", "9 allée des Pins", "reponse"),
    ("Mme Claire Exemple", "4 rue des Tilleuls", "reponse"),
    ("M. Ali Exemple", "18 avenue de la Gare", "attente"),
    ("Mme Rose Exemple", "2 place du Marché", "reponse"),
    ("M. Paul Exemple", "31 rue des Écoles", "decision"),
)


def tell(life: Life, now: datetime) -> None:
    """Everything, once."""
    is_told = session().scalar(select(exists().where(OurLetter.id > 0)))
    unit = snapshot().unit(UNIT)
    end_read()
    if is_told or unit.id not in life.agents:
        return
    plan = demo_enclosures.plan()
    written = [
        _write(case_id, person, plan, life.agents[unit.id], now)
        for case_id, person in zip(cycle(_cases(unit.id)), PEOPLE, strict=False)
    ]
    for letter_id in written[:2]:
        _sign(letter_id, _actor(SIGNATORY), now)
    if written[1:]:
        with transaction():
            _leave(written[0], _actor(MAIL_ROOM), now)
    for letter_id in written[2:3]:
        _sign(letter_id, _actor(SIGNATORY), now)


def _leave(letter_id: int, actor: Actor, now: datetime) -> None:
    """All that is signed is printed; this one is posted, and comes back."""
    leaving.print_run(actor=actor, now=now)
    on = paris_date(now)
    leaving.post([letter_id], on, {}, actor=actor, now=now)
    reference = session().get_one(OurLetter, letter_id).reference
    returning.file(reference, Back("unclaimed", on), actor=actor, now=now)


def _cases(unit_id: int) -> list[int]:
    """The last ones of a unit, none whose own letter still waits to be indexed."""
    waits = exists().where(Letter.case_id == Handling.case_id, Letter.done_at.is_(None))
    query = select(Handling.case_id).where(
        Handling.unit_id == unit_id, Handling.is_open, Handling.level == "normal", ~waits
    )
    found = session().scalars(query.order_by(Handling.id.desc()).limit(len(PEOPLE))).all()
    end_read()
    return list(found)


def _write(
    case_id: int, person: tuple[str, str, str], plan: Leaves, agent: Actor, now: datetime
) -> int:
    name, street, kind = person
    words = Words(
        type_code=kind,
        recipient=f"{name}\n{street}\n92160 Antony",
        subject="Votre demande d'aide à domicile",
        text=TEXT,
        agent_quality="instructrice",
    )
    with transaction():
        case = session().get_one(Case, case_id)
        letter_id = writing.draft(case, words, actor=agent, now=now)
        letter = session().get_one(OurLetter, letter_id)
        if kind in PLANNED:
            enclosing.put(letter, [plan], now=now)
        writing.hand_in(letter, expected=None, actor=agent, now=now)
    return letter_id


def _actor(login: str) -> Actor:
    tree: Tree = {unit.id: (unit.above, unit.department_id) for unit in snapshot().units}
    return actor_of(session().scalars(select(User).where(User.login == login)).one(), tree)


def _sign(letter_id: int, actor: Actor, now: datetime) -> None:
    letter, on = session().get_one(OurLetter, letter_id), paris_date(now)
    case = session().get_one(Case, letter.case_id)
    given = power_over(letter, actor.user_id, on)
    pdf = layout.printed(signing.sheet(letter, case, on, given))
    made = signing.made(pdf, on)
    with transaction():
        found = session().get_one(OurLetter, letter_id)
        signing.sign(found, made, expected=None, actor=actor, now=now)
