"""Small invented texts and details shared by all topics. Pure."""

from datetime import datetime, timedelta
from random import Random

from grc.demo.people import Person

_CHILDREN = ("Lina", "Noé", "Aya", "Gabriel", "Inès", "Léo", "Maël", "Sarah", "Adam", "Zoé")
_MONTHS = """
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
""".split()  # noqa: SIM905 - a list of words reads better as words
FOLLOW_UPS = (
    "Bonjour, je n'ai pas eu de réponse à mon message. Pouvez-vous me dire où cela en est ?",
    "Je me permets de revenir vers vous au sujet de ma demande ci-dessous.",
    "Bonjour,\n\nVoici le document que j'avais oublié de joindre.",
    "Toujours rien... merci de me répondre.",
    "Bonjour, ma situation a changé depuis mon dernier message, pouvez-vous m'appeler ?",
)
AWKWARD = (
    ("", ""),
    ("", "Envoyé de mon iPhone"),
    ("document", ""),
    ("?", "????"),
    ("(sans objet)", "asdf qsdf jkl"),
    ("Tr: Tr: Tr:", "\u00a0\n\u00a0\n"),
    ("bonjour", "oui"),
    ("Re:", "d'accord pour jeudi alors bises maman"),
)


def details(person: Person, at: datetime, rng: Random) -> dict[str, str]:
    """Invented details to fill the braces of a topic."""
    return {
        "child": rng.choice(_CHILDREN),
        "amount": str(rng.randrange(40, 4000)),
        "day": day(at - timedelta(days=rng.randrange(2, 120))),
        "town": person.town.name,
        "street": person.street.partition(" ")[2].removeprefix("bis "),
        "number": str(rng.randrange(2, 6)),
        "age": str(rng.randrange(60, 96)),
    }


def day(at: datetime) -> str:
    """The day as people write it: "3 mars"."""
    return f"{at.day} {_MONTHS[at.month - 1]}"


def signature(person: Person, rng: Random) -> tuple[str, bool]:
    """Name, and often address and telephone; True when the address is given."""
    lines, gives_address = [person.name], rng.random() < 0.6
    if gives_address:
        lines.append(person.address)
    if rng.random() < 0.5:
        lines.append(f"Tél. {person.phone}")
    return "\n".join(lines), gives_address
