"""Cheap leads: what an agent would spot at a glance, and nothing that takes time."""

import time

import pytest

from grc.parsing import leads


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("réf. D-2026-0000123-K, merci", ["D-2026-0000123-K"]),
        ("d-2026-0000123-k", ["D-2026-0000123-K"]),
        ("D 2026 0000123 K", ["D-2026-0000123-K"]),
        ("[D‑2026‑0000123‑K] D-2026-0000123-K", ["D-2026-0000123-K"]),
        ("D-2026-123-K", []),
        ("AD-2026-0000123-K", []),
    ],
)
def test_references(text: str, found: list[str]) -> None:
    assert leads.references(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("06 12 34 56 78", ["+33612345678"]),
        ("06.12.34.56.78 ou 01-47-00-00-00", ["+33612345678", "+33147000000"]),
        ("+33 6 12 34 56 78", ["+33612345678"]),
        ("+33 (0)6 12 34 56 78", ["+33612345678"]),
        ("0033612345678", ["+33612345678"]),
        ("0612345678\n0612345678", ["+33612345678"]),
        ("dossier 10612345678", []),
        ("00 12 34 56 78", []),
        ("1 85 05 92 048 123 45", []),
    ],
)
def test_phones(text: str, found: list[str]) -> None:
    assert leads.phones(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("92400 Courbevoie", ["92400"]),
        ("78 500 Sartrouville", ["78500"]),
        ("75012 Paris", []),
        ("92400,50 euros", []),
        ("dossier 1924005", []),
    ],
)
def test_postcodes(text: str, found: list[str]) -> None:
    assert leads.postcodes(text) == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Nous <reponse+aB3_-xyz9@e.example>", ["aB3_-xyz9"]),
        ("<grc.aB3_-xyz9.12@e.example> <autre@e.example>", ["aB3_-xyz9"]),
        ("<grc.court.1@e.example>", []),
        ("mareponse+aB3_-xyz9@e.example", []),
        ("reponse@e.example", []),
    ],
)
def test_tokens(header: str, found: list[str]) -> None:
    assert leads.tokens([header]) == found


def test_a_list_of_numbers_gives_five_leads_at_most() -> None:
    assert len(leads.phones(" ".join(f"06 12 34 56 {n}" for n in range(10, 60)))) == 5


@pytest.mark.parametrize("attack", ["0", "06 ", "+33", "D-2026-", "92 ", "grc.a", "reponse+", " "])
def test_time_is_linear(attack: str) -> None:
    text = attack * (50_000 // len(attack))
    started = time.thread_time()
    for find in (leads.references, leads.phones, leads.postcodes):
        find(text)
    leads.tokens([text])
    assert time.thread_time() - started < 5
