"""Folds what a reply repeats. Nothing is ever deleted."""


def split(text: str) -> tuple[str, str]:
    """What the person wrote, and the quoted history and signature that follow."""
    return text, ""
