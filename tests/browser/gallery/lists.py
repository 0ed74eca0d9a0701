"""Pages made of rows: queues, quarantine, recovery actions."""

from datetime import timedelta
from types import SimpleNamespace as Thing
from typing import Any

from .frame import act, frame, target
from .words import NOW, TODAY

SUBJECTS = [
    "APA : plan d’aide à revoir après hospitalisation",
    "Carte Améthyste non reçue depuis le renouvellement",
    "RSA : changement de situation, reprise d’un emploi à temps partiel",
    "Demande de rendez-vous PMI pour les jumelles (4 mois)",
    "PCH : aide humaine refusée, je conteste la décision de la commission et je demande "
    "à être entendue avant le renouvellement",
    "Aide ménagère : l’intervenante n’est pas venue trois semaines de suite",
    "Copie du dossier de mon père",
    "Re: Re: TR: votre courrier du 12 février",
    "Logement : menace d’expulsion, commandement de payer reçu",
    "Carte mobilité inclusion, question sur le stationnement",
]
PEOPLE = [
    ("Mme Martin", "Antony"),
    ("M. Diallo", "Clichy"),
    ("Mme Nguyễn-Lefèvre", "Asnières-sur-Seine"),
    (None, None),
    ("M. et Mme Oliveira da Costa", "Saint-Cloud"),
    ("Mme Benaïssa", "Gennevilliers"),
    ("M. Le Goff", "Issy-les-Moulineaux"),
    ("Association Les Tilleuls", "Nanterre"),
    ("Mme Çelik", "Villeneuve-la-Garenne"),
    ("M. d’Hérouville", "Neuilly-sur-Seine"),
]
CHANNELS = [
    ("courriel", "mail"),
    ("accueil", "visit"),
    ("téléphone", "phone"),
    ("courrier", "letter"),
    ("formulaire", "form"),
]
DUE = [-12, -3, -1, 0, 1, 2, 5, 9, 20, None]


def urgency(days: int | None, waiting: bool) -> str:
    """Return the meaning of a date so many days away."""
    if waiting:
        return "waiting"
    if days is None:
        return "none"
    return "late" if days < 0 else "soon" if days <= 2 else "fine"


def row(i: int, **more: Any) -> Thing:
    """Return one plausible row; the same number gives the same row."""
    who, where = PEOPLE[(i * 7) % 10]
    label, icon = CHANNELS[(i * 3) % 5]
    days = DUE[i // 5] if i < 50 else DUE[i % 10]
    waiting = i % 11 == 6
    taken = i % 3 == 1
    values = {
        "reference": f"D-2026-{12345 + i:07d}-K",
        "subject": SUBJECTS[(i * 3) % 10],
        "url": f"/case?{i}",
        "who": who,
        "where": where,
        "channel_label": label,
        "channel_icon": icon,
        "received_at": NOW - timedelta(minutes=7 + 311 * i),
        "urgency": urgency(days, waiting),
        "due_on": None if days is None else TODAY + timedelta(days=days),
        "status_label": "Attente de l’usager" if waiting else "En cours" if taken else "Reçue",
        "status_tone": "waiting" if waiting else "none",
        "unit": "Autonomie 12",
        "assignee": "C. Diallo" if taken else None,
        "priority": "high" if i in (1, 14) else "normal",
        "level_label": "Restreinte" if i % 13 == 5 else None,
        "contact_rank": 3 if i % 9 == 2 else 1,
        "attachments": (0, 0, 2, 0, 1, 30)[i % 6],
        "proposal": None,
        "matched": None,
    }
    return Thing(**(values | more))


def filters(*labels: str) -> list[Thing]:
    """Return filters, the first one applied."""
    return [
        Thing(label=label, url="#", current=i == 0, count=(None, "31", "17", "9", "4")[i % 5])
        for i, label in enumerate(labels)
    ]


def sorts() -> list[Thing]:
    """Return the three orders of a queue."""
    return [
        Thing(label=label, url="#", current=i == 0)
        for i, label in enumerate(("échéance", "ancienneté", "priorité"))
    ]


PAGES = Thing(newer_url=None, older_url="#", words="1 à 50")


def queue() -> dict[str, Any]:
    """My unit's queue with thirty rows."""
    return frame(
        "queue",
        page=Thing(
            title="Ma file", summary="Autonomie 12 : 48 demandes à traiter, dont 14 en retard"
        ),
        tabs=[
            Thing(label="À traiter", url="#", count="48", current=True),
            Thing(label="En attente", url="#", count="23", current=False),
            Thing(label="Traitées", url="#", count=None, current=False),
        ],
        filters=filters("Sans agent", "Prioritaires", "Courriel", "Antony", "Nouveau contact"),
        sorts=sorts(),
        rows=[row(i) for i in range(30)],
        pages=PAGES,
        empty=None,
        poll_url="/poll",
    )


def mine() -> dict[str, Any]:
    """My work, with nothing left."""
    return frame(
        "work",
        page=Thing(title="Mes demandes", summary="Ce qui vous est confié"),
        tabs=[],
        filters=[],
        sorts=[],
        rows=[],
        pages=None,
        poll_url=None,
        empty=Thing(
            title="Rien ne vous attend",
            why="Les demandes que vous prenez viennent ici. 31 sont sans agent dans votre file.",
            next=target("Voir ma file", "/queue"),
        ),
    )


def to_route() -> dict[str, Any]:
    """Cases whose unit a person must confirm."""
    reasons = [
        "Aucune règle ne convient : service par défaut",
        "« APA » dans l’objet, commune Antony",
        "Expéditeur @caf92.example : partenaire",
    ]
    rows = [
        row(
            i,
            proposal=Thing(
                unit=("Accueil central", "Autonomie 12", "Insertion Nord")[i % 3],
                why=reasons[i % 3],
                confirm=act("Confirmer", method="post", key="t"),
                change=act("Autre service", "/act", modal=True, key="o"),
            ),
        )
        for i in range(3, 10)
    ]
    return frame(
        "to_route",
        page=Thing(
            title="À affecter",
            summary="7 demandes dont le service doit être confirmé par une personne",
        ),
        tabs=[],
        filters=[],
        sorts=[],
        rows=rows,
        pages=None,
        empty=None,
        poll_url=None,
    )


def recovery() -> dict[str, Any]:
    """Recovery actions promised and late."""
    labels = [
        "Rappeler l’usager",
        "Relancer la CAF",
        "Envoyer la notification manquante",
        "Reprendre le rendez-vous manqué",
    ]
    actions = [
        Thing(
            label=labels[i % 4],
            family_label="Suivi",
            promised_on=TODAY + timedelta(days=(-9, -2, 0, 1, 4, 8)[i]),
            urgency=("late", "late", "soon", "soon", "fine", "fine")[i],
            done_on=None,
            result=None,
            owner=(None, "C. Diallo", "M. Petit")[i % 3],
            reason="Aucune réponse depuis la promesse faite au téléphone" if i == 1 else None,
            case=Thing(
                reference=row(i).reference, subject=row(i).subject, url="/case", who=row(i).who
            ),
            acts=[act("Fait", "/act", modal=True, icon="check")],
        )
        for i in range(6)
    ]
    return frame(
        "recovery",
        page=Thing(title="Recouvrement", summary="Autonomie 12 : ce qui a été promis aux usagers"),
        tabs=[
            Thing(label="Promises", url="#", count="9", current=True),
            Thing(label="En retard", url="#", count="2", current=False),
            Thing(label="Faites", url="#", count=None, current=False),
        ],
        filters=filters("Mes actions", "Sans responsable"),
        actions=actions,
        pages=None,
        empty=None,
    )
