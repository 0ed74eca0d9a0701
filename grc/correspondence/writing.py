"""Writing a letter: drafted, changed as long as nobody has signed it, handed in, withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.cases import service as cases
from grc.cases.models import Case
from grc.cases.states import Status
from grc.catalogue.placeholders import left
from grc.core import audit
from grc.core.actor import Actor
from grc.core.db import add, session
from grc.core.errors import Conflict, InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_, Text
from grc.correspondence import acting, addressing, queries, recipients
from grc.correspondence.models import OurLetter
from grc.correspondence.queries import TypeView
from grc.correspondence.states import BEFORE_SIGNATURE, State, first
from grc.staff.policy import Permission

LONGEST_TEXT = 20_000
WRITE = Permission.CASE_WRITE
SIGNED = N_("Cette lettre est signée : elle ne change plus. Retirez-la, puis écrivez-en une autre.")


@dataclass(frozen=True)
class Words:
    """What a person writes. `recipient`: the lines of the envelope, as typed."""

    type_code: str
    recipient: str
    subject: str
    text: str
    agent_quality: str
    registered: bool = False


def draft(case: Case, words: Words, *, actor: Actor, now: datetime) -> int:
    """Begin a letter about a case; its service is the one this person works for. Raises
    InvalidInput. What is missing is asked when it is handed in."""
    cases.demand(case, actor, WRITE, now)
    kind = _type(words.type_code)
    handling = cases.handling_of(case, actor)
    letter_id = add(
        OurLetter,
        case_id=case.id,
        unit_id=handling.unit_id,
        state=State.DRAFT,
        author_id=actor.user_id,
        agent_id=handling.assignee_id or actor.user_id,
        created_at=now,
        **_values(case, kind, words, now),
    )
    letter = session().get_one(OurLetter, letter_id)
    acting.record(Event.OUR_LETTER_DRAFTED, letter, actor, now, kind=Text(kind.label_fr))
    if handling.status == Status.RECEIVED:
        cases.set_status(case, handling, Status.IN_PROGRESS, actor=actor, now=now)
    return letter_id


def _type(code: str) -> TypeView:
    kind = queries.types().get(code)
    if kind is None:
        raise InvalidInput(N_("Ce type de lettre n'existe pas, ou plus."), field="type_code")
    return kind


def _values(case: Case, kind: TypeView, words: Words, now: datetime) -> dict[str, Any]:
    if len(words.text) > LONGEST_TEXT:
        raise InvalidInput(N_("Ce texte est trop long pour une lettre."), field="text")
    lines = addressing.written(words.recipient).lines
    recipients.demand_wanted(case, lines)
    return {
        "type_code": kind.code,
        "type_version": kind.version,
        "purpose": kind.purpose,
        "visas": kind.visas,
        "registered": kind.registered or words.registered,
        "recipient": list(lines),
        "subject": " ".join(words.subject.split())[:200],
        "text": words.text.replace("\r\n", "\n").strip(),
        "agent_quality": " ".join(words.agent_quality.split())[:120],
        "changed_at": now,
    }


def change(
    letter: OurLetter, words: Words, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Write other words: what had been endorsed must be endorsed again. Raises Conflict once it
    is signed."""
    case = acting.demand(letter, WRITE, actor, now)
    demand_unsigned(letter)
    is_same = words.type_code == letter.type_code
    kind = (queries.type_of(letter) if is_same else None) or _type(words.type_code)
    values = _values(case, kind, words, now)
    back = State.DRAFT if letter.state != State.DRAFT else None
    edition = letter.edition + 1
    acting.change(letter, back, expected=expected, edition=edition, **values)
    if back:
        acting.record(Event.OUR_LETTER_CHANGED, letter, actor, now)


def demand_unsigned(letter: OurLetter) -> None:
    """Raise Conflict unless words may still change."""
    if letter.state not in BEFORE_SIGNATURE:
        raise Conflict(SIGNED)


def missing(letter: OurLetter) -> list[tuple[str, Text]]:
    """What keeps a letter from being handed in: (field, words)."""
    found = [("recipient", one) for one in addressing.written("\n".join(letter.recipient)).problems]
    if not letter.subject:
        found.append(("subject", Text(N_("il manque l'objet"))))
    if not letter.text:
        found.append(("text", Text(N_("il manque le texte"))))
    if blanks := left(letter.text):
        words = Text(N_("il reste des mots à remplir (%(count)s)"), {"count": str(len(blanks))})
        found.append(("text", words))
    if not letter.agent_quality:
        found.append(("agent_quality", Text(N_("il manque la qualité de l'agent"))))
    return found


def hand_in(letter: OurLetter, *, expected: int | None, actor: Actor, now: datetime) -> None:
    """Ask for visas, or for the signature when its type asks for none. Raises InvalidInput
    saying what is missing."""
    case = acting.demand(letter, WRITE, actor, now)
    recipients.demand_wanted(case, letter.recipient)
    for field, words in missing(letter):
        text = N_("La lettre n'est pas prête : %(what)s.")
        raise InvalidInput(text, field=field, what=words)
    acting.change(letter, first(letter.visas), expected=expected, changed_at=now)
    acting.record(Event.OUR_LETTER_HANDED_IN, letter, actor, now)


def withdraw(
    letter: OurLetter, why: str, *, expected: int | None, actor: Actor, now: datetime
) -> None:
    """Take back a letter that has not left; what was signed is kept and leaves no more."""
    acting.demand(letter, WRITE, actor, now)
    acting.change(letter, State.WITHDRAWN, expected=expected)
    remark_id = audit.remark(why, now=now)
    acting.record(Event.OUR_LETTER_WITHDRAWN, letter, actor, now, remark_id=remark_id)
