"""Who gets which case when several are shared out among several people. Pure."""

from collections.abc import Collection, Mapping, Sequence

EQUAL, LEVEL = "equal", "level"
HOW = frozenset({EQUAL, LEVEL})


def shared(
    cases: Sequence[tuple[str, Collection[int]]], loads: Mapping[int, int]
) -> dict[str, int]:
    """Give each case (its reference, and who may have it) to whoever has the fewest by then;
    of those, to the first named. `loads` says how many each is thought to have at first: all
    nought for equal numbers, what they have now to level what each will have.

    Cases that few may have go first, so that the others can make up for it; a case that
    nobody may have is in no share.
    """
    have, order = dict(loads), {person: n for n, person in enumerate(loads)}
    given: dict[str, int] = {}
    for reference, may in sorted(cases, key=lambda one: len(set(one[1]) & set(loads))):
        able = [person for person in loads if person in may]
        if able:
            to = min(able, key=lambda person: (have[person], order[person]))
            given[reference] = to
            have[to] += 1
    return {reference: given[reference] for reference, _may in cases if reference in given}
