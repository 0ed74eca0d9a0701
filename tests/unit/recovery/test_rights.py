"""The closed list of rights holds together, and so do its lines in a note."""

from datetime import date

import pytest

from grc.core.errors import InvalidInput
from grc.recovery.catalogue import ORGANISMS, RIGHTS, STANDINGS, TYPES, label
from grc.recovery.rights import Right, checked

TODAY = date(2026, 3, 2)


def test_every_right_has_a_name_and_somebody_who_grants_it() -> None:
    assert {"rsa", "apa", "pch", "c2s", "apl", "aspa", "cheque_energie"} <= set(RIGHTS)
    for code, right in RIGHTS.items():
        assert right.name
        assert right.organism in ORGANISMS
        assert label(code) == right.name


def test_codes_fit_their_columns_and_are_no_other_actions() -> None:
    assert all(len(code) <= 40 for code in (*RIGHTS, *ORGANISMS))
    assert all(len(standing) <= 20 for standing in STANDINGS)
    assert not set(RIGHTS) & set(TYPES)


@pytest.mark.parametrize(
    ("right", "field"),
    [
        (Right("lottery", "caf", "asked", TODAY), "right"),
        (Right("rsa", "lottery", "asked", TODAY), "organism"),
        (Right("rsa", "caf", "dreamt", TODAY), "standing"),
        (Right("rsa", "caf", "asked", date(2026, 3, 3)), "on"),
        (Right("rsa", "caf", "asked", TODAY, 100), "amount"),
        (Right("rsa", "caf", "obtained", TODAY, 10**10), "amount"),
        (Right("rsa", "caf", "obtained", TODAY, -1), "amount"),
    ],
)
def test_what_is_refused_names_its_field(right: Right, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(right, TODAY)
    assert refused.value.field == field
