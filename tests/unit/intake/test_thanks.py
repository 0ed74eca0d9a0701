"""A thank-you says nothing else. When in doubt, the case is reopened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.intake.thanks import is_thanks

THANKS = [
    "Merci",
    "merci infiniment",
    "Merci beaucoup !",
    "Merci à vous",
    "Bonjour,\n\nMerci pour votre réponse rapide.\n\nCordialement,\nMarie Durand",
    "Je vous remercie de votre aide.\nBonne journée",
    "Un grand merci à toute l'équipe pour votre écoute.",
    "Merci de votre retour.\n\nMme Le Goff",
    "Merci d'avoir pris le temps",
    "Bien reçu, merci. Bonne journée",
    "Je vous remercie\nBien cordialement\nJean-Pierre DUPONT",
    "Thank you very much for your help",
    "Thanks!\nJohn Smith",
    "Many thanks for your quick reply",
]
REQUESTS = [
    "",
    "Bonjour",
    "Merci de me rappeler",
    "Merci de m'envoyer le dossier",
    "Merci d'avance",
    "merci de bien vouloir me répondre rapidement",
    "Je vous remercie de me répondre",
    "Pouvez-vous me rappeler, merci",
    "Merci, mais je n'ai pas reçu le dossier",
    "Merci. Quand serai-je payé ?",
    "Merci, et pour ma mère",
    "Merci de votre réponse. Mon adresse a changé : 3 rue des Lilas",
    "Merci, il manque mon RIB",
    "Bonjour, je voudrais un rendez-vous. Merci",
    "Thanks, please call me back",
    "Thanks in advance",
    "Thank you but I still have no answer",
]


@pytest.mark.parametrize("text", THANKS)
def test_a_thank_you_is_recognised(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_is_never_a_thank_you(text: str) -> None:
    assert not is_thanks(text)


@given(st.sampled_from(THANKS), st.sampled_from(REQUESTS[2:]))
def test_a_request_after_a_thank_you_is_a_request(thanks: str, request: str) -> None:
    assert not is_thanks(f"{thanks}\n\n{request}")


@given(st.sampled_from(THANKS), st.text(max_size=60))
def test_a_question_is_never_a_thank_you(thanks: str, text: str) -> None:
    assert not is_thanks(f"{thanks} {text}?")


@given(st.text(max_size=400))
def test_anything_may_be_written(text: str) -> None:
    assert isinstance(is_thanks(text), bool)
