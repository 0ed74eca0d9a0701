"""References as they are said on the telephone. Pure."""

# As French people spell; the same in every language, for the caller speaks French.
_NAMES = (
    "Anatole Berthe Célestin Désiré Eugène François Gaston Henri Irma Joseph Kléber Louis Marcel "
    "Nicolas Oscar Pierre Quintal Raoul Suzanne Thérèse Ursule Victor William Xavier Yvonne Zoé"
)
_BY_LETTER = {name[0]: name for name in _NAMES.split()}


def groups(reference: str) -> list[str]:
    """A reference in groups that are easy to repeat: D, 2026, 00, 12, 345, K."""
    kind, year, number, check = reference.split("-")
    before = number[:-3]
    pairs = [before[max(0, end - 2) : end] for end in range(len(before), 0, -2)]
    return [kind, year, *reversed(pairs), number[-3:], check]


def letters(reference: str) -> list[tuple[str, str]]:
    """The letters of a reference with the names they are spelled by: D, Désiré; K, Kléber."""
    return [(one, _BY_LETTER[one]) for one in reference if one in _BY_LETTER]
