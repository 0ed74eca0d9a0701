"""A mailbox, a case, an answer, and back: everything one agent does to one case."""

import pytest

from grc.core.i18n import gettext
from tests.browser.journeys.conftest import Sit
from tests.browser.journeys.hands import Keys, Mouse
from tests.browser.journeys.house import House
from tests.rig.waiting import eventually

pytestmark = pytest.mark.browser

QUESTION = "Bonjour,\n\nJe ne sais pas à qui écrire.\n\nJeanne Marchand"
ACTION = "Rappeler après un appel manqué"
APA = "Service de l'allocation personnalisée d'autonomie"
WHY = "Elle demande une aide à domicile."
FIRST, SECOND = "Bonjour, premier essai.", "Bonjour, voici notre reponse."
LEAVING = 25.0  # seconds: ten to cancel, then a worker and a mail server


@pytest.mark.parametrize(
    ("database", "hands", "language", "way"),
    [
        ("sqlite", Mouse, "fr", "reroute"),
        ("sqlite", Keys, "en", "confirm"),
        ("postgres", Keys, "fr", "reroute"),
    ],
)
def test_from_a_mail_to_a_closed_case(
    request: pytest.FixtureRequest,
    sit: Sit,
    database: str,
    hands: type[Mouse] | type[Keys],
    language: str,
    way: str,
) -> None:
    house: House = request.getfixturevalue(f"{database}_house")
    house.speak(language)
    subject = f"Bonjour {database} {language}"
    citizen = house.write(QUESTION, subject=subject)
    hand = hands(sit(house))
    hand.sign_in("agent.tri")
    hand.go_to_route()
    hand.open_case(subject)
    if way == "confirm":
        hand.confirm()
    else:
        hand.reroute(APA, WHY)
        hand = hands(sit(house))
        hand.sign_in("agent.apa")
        hand.go_to_queue()
        hand.open_case(subject)
        assert WHY in (hand.page.text_content(".routing") or "")
    work_through(hand, house, citizen)


def work_through(hand: Mouse | Keys, house: House, citizen: str) -> None:
    """Take, reply, be answered, note, promise, close, reopen, find."""
    desk, page = hand.desk, hand.page
    word = citizen.split("@")[0].replace(".", "")  # in no other case
    answer = f"Merci, voici l'attestation {word}."
    reference = page.url.rsplit("/", 1)[1]
    hand.take()
    hand.reply(FIRST)
    hand.undo()
    desk.sees("Réponse annulée. Son texte est revenu dans votre brouillon.")
    assert page.input_value("#reply-text") == FIRST
    hand.reply(SECOND)
    assert page.locator("[data-undo]").is_visible()
    hand.note("Appelée le matin, ligne occupée.")
    hand.promise(gettext(ACTION, house.language))
    sent = eventually(lambda: house.sent_to(citizen), "the reply has left", LEAVING)
    (content,) = (one.message.get_content() for one in sent)
    assert content.startswith(SECOND)
    assert f"porte la référence {reference}" in content  # signed, with how to answer
    assert reference in sent[0].message["Subject"]

    house.answer(sent[0], answer)
    eventually(lambda: house.count("message", f"text LIKE '%{word}%'"), "the answer", 20)
    page.reload()
    last = page.locator(".message", has_text=word)
    assert last.locator(".letter").first.inner_text() == answer
    assert not last.get_by_text(SECOND).is_visible()  # what she quoted is folded
    assert page.locator(".is-note").is_visible()

    hand.finish(gettext(ACTION, house.language))
    hand.end()
    desk.sees("Traitée")
    hand.reopen("Elle a rappelé.")
    desk.sees("En cours")
    desk.open("/")
    hand.find(word)
    assert page.url.endswith(reference)
