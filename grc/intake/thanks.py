"""Recognising a mere thank-you, which must not reopen a case. Pure.

When in doubt it is no thank-you: a case reopened for nothing costs a click, a request that
nobody reads costs a citizen.
"""

import re

from grc.core.search import stems, words

_THANKS = frozenset(stems("merci remercie remercions remerciements thanks thank"))
_POLITE = _THANKS | frozenset(
    stems(
        """bonjour bonsoir madame monsieur mesdames messieurs mme mr cher chère beaucoup
        infiniment mille grand bien cordialement amicalement salutations sincères sincèrement
        sentiments meilleurs agréez veuillez distinguées bonne belle excellente journée soirée
        week end fin semaine réponse retour message mail aide accueil écoute temps suivi rapide
        rapidité rapidement efficace efficacité gentillesse disponibilité professionnalisme
        travail équipe service parfait reçu super très encore tout toute recevez avoir avez pris
        respectueusement dossier compris noté ok c'est cela much very so for all your you the
        and help answer reply work time quick many kind kindly regards best wishes hello hi dear
        sincerely yours nice great have good day evening received again it is that again"""
    )
)
# "merci de me rappeler", "merci d'avance", "en vous remerciant par avance" ask for something.
_ASKS = re.compile(
    r"[?]|\bmerci\s+(?:de\s+(?!votre|vos\b|ta\b|ton\b|tes\b|tout\b|toute\b|nous\s+avoir|m.avoir)"
    r"|d['’](?!avoir\b))|\b(?:d['’]|par |in )(?:avance|advance)\b|\bmais\b|\bbut\b|\bplease\b"
)
MAX_WORDS = 40
SIGNATURE = 3  # words of a name under a thank-you


def is_thanks(text: str) -> bool:
    """True when a short text thanks and says nothing else (a name may follow)."""
    plain = text.lower()
    found = words(plain)
    if not found or len(found) > MAX_WORDS or _ASKS.search(plain):
        return False
    first, *lines = text.strip().splitlines()
    name = lines.pop() if lines else ""
    body = "\n".join((first, *lines))
    unexpected = [stem for stem in stems(body) if stem not in _POLITE]
    return bool(_THANKS & set(stems(body))) and not unexpected and _closes(name)


def _closes(line: str) -> bool:
    """True for a last line that is polite, or a name: a few words with capitals."""
    others = [word for word in line.split() if set(stems(word)) - _POLITE]
    return len(others) <= SIGNATURE and all(word[:1].isupper() for word in others)
