"""An answer finds its case, in whatever order; a stranger never enters it."""

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc.cases.tokens import sign
from grc.outbox import service as outbox
from grc.work import service as work
from tests.integration.pipeline.desk import Desk

KEYS = ("t" * 40,)


def test_an_answer_by_references_joins_its_case(desk: Desk) -> None:
    case = desk.open(message_id=desk.mid("q"))
    item = desk.receive(desk.mail("Voici la pièce.", references=desk.mid("q")))
    assert (item.outcome, item.case_id) == ("appended", case.id)
    assert desk.case(case.id).contacts == 2
    assert desk.case(case.id).unread


def test_an_answer_to_our_address_joins_by_the_signed_token(desk: Desk) -> None:
    case = desk.open()
    to = f"reponse+{sign(case.id, KEYS)}@exemple-departement.fr"
    assert desk.receive(desk.mail("Voici.", to=to)).case_id == case.id


def test_an_answer_to_our_message_joins_by_its_message_id(desk: Desk) -> None:
    case = desk.open()
    reply = desk.reply(case, "Il manque une pièce.")
    assert desk.receive(desk.mail("La voici.", references=reply.rfc_id)).case_id == case.id


def test_an_answer_by_the_typed_reference_joins(desk: Desk) -> None:
    case = desk.open()
    typed = case.reference.lower().replace("-", " ")
    item = desk.receive(desk.mail(f"Mon dossier {typed}, merci de me rappeler."))
    assert (item.outcome, item.case_id) == ("appended", case.id)


def test_a_mistyped_reference_joins_nothing(desk: Desk) -> None:
    case = desk.open()
    wrong = case.reference[:-1] + ("A" if case.reference[-1] != "A" else "B")
    item = desk.receive(desk.mail(f"Mon dossier {wrong}", sender=desk.address("autre")))
    assert item.outcome == "opened"
    assert desk.links(desk.case(item)) == set()


def test_a_stranger_with_a_guessed_reference_opens_a_linked_case(desk: Desk) -> None:
    case = desk.open("Mon adresse secrète est 3 rue des Lilas.")
    before = len(desk.messages(case))
    text = f"Que devient le dossier {case.reference} ?"
    item = desk.receive(desk.mail(text, sender=f"Autre <{desk.address('autre')}>"))
    other = desk.case(item)
    assert item.outcome == "opened"
    assert other.id != case.id
    assert desk.links(other) == {(case.id, "stranger")}
    assert len(desk.messages(case)) == before
    assert all("Lilas" not in message.text for message in desk.messages(other))
    assert {row.recipient for row in desk.sent(other)} <= {desk.address("autre")}


def test_a_stranger_with_a_stolen_token_does_not_enter_either(desk: Desk) -> None:
    case = desk.open()
    to = f"reponse+{sign(case.id, KEYS)}@exemple-departement.fr"
    item = desk.receive(desk.mail("Coucou", to=to, sender=desk.address("voleur")))
    assert item.outcome == "opened"
    assert desk.links(desk.case(item)) == {(case.id, "stranger")}


def test_an_intruder_is_noted_once_and_does_not_make_a_stranger_of_the_citizen(desk: Desk) -> None:
    case = desk.open()
    ours = desk.reply(case, "Il manque une pièce.").rfc_id
    intruder = desk.receive(desk.mail("Moi aussi", references=ours, sender=desk.address("intrus")))
    answer = desk.receive(desk.mail("La voici.", references=ours))
    assert answer.case_id == case.id
    assert desk.links(desk.case(intruder)) == {(case.id, "stranger")}
    assert desk.links(case) == set()
    assert desk.events(case).count("case:linked") == 1


def test_a_token_of_another_key_is_worth_nothing(desk: Desk) -> None:
    case = desk.open()
    to = f"reponse+{sign(case.id, ['f' * 40])}@exemple-departement.fr"
    item = desk.receive(desk.mail("Voici.", to=to, subject="Autre chose"))
    assert item.outcome == "opened"
    assert item.case_id != case.id


def test_a_late_message_links_the_two_cases_it_joins_and_proposes_the_merge(desk: Desk) -> None:
    first = desk.open(message_id=desk.mid("a"))
    second = desk.open(message_id=desk.mid("b"))
    joins = f"{desk.mid('a')}> <{desk.mid('b')}"
    item = desk.receive(desk.mail("Je reviens sur mes deux messages.", references=joins))
    assert item.outcome == "appended"
    assert {item.case_id} | {other for other, _ in desk.links(desk.case(item))} == {
        first.id,
        second.id,
    }
    assert "merge_proposed" in {kind for _, kind in desk.links(desk.case(item))}
    assert "case:linked" in desk.events(first)
    assert "case:linked" in desk.events(second)


def test_the_same_message_id_with_another_body_is_kept_in_the_thread(desk: Desk) -> None:
    case = desk.open("Premier texte.", message_id=desk.mid("same"))
    item = desk.receive(desk.mail("Tout autre texte.", message_id=desk.mid("same")))
    assert (item.outcome, item.case_id) == ("appended", case.id)
    assert [
        message.text.strip() for message in desk.messages(case) if message.direction == "in"
    ] == [
        "Premier texte.",
        "Tout autre texte.",
    ]


def test_messages_without_message_id_are_normal(desk: Desk) -> None:
    first = desk.open("Première demande.", message_id=None)
    second = desk.open("Seconde demande.", message_id=None)
    assert first.id != second.id


@dataclass(frozen=True)
class Sent:
    """A message of a conversation and the earlier ones it names."""

    name: str
    names: tuple[str, ...]


FULL = (Sent("1", ()), Sent("2", ("1",)), Sent("3", ("1", "2")), Sent("4", ("1", "2", "3")))
FORK = (Sent("1", ()), Sent("2", ("1",)), Sent("3", ("1",)), Sent("4", ("1", "2")))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(thread=st.sampled_from((FULL, FORK)).flatmap(st.permutations))
def test_a_conversation_is_one_case_in_whatever_order_it_arrives(
    desk: Desk, thread: list[Sent]
) -> None:
    fresh = Desk(desk.app, desk.tools, desk.users)
    found = set()
    for sent in thread:
        references = "> <".join(map(fresh.mid, sent.names)) or None
        raw = fresh.mail(
            f"Texte {sent.name}.", message_id=fresh.mid(sent.name), references=references
        )
        found.add(fresh.receive(raw).case_id)
    assert len(found) == 1


def test_our_references_never_name_a_reply_that_was_taken_back(desk: Desk) -> None:
    case = desk.open(message_id=desk.mid("q"))
    gone = desk.reply(case, "Non.")
    desk.act(work.cancel_reply, case, gone.id, by=desk.alice)
    named = outbox.thread_headers(desk.reply(case, "Oui."))
    assert desk.mid("q") in named
    assert gone.rfc_id not in named
