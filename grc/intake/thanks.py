"""Recognising a mere thank-you, which must not reopen a case. Pure."""

from grc.core.search import stems

_THANKS = frozenset(stems("merci remercie remerciements thanks thank"))
_POLITE = _THANKS | frozenset(
    stems(
        """bonjour bonsoir madame monsieur beaucoup infiniment bien cordialement salutations
        sincères agréez distinguées bonne journée soirée réponse retour aide rapide rapidité
        parfait reçu super très encore tout recevez respectueusement you much very for your
        help answer kind regards best hello dear vive journee"""
    )
)
MAX_WORDS = 40


def is_thanks(text: str) -> bool:
    """True when a short text thanks and says nothing else (a signature may follow)."""
    found = stems(text)
    if not found or len(found) > MAX_WORDS or not _THANKS & set(found):
        return False
    others = [stem for stem in found if stem not in _POLITE]
    return len(others) <= 2 and "?" not in text
