"""What a field was and has become is read back from a remark as it was written."""

from hypothesis import given
from hypothesis import strategies as st

from grc.core.changes import Change, read, spelled

words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)


@given(words, words, st.text(st.characters(codec="utf-8", exclude_categories=("C",))))
def test_a_change_survives_its_spelling(before: str, after: str, why: str) -> None:
    told = read(spelled(before, after, why).strip())
    assert told == Change(before.replace("→", "➔"), after.replace("→", "➔"), why.strip())


@given(words)
def test_a_value_of_several_lines_stays_on_its_side(value: str) -> None:
    told = read(spelled(f"{value}\n{value}", f"x → {value}", "lu sur sa carte"))
    assert "→" not in told.before + told.after
    assert (told.why, told.after[:3]) == ("lu sur sa carte", "x ➔")


def test_what_has_another_shape_is_a_reason() -> None:
    assert read("Elle me l'a dit") == Change("", "", "Elle me l'a dit")
    assert read(None) == Change("", "", "")
