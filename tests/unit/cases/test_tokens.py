"""Only a token of ours brings an answer back to a case."""

import re

from hypothesis import given
from hypothesis import strategies as st

from grc.cases.reference import reference
from grc.cases.tokens import opens, secret, sign, sign_entry, verify, verify_entry

OLD, NEW, FOREIGN = "o" * 40, "n" * 40, "f" * 40
cases = st.integers(min_value=1, max_value=2**62)


@given(cases)
def test_a_token_brings_back_its_case(case_id: int) -> None:
    token = sign(case_id, [NEW])
    assert verify(token, [NEW]) == case_id
    assert verify(token.upper(), [NEW]) == case_id  # some servers capitalise addresses
    assert re.fullmatch(r"[a-z0-9]{1,13}-[a-z2-7]{16}", token)


@given(cases)
def test_keys_turn_without_losing_answers(case_id: int) -> None:
    assert verify(sign(case_id, [OLD]), [NEW, OLD]) == case_id
    assert sign(case_id, [NEW, OLD]) == sign(case_id, [NEW])
    assert verify(sign(case_id, [OLD]), [NEW]) is None


@given(cases, st.integers(min_value=0, max_value=40), st.sampled_from("abcdefghij234567-"))
def test_one_changed_character_is_worth_nothing(case_id: int, place: int, other: str) -> None:
    token = sign(case_id, [NEW])
    forged = token[:place] + other + token[place + 1 :]
    assert forged == token or verify(forged, [NEW]) is None


@given(cases, cases)
def test_the_signature_of_one_case_opens_no_other(one: int, other: int) -> None:
    body, mac = sign(other, [NEW]).partition("-")[0], sign(one, [NEW]).partition("-")[2]
    assert one == other or verify(f"{body}-{mac}", [NEW]) is None


@given(st.text(max_size=80))
def test_anything_may_be_offered(typed: str) -> None:
    assert verify(typed, [NEW]) is None


def test_a_foreign_key_is_refused() -> None:
    assert verify(sign(7, [FOREIGN]), [NEW, OLD]) is None


@given(cases)
def test_a_secret_opens_its_own_reference_only(case_id: int) -> None:
    name, other = reference("D", 2026, case_id), reference("D", 2026, case_id + 1)
    own = secret(name, [NEW])
    assert re.fullmatch(r"([A-Z2-7]{4}-){6}[A-Z2-7]{2}", own)
    assert opens(name, own, [NEW])
    assert opens(name, f" {own.lower().replace('-', ' ')}", [OLD, NEW])
    assert opens(name, own.replace("O", "0").replace("I", "1"), [NEW])
    assert not opens(other, own, [NEW])
    assert not opens(name, own, [FOREIGN])


@given(cases, st.text(max_size=40))
def test_no_text_opens_a_reference(case_id: int, typed: str) -> None:
    assert not opens(reference("D", 2026, case_id), typed, [NEW])


@given(cases)
def test_an_entry_is_no_token_of_mail_nor_a_secret(case_id: int) -> None:
    entry, name = sign_entry(case_id, [NEW]), reference("D", 2026, case_id)
    assert verify_entry(entry, [OLD, NEW]) == case_id
    assert verify(entry, [NEW]) is None
    assert verify_entry(sign(case_id, [NEW]), [NEW]) is None
    assert not opens(name, entry.partition("-")[2], [NEW])
