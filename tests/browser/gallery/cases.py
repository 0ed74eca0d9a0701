"""The case page and its relatives: conversation, acts, conflict, one received item, health."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any

from .frame import act, frame, target
from .letters import FIRST, LONG, QUOTED, attachments
from .words import NOW, TODAY


def message(i: int, text: str, direction: str = "in", **more: Any) -> Thing:
    """Return a message of the citizen, or ours."""
    values = {
        "kind": "message",
        "id": i,
        "direction": direction,
        "author": "Claire Martin-Öztürk",
        "address": "claire.martin@courriel.example",
        "to": None,
        "channel_label": "courriel",
        "channel_icon": "mail",
        "sent_at": NOW - timedelta(days=3 - i, hours=2),
        "text": text,
        "quoted": None,
        "attachments": [],
        "state_label": None,
        "state_tone": None,
        "html_url": "#",
        "raw_url": "#",
    }
    if direction == "out":
        values |= {
            "author": "C. Diallo, Autonomie 12",
            "address": None,
            "to": "claire.martin@courriel.example",
            "html_url": None,
            "raw_url": None,
            "state_label": "Remis",
            "state_tone": "fine",
        }
    return Thing(**(values | more))


def entries() -> list[Thing]:
    """Return a conversation with every kind of entry."""
    note = Thing(
        kind="note",
        id=9,
        author="M. Petit",
        at=NOW - timedelta(hours=20),
        text="Évaluatrice absente jusqu’au 9 mars. Visite possible le 10 au matin "
        "avec Mme Roussel, à confirmer avant jeudi.",
    )
    reply = (
        "Bonjour Madame,\n\nVotre demande est bien suivie. "
        "Je vérifie la date de la visite avec l’évaluatrice et je vous écris avant vendredi."
        "\n\nCamille Diallo\nAutonomie 12"
    )
    return [
        message(0, FIRST, attachments=attachments(2)),
        message(1, reply, "out"),
        note,
        message(2, LONG, quoted=QUOTED, attachments=attachments(30)),
    ]


def timeline() -> list[Thing]:
    """Return what happened, newest first."""
    sentences = [
        ("C. Diallo", "Demande prise", None),
        ("Programme", "Affectée à Autonomie 12", None),
        (
            "M. Petit",
            "Réaffectée d’Accueil central à Autonomie 12",
            "La rue Velpeau dépend du secteur 12 depuis janvier.",
        ),
        ("Programme", "Accusé d’enregistrement envoyé", None),
        ("Programme", "Demande ouverte depuis un courriel", None),
    ]
    return [
        Thing(at=NOW - timedelta(hours=4 + 9 * i), actor=actor, sentence=words, remark=remark)
        for i, (actor, words, remark) in enumerate(sentences)
    ]


def the_case(**more: Any) -> Thing:
    """Return the case everything here is about."""
    values = {
        "reference": "D-2026-0012345-K",
        "subject": "APA : plan d’aide à revoir après hospitalisation",
        "url": "/case",
        "version": 7,
        "received_at": NOW - timedelta(days=3),
        "channel_label": "courriel",
        "channel_icon": "mail",
        "for_whom": "pour Mme Jeanne Martin, par sa fille",
        "status_label": "En cours",
        "status_tone": "none",
        "urgency": "late",
        "due_on": TODAY - timedelta(days=3),
        "due_why": "Visite promise le 2 mars au téléphone (action de recouvrement)",
        "unit": "Autonomie 12",
        "assignee": "C. Diallo",
        "priority": "normal",
        "level_label": "Restreinte",
        "contact_rank": 3,
        "request_type": "APA à domicile : révision du plan d’aide",
        "nature": "Demande · réponse attendue avant le 2 mai 2026",
        "acts": [
            act("Prendre", method="post", icon="take", key="t", kind="primary"),
            act("Réaffecter", "/act", icon="route", key="o", modal=True),
            act("Qualifier", "/act", icon="sliders", key="q", modal=True),
            act("Changer l’état", "/act", icon="flag", key="s", modal=True),
            act("Recouvrement", "/act", icon="recovery", key="c", modal=True),
            act("Lier", "/act", icon="link", key="l", modal=True, rare=True),
            act("Clore", "/act", icon="check", key="e", modal=True),
        ],
        "handlings": [
            Thing(unit="Autonomie 12", status_label="En cours", assignee="C. Diallo"),
            Thing(unit="Évaluation médico-sociale Sud", status_label="Reçue", assignee=None),
        ],
        "documents": [
            Thing(label="Compte rendu d’hospitalisation", received=True),
            Thing(label="Certificat médical", received=True),
            Thing(label="Avis d’imposition 2025", received=False),
        ],
        "parties": [
            Thing(role_label="Demandeur", name="Claire Martin-Öztürk, sa fille"),
            Thing(role_label="Partenaire", name="CCAS d’Antony"),
        ],
        "actions": [
            Thing(
                label="Rappeler l’usager",
                words="promis pour lun. 2 mars, C. Diallo",
                tone="late",
                url="#",
            )
        ],
        "links": [
            Thing(
                label="D-2025-0098871-4 · même usager · clôturée",
                url="#",
                subject="APA : première demande",
            )
        ],
        "citizen": Thing(
            name="Mme Jeanne Martin",
            url="#",
            birth="né(e) le 12/05/1938 · nom de naissance : Durand",
            match_words="Reconnue à son adresse et à sa date de naissance",
            contact_points=[
                Thing(icon="place", label="14 rue Velpeau, 92160 Antony", warning=None),
                Thing(icon="phone", label="01 46 66 12 34", warning="ne pas laisser de message"),
                Thing(icon="mail", label="claire.martin@courriel.example", warning=None),
            ],
        ),
        "timeline": timeline(),
        "events": 64,
        "history_url": "#historique",
    }
    return Thing(**(values | more))


ROUTING = Thing(
    sentence="Affectée à Autonomie 12 : la nature « APA » et la commune d’Antony.",
    rule="APA par territoire (version 4)",
    reasons=[
        "Objet : le mot « APA » désigne la nature de demande APA à domicile",
        "Commune : Antony, lue dans l’adresse du message",
    ],
    rejected=[
        Thing(rule="Danger", because="aucun mot de danger"),
        Thing(rule="Élus", because="l’expéditeur n’est pas un élu connu"),
    ],
)


def case() -> dict[str, Any]:
    """The case page, everything on it."""
    following = [
        Thing(value=v, label=w, selected=i == 0)
        for i, (v, w) in enumerate(
            [
                ("in_progress", "puis laisser en cours"),
                ("waiting", "puis attendre l’usager"),
                ("resolved", "puis marquer traitée"),
            ]
        )
    ]
    return frame(
        "queue",
        back=target("Ma file", "/queue"),
        case=the_case(),
        routing=ROUTING,
        entries=entries(),
        older=[message(-i, FIRST) for i in range(1, 4)],
        reply=Thing(
            url="/case",
            draft_url="/draft",
            draft_name="reply-12345",
            to_words="Claire Martin-Öztürk",
            subject_words="Votre demande D-2026-0012345-K",
            text="",
            saved_at=None,
            next=following,
        ),
        note=Thing(
            url="/case", draft_url="/draft", draft_name="note-12345", text="", saved_at=None
        ),
        reply_refusal=None,
    )


def anonymous_case() -> dict[str, Any]:
    """A case of nobody known: no address, no deadline, no type."""
    bare = the_case(
        subject="Sans objet",
        for_whom="usager inconnu",
        due_on=None,
        due_why=None,
        urgency="none",
        citizen=None,
        parties=[],
        documents=[],
        actions=[],
        links=[],
        request_type=None,
        nature=None,
        assignee=None,
        level_label=None,
        contact_rank=1,
        channel_label="téléphone",
        channel_icon="phone",
        handlings=[Thing(unit="Accueil central", status_label="Reçue", assignee=None)],
    )
    page = case()
    return page | {
        "case": bare,
        "entries": [
            message(
                0,
                "Une dame demande où faire renouveler sa carte.",
                author="Appel reçu à l’accueil",
                address=None,
                html_url=None,
                raw_url=None,
                channel_label="téléphone",
                channel_icon="phone",
            )
        ],
        "older": [],
        "reply": None,
        "reply_refusal": "Aucune coordonnée : on ne peut pas répondre par écrit. "
        "Ajoutez une adresse ou un courriel à l’usager.",
    }


def conflict() -> dict[str, Any]:
    """Somebody answered meanwhile."""
    mine = (
        "Bonjour Madame,\n\nLa visite d’évaluation est prévue le mardi 10 mars au matin. "
        "Mme Roussel vous appellera la veille.\n\n"
        "Camille Diallo"
    )
    theirs = (
        "Bonjour,\n\nNous revenons vers vous au plus vite pour la date de la visite.\n\nMarc Petit"
    )
    changes = [
        Thing(
            at=NOW - timedelta(minutes=4),
            actor="M. Petit",
            sentence="Réponse envoyée à Claire Martin-Öztürk",
            remark=None,
        ),
        Thing(
            at=NOW - timedelta(minutes=3),
            actor="M. Petit",
            sentence="État : en cours, puis attente de l’usager",
            remark=None,
        ),
    ]
    return frame(
        "queue",
        case=the_case(),
        changes=changes,
        theirs=Thing(label="Réponse de M. Petit, à 9:36", text=theirs),
        mine=Thing(
            label="Votre réponse",
            name="text",
            text=mine,
            url="/case",
            fields={},
            submit="Envoyer quand même",
        ),
    )


def sent() -> dict[str, Any]:
    """The case just after a reply: it can still be held back."""
    undo = Thing(
        sentence="Réponse à Claire Martin-Öztürk : elle part dans un instant.",
        url="#",
        seconds=10,
        key="z",
    )
    return case() | {"undo": undo, "drafts_done": ["reply-12345"]}
