"""What citizens write: a usual mail, a very long one, and what they attach."""

from types import SimpleNamespace as Thing

FIRST = "\n\n".join(
    [
        "Bonjour,",
        "Je vous écris au sujet de ma mère, Mme Jeanne Martin, 87 ans, qui habite "
        "14 rue Velpeau à Antony.",
        "Elle est sortie de l’hôpital Béclère le 12 février. Depuis, le plan d’aide n’a pas été "
        "revu : l’aide à domicile vient toujours une heure le matin, alors qu’elle ne peut plus "
        "se lever seule. J’ai déjà appelé deux fois, on m’a dit qu’une visite serait proposée "
        "sous quinze jours. Nous sommes le 2 mars et personne n’est venu.",
        "Je joins le compte rendu d’hospitalisation et le certificat du médecin traitant.",
        "Pouvez-vous me dire qui suit le dossier et quand la visite aura lieu ?",
        "Bien cordialement,\nClaire Martin-Öztürk\n06 12 34 56 78",
    ]
)
QUOTED = "\n".join(f"> ligne {i} de l’échange précédent" for i in range(1, 35))
VISITS = (
    "une heure le matin",
    "personne n’est venu",
    "deux heures, remplaçante prévenue la veille",
)
LONG = "Récapitulatif des heures de février, jour par jour.\n\n" + "\n".join(
    f"{i:>3}. le {1 + i % 28} février : {VISITS[i % 3]}" for i in range(1, 200)
)
FILES = [
    ("Compte rendu d’hospitalisation Béclère 12-02-2026.pdf", "pdf"),
    ("certificat_medecin_traitant.pdf", "pdf"),
    ("IMG_20260214_091244.jpg", "image"),
    ("heures.xlsx", "table"),
    ("ordonnances.zip", "archive"),
    ("TR courrier.eml", "mail"),
    ("notes.docm", "file"),
]


def attachments(count: int) -> list[Thing]:
    """Return so many attachments: one of each kind, then scanned pages."""
    scans = [(f"page-{i:02d}.jpg", "image") for i in range(len(FILES), count)]
    return [
        Thing(
            name=name,
            kind=kind,
            size=18_000 * (i + 1) ** 2,
            url="#",
            preview_url="#" if kind in ("pdf", "image") else None,
            warning="contient des macros" if name.endswith("docm") else None,
        )
        for i, (name, kind) in enumerate((FILES + scans)[:count])
    ]
