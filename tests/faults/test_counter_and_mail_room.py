"""An interview and an unopened envelope, sent to a web process that dies: there once, and whole."""

import uuid

import pytest
from sqlalchemy import select

from grc.core.db import session, transaction
from grc.organisation.queries import snapshot
from grc.staff.models import User, UserRole
from tests.faults.agent import Agent, Answer, NoteForm
from tests.faults.ground import Ground, assert_sound

ENVELOPE = {"kind": "personal", "near": "", "destination": "Le Préau", "arrived": "0101"}
INTERVIEW = {
    "commune": "Antony",
    "subject": "Plus de ressources",
    "text": "Elle n’a plus de ressources depuis mars.",
    "right-0-code": "rsa",
    "right-0-standing": "obtained",
    "right-0-on": "01/02/2026",
    "right-0-amount": "635,70",
    "right-1-code": "c2s",
    "right-1-standing": "asked",
}
DEATHS = (  # kept and not yet on a list; nothing kept; kept, with half of its case written
    ("/courrier/remise", "after-commit"),
    ("/entretien/saisie", "before-commit"),
    ("/entretien/saisie", "case:inserted"),
)


class Page(NoteForm):
    """A filled form of any page."""

    def send(self) -> Answer:
        """Send it now."""
        return self.agent.ask("POST", self.page, **self.fields)


def filled(agent: Agent, path: str, number: int) -> Page:
    """The form of an envelope, or of an interview with somebody nobody knows."""
    said = INTERVIEW | {"name": f"Zoé Garance {number}", "number": f"06 11 22 33 4{number}"}
    fields = said if "entretien" in path else ENVELOPE
    technical = {"csrf_token": agent.token("/aide"), "form_key": str(uuid.uuid4())}
    return Page(agent, path, {**fields, **technical})


def hire(ground: Ground) -> None:
    """Make the agent one of the mail room too."""
    with ground.application(), transaction():
        user_id = session().scalar(select(User.id).where(User.login == "alice"))
        session().add(UserRole(user_id=user_id, unit_id=snapshot().triage.id, role="mail_room"))


@pytest.mark.parametrize("loaded_url", ["postgresql"], indirect=True)
def test_an_interview_and_an_envelope_survive_the_death_of_their_process(ground: Ground) -> None:
    """Killed before and after each commit and in the middle; sent again with the same key."""
    ground.prepare(1)
    hire(ground)
    agent = ground.web(*{point for _, point in DEATHS})
    for number, (path, point) in enumerate(DEATHS):
        form = filled(agent, path, number)
        ground.arm(point)
        told = form.send_until_answered()
        assert told.status == 303, told.text
        assert ground.crashed(point), point
        assert agent.lost > number
        assert form.send().location == told.location
    ground.arm()
    ground.finish_here()
    assert ground.outcomes() == {"applied": 1, "opened": 1 + 2}
    assert ground.count("envelope") == ground.count("hand_over") == 1
    assert ground.count("case", "channel = 'counter'") == 2
    rights = "SELECT case_id, count(*) FROM recovery_action GROUP BY 1"
    assert [number for _, number in ground.query(rights)] == [2, 2]
    held = "SELECT case_id, count(*) FROM audit WHERE event = 'interview:held' GROUP BY 1"
    assert [number for _, number in ground.query(held)] == [1, 1]
    assert_sound(ground)
