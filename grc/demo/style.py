"""How people write: formal, plain or clumsy. Pure."""

from random import Random

from grc.core.search import strip_accents

_FORMAL = (
    "Madame, Monsieur,",
    "Monsieur le Président du Conseil départemental,",
    "Mesdames, Messieurs,",
)
_PLAIN = ("Bonjour,", "Bonjour Madame, Monsieur,", "Bonjour à vous,", "Madame, bonjour,")
_FORMAL_END = (
    "Dans l'attente de votre réponse, je vous prie d'agréer mes salutations distinguées.",
    "Je vous prie de croire, Madame, Monsieur, à l'expression de mes sentiments respectueux.",
    "En vous remerciant de l'attention que vous porterez à ma demande.",
)
_PLAIN_END = ("Cordialement,", "Merci d'avance.", "Bien cordialement", "Merci, bonne journée.")
_SHORT = (
    ("s'il vous plaît", "svp"),
    ("Bonjour", "bjr"),
    ("beaucoup", "bcp"),
    ("rendez-vous", "rdv"),
    ("pourquoi", "pk"),
    ("Merci", "mrc"),
    ("est-ce que", "esque"),
    ("c'est", "c"),
    ("je n'ai", "j'ai"),
)


def letter(sentences: list[str], signature: str, rng: Random) -> str:
    """A whole message around its sentences, in one of three manners."""
    manner = rng.random()
    if manner < 0.4:
        opening, end = rng.choice(_FORMAL), rng.choice(_FORMAL_END)
        return f"{opening}\n\n" + "\n\n".join(sentences) + f"\n\n{end}\n\n{signature}"
    text = f"{rng.choice(_PLAIN)}\n\n" + " ".join(sentences) + f"\n\n{rng.choice(_PLAIN_END)}"
    if manner > 0.85:
        text = clumsy(text, rng)
    return f"{text}\n\n{signature}"


def clumsy(text: str, rng: Random) -> str:
    """The same text typed in haste on a telephone."""
    for long, short in _SHORT:
        text = text.replace(long, short)
    text = text.replace(",\n\n", " ").lower()
    if rng.random() < 0.6:
        text = strip_accents(text)
    if rng.random() < 0.3:
        text = text.upper()
    letters = list(text)
    for _ in range(len(letters) // 90):
        place = rng.randrange(len(letters) - 1)
        letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)


def quoted(text: str, intro: str) -> str:
    """The earlier message under an attribution line."""
    lines = "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))
    return f"{intro}\n\n{lines}"
