"""What arrived and was not understood, and whether anything is stuck."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from .frame import act, frame, target
from .letters import attachments
from .lists import filters
from .words import NOW


class OpenByHand(FlaskForm):
    """What a person could read."""

    subject = StringField("Objet de la demande", validators=[DataRequired()])
    name = StringField("Nom de l’usager", validators=[Optional()])
    text = TextAreaField(
        "Ce qui est demandé",
        validators=[Optional()],
        description="Ce que vous avez pu lire. L’original est joint à la demande.",
    )


class SetAside(FlaskForm):
    """Why nothing follows."""

    reason = TextAreaField(
        "Raison", validators=[DataRequired()], description="L’original reste gardé."
    )


def quarantine() -> dict[str, Any]:
    """Items nobody could understand."""
    reasons = [
        "Pièce jointe chiffrée : le message ne peut pas être lu sans mot de passe.",
        "Message de 48 Mo : au-delà de la limite de 35 Mo.",
        "Ce fichier n’est pas un message.",
        "En-têtes illisibles : l’expéditeur ne peut pas être établi.",
    ]
    items = [
        Thing(
            url="/quarantine/item",
            subject=(
                "Documents pour le dossier de Mme Ferreira",
                None,
                "scan_0042.eml",
                "Déclaration trimestrielle",
            )[i],
            reason=reasons[i],
            sender=("secretariat@tilleuls.example", None, None, "j.kowalczyk@courriel.example")[i],
            source="contact@",
            channel_icon="mail",
            channel_label="courriel",
            received_at=NOW - timedelta(hours=(3, 20, 75, 200)[i]),
            age_tone=("none", "none", "soon", "late")[i],
            size=(1_240_000, 48_300_000, 812, 23_400)[i],
            unit="Accueil central",
        )
        for i in (3, 2, 1, 0)
    ]
    return frame(
        "quarantine",
        page=Thing(
            title="À examiner",
            summary="4 éléments reçus que le programme n’a pas compris. L’original est gardé.",
        ),
        filters=filters("Accueil central", "Courriel"),
        items=items,
        pages=None,
    )


def quarantine_item() -> dict[str, Any]:
    """One item nobody could understand."""
    item = Thing(
        id="E-0004821",
        subject="Documents pour le dossier de Mme Ferreira",
        reason="Pièce jointe chiffrée : elle ne peut pas être lue sans mot de passe.",
        technical="zip: encrypted entry 'dossier.pdf'",
        sender="secretariat@tilleuls.example",
        source="contact@",
        locator="contact/1700000000/4821",
        channel_label="courriel",
        received_at=NOW - timedelta(hours=3),
        size=1_240_000,
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        unit="Accueil central",
        raw_url="#",
        text="Bonjour,\n\nCi-joint les documents. Le mot de passe suit.\n\nLe secrétariat",
        attachments=attachments(5)[4:],
        attempts=[
            Thing(at=NOW - timedelta(hours=3), words="pièce chiffrée"),
            Thing(at=NOW - timedelta(hours=1), words="pièce chiffrée"),
        ],
        waiting=True,
    )
    return frame(
        "quarantine",
        back=target("À examiner", "/quarantine"),
        item=item,
        opening=OpenByHand(),
        opening_url="#",
        aside=SetAside(),
        aside_url="#",
        acts=[act("Relire maintenant", method="post", icon="undo")],
    )


def health() -> dict[str, Any]:
    """Reception and planned steps."""
    figures = [
        Thing(
            label="Reçus aujourd’hui", value="214", words="lecture toutes les minutes", tone="none"
        ),
        Thing(label="À examiner", value="4", words="le plus ancien : 8 j", tone="late"),
        Thing(label="Écart", value="0", words="tout a une suite", tone="fine"),
        Thing(label="Espace libre", value="412 Go", words="plus d’un an", tone="fine"),
        Thing(label="Dernière vérification", value="9:12", words="chaîne intacte", tone="fine"),
    ]
    names = [
        ("contact@", "courriel", "mail", "fine", "à jour"),
        ("autonomie@", "courriel", "mail", "soon", "lent"),
        ("Courrier numérisé", "courrier", "letter", "late", "arrêtée"),
        ("Accueil téléphonique", "téléphone", "phone", "fine", "à jour"),
    ]
    sources = [
        Thing(
            name=n,
            channel_label=c,
            channel_icon=icon,
            last_received_at=NOW - timedelta(minutes=(2, 47, 3000, 9)[i]),
            received=("12 408", "3 911", "874", "5 120")[i],
            opened=("9 120", "2 804", "870", "5 102")[i],
            appended=("2 961", "1 043", "0", "18")[i],
            duplicate=("212", "51", "4", "0")[i],
            discarded=("111", "13", "0", "0")[i],
            waiting="0",
            quarantined=("4", "0", "0", "0")[i],
            gap="0",
            tone=tone,
            state_words=words,
            visit_words=("relevée il y a 2 min", "relève en échec : le serveur ne répond pas")[i]
            if i < 2
            else "",
        )
        for i, (n, c, icon, tone, words) in enumerate(names)
    ]
    steps = [
        Thing(
            label="Comprendre",
            waiting=2,
            oldest_at=NOW - timedelta(minutes=1),
            failed=0,
            tone="fine",
            state_words="à jour",
            act=None,
        ),
        Thing(
            label="Envoyer",
            waiting=18,
            oldest_at=NOW - timedelta(minutes=52),
            failed=3,
            tone="late",
            state_words="bloquée",
            act=act("Reprendre", method="post"),
        ),
        Thing(
            label="Accuser réception",
            waiting=0,
            oldest_at=None,
            failed=0,
            tone="fine",
            state_words="à jour",
            act=None,
        ),
    ]
    return frame(
        "health",
        page=Thing(title="Réception", summary="Tout ce qui arrive, et ce qui attend une suite"),
        figures=figures,
        sources=sources,
        steps=steps,
        webhooks=[
            Thing(name="ged", waiting=0, since=None, tone="fine", state_words="à jour"),
            Thing(
                name="suivi",
                waiting=37,
                since=NOW - timedelta(hours=3),
                tone="soon",
                state_words="en échec",
            ),
        ],
    )
