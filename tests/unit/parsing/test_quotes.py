"""Folding: what repeats is folded, what the person wrote never is, nothing is lost."""

import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.parsing.quotes import fold, split

OWN = "Bonjour,\n\nJe vous remercie pour votre réponse.\n\nMarie Martin"

ATTRIBUTIONS = [
    "Le lun. 2 mars 2026 à 10:15, Accueil <accueil@exemple.fr> a écrit :",
    "Le lun. 2 mars 2026 à 10:15, Accueil du pôle social <\naccueil@exemple.fr> a écrit :",
    "Le lun. 2 mars 2026 à 10:15, Accueil du pôle social <accueil@exemple.fr>\na écrit :",
    "Le 02/03/2026 à 10:15, Accueil a écrit :",
    "Le 2 mars 2026 à 10:15, Accueil <accueil@exemple.fr> a écrit :",
    "Le lundi 2 mars 2026 à 10:15:12 UTC+1, Accueil <accueil@exemple.fr> a écrit :",
    "Accueil <accueil@exemple.fr> a écrit le 02/03/2026 10:15 :",
    "On Mon, Mar 2, 2026 at 10:15 AM Front desk <desk@example.org> wrote:",
    "On Mon, Mar 2, 2026 at 10:15 AM A very long name of a desk <\ndesk@example.org> wrote:",
    "On 2 Mar 2026, at 10:15, Front desk wrote:",
    "-----Message d'origine-----",
    "-------- Message d’origine --------",
    "---------- Forwarded message ---------",
    "----- Mail original -----",
    "Début du message réexpédié :",
    "De : Accueil <a@exemple.fr>\nEnvoyé : lundi 2 mars 2026\nÀ : Marie\nObjet : Dossier",
    "De\u00a0: Accueil\nDate\u00a0: 02/03/2026\nObjet\u00a0: Dossier\nÀ\u00a0: Marie",
    "________________\nFrom: Desk <d@e.org>\nSent: Monday\nTo: Marie\nSubject: Case",
    "*De :* Accueil\n*Envoyé :* lundi 2 mars 2026\n*À :* Marie\n*Objet :* Dossier",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("mark", ["", "> "])
def test_history_is_folded(attribution: str, mark: str) -> None:
    history = f"{attribution}\n\n{mark}Votre dossier est complet.\n{mark}Cordialement"
    assert split(f"{OWN}\n\n{history}") == (OWN, history)


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nMarie Martin\n3 rue de la Gare\n92400 Courbevoie",
        "--\nMarie",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon smartphone Samsung Galaxy.",
        "Envoyé à partir de Outlook pour Android<https://aka.ms/x>",
        "Envoyé depuis l'application Mail Orange",
        "Sent from my phone",
        "Provenance : Courrier pour Windows",
        "-- \nMarie\n\nEnvoyé de mon iPhone",
    ],
)
def test_signatures_are_folded(signature: str) -> None:
    own, folded = split(f"{OWN}\n\n{signature}")
    assert own == OWN
    assert folded.replace("\n", "") == signature.replace("\n", "")


def test_signature_and_history() -> None:
    history = "Le 02/03/2026 à 10:15, Accueil a écrit :\n> Bonjour"
    folded = fold(f"{OWN}\n\nEnvoyé de mon iPhone\n\n{history}")
    assert (folded.own, folded.signature, folded.history) == (OWN, "Envoyé de mon iPhone", history)


@pytest.mark.parametrize(
    "text",
    [
        "Le maire a écrit : « votre demande est refusée ».\nJe conteste cette décision.",
        "Le maire a écrit :\nvotre demande est refusée.\nJe conteste.",
        "Le 12 mars 2026, la mairie m'a écrit :\nvotre dossier est incomplet.\nC'est faux.",
        "Voici ce qu'on m'a écrit :\n\nDossier refusé.\n\nPourquoi ?",
        "Trajet demandé\nDe : Nanterre\nÀ : Versailles\nDate : 12/03/2026\nMerci d'avance.",
        "De : ma part\nJe vous écris au sujet de la cantine.",
        "Objet : demande de rendez-vous\n\nBonjour, merci de me recevoir.",
        "Mes points :\n-- le loyer\n-- les charges\nMerci.",
        "Envoyé de la poste le 3 mars, mon courrier est sans réponse. Que faire ?\nMarie",
        "Mon courrier, envoyé depuis Nanterre, est perdu.",
        "Vous demandez :\n\n> Votre adresse ?\n\n3 rue de la Gare\n\n> Votre âge ?\n\n52 ans",
        "> Avez-vous reçu le dossier ?\n\nOui, ce matin.",
        "On the other hand, the desk wrote: no. I disagree.",
        "1) On m'a dit oui\n2) On m'a dit non\n----------\nQui croire ?",
        "",
        "\n\n",
    ],
)
def test_a_persons_own_words_stay(text: str) -> None:
    assert split(text) == (text.strip("\n"), "")


@pytest.mark.parametrize(
    "text",
    [
        "---------- Forwarded message ---------\nDe : A <a@e.fr>\nObjet : x\n\nBonjour",
        "> tout est cité",
        "Envoyé de mon iPhone",
        "-- \nMarie",
        "Le 02/03/2026 à 10:15, Accueil <a@e.fr> a écrit :\nBonjour",
    ],
)
def test_when_everything_would_be_folded_nothing_is(text: str) -> None:
    assert split(text) == (text, "")


def test_an_answer_below_the_quotation_is_own() -> None:
    quotation = "Le 02/03/2026 à 10:15, Accueil a écrit :\n> Avez-vous le dossier ?"
    assert split(f"{quotation}\n\nOui.") == ("Oui.", quotation)


LINES = st.sampled_from(
    [line for text in ATTRIBUTIONS for line in text.split("\n")]
    + [
        "> cité",
        ">",
        "Bonjour",
        "",
        " ",
        "-- ",
        "Envoyé de mon iPhone",
        "De : x",
        "Objet : y",
        "Oui.",
    ]
)


@given(st.lists(LINES | st.text(max_size=30)))
def test_no_line_is_ever_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    kept = Counter(line for part in fold(text) for line in part.split("\n") if line.strip())
    assert kept == Counter(line for line in text.split("\n") if line.strip())


@pytest.mark.parametrize(
    "attack",
    ["Le ", "Le 1 \n", "a écrit :\n", ">", "> x\n\n", "De : x\n", "-- \n", "\n", " ", "-", "_\n",
     "Le 3 mars 2026 à 10:12 <a@b.fr a écrit\n", "wrote ", "<", "a@", "Envoyé de mon iPhone\n",
     "> q\nEnvoyé de mon iPhone\n", "1/1/26 <a@b", "*", "Envoyé de <"],
)  # fmt: skip
def test_time_is_linear(attack: str) -> None:
    text = attack * (50_000 // len(attack))
    started = time.thread_time()
    fold(text)
    assert time.thread_time() - started < 5


SHARED = Path(__file__).parents[4] / "shared/samples/mail"


@pytest.mark.shared
def test_public_samples_fold_as_expected_or_less() -> None:
    """Where the samples' authors fold, we fold in four cases of five; what they keep, we keep."""
    if not SHARED.is_dir():
        pytest.skip("../shared is absent")
    same = total = 0
    for expected in sorted((SHARED / "email-reply-trimmer-expected").glob("test__trimmed__*")):
        name = expected.name.replace("trimmed", "emails")
        source = SHARED / "email-reply-trimmer" / name
        text = source.read_text("utf-8", "replace").replace("\r\n", "\n")
        own = fold(text).own
        same += own.split() == expected.read_text("utf-8", "replace").split()
        total += 1
    assert total > 60
    assert same >= total * 0.8
