"""The catalogue of recovery actions holds together."""

from grc.recovery.catalogue import FAMILIES, RESULTS, TYPES


def test_every_action_has_a_family_a_label_and_a_day() -> None:
    assert TYPES
    for code, action in TYPES.items():
        assert action.code == code
        assert action.family in FAMILIES
        assert action.label
        assert 1 <= action.days <= 30


def test_codes_and_families_fit_their_columns() -> None:
    assert all(len(code) <= 40 for code in TYPES)
    assert all(len(family) <= 10 for family in FAMILIES)
    assert all(len(result) <= 20 for result in RESULTS)
