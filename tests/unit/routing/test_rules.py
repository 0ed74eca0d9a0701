"""Routing: exactly one decision, in the order of the rules, and every refusal explained."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.core.i18n import Text
from grc.routing.rules import (
    FALLBACK,
    LEVELS,
    RoutingContext,
    RoutingInputs,
    Rule,
    Then,
    TypeDefaults,
    When,
    decide,
)

TODAY = date(2026, 3, 2)
UNITS = {"tri": "Pôle relation citoyen", "apa": "Service APA", "sst1": "SST 1"}
CONTEXT = RoutingContext(
    fallback_unit="tri",
    request_types={
        "apa": TypeDefaults("apa", "normal", "APA"),
        "rsa": TypeDefaults("territory", "restricted", "RSA"),
    },
    territory_units={"t1": "sst1"},
    unit_names=UNITS,
)

_WORDS = st.lists(st.sampled_from(["apa", "rsa", "indu + rsa", "aide à domicile"]), max_size=2)
_WHENS = st.builds(
    When,
    channels=st.sampled_from([(), ("email",), ("phone",)]),
    sources=st.sampled_from([(), ("apa",), ("contact", "apa")]),
    request_types=st.sampled_from([(), ("*",), ("rsa",)]),
    communes=st.sampled_from([(), ("92002",)]),
    territories=st.sampled_from([(), ("t1", "t2")]),
    sender_domains=st.sampled_from([(), ("senat.fr",)]),
    subject_keywords=_WORDS.map(tuple),
    keywords=_WORDS.map(tuple),
    except_keywords=_WORDS.map(tuple),
)
_THENS = st.builds(
    Then,
    request_type=st.sampled_from(["", "apa", "rsa", "gone"]),
    unit=st.sampled_from(["", "apa", "territory", "gone"]),
    priority=st.sampled_from([1, 2, 3]),
    level=st.sampled_from(["", *LEVELS]),
)
_RULES = st.lists(st.tuples(_WHENS, _THENS), max_size=6).map(
    lambda pairs: [Rule(f"r{n}", f"Règle {n}", *pair) for n, pair in enumerate(pairs)]
)
_INPUTS = st.builds(
    RoutingInputs,
    on=st.just(TODAY),
    channel=st.sampled_from(["email", "phone", ""]),
    source=st.sampled_from(["apa", "contact", ""]),
    request_type=st.sampled_from(["", "rsa", "gone"]),
    subject=st.sampled_from(["", "APA", "Indu de RSA"]),
    text=st.text() | st.sampled_from(["besoin d'aides à domicile", "mon RSA"]),
    commune=st.sampled_from(["", "92002"]),
    territory=st.sampled_from(["", "t1", "t9"]),
    sender_domain=st.sampled_from(["", "senat.fr", "mail.senat.fr"]),
    mailbox_unit=st.sampled_from(["", "apa"]),
)


@given(_INPUTS, _RULES)
def test_there_is_always_exactly_one_decision(inputs: RoutingInputs, rules: list[Rule]) -> None:
    decision = decide(inputs, rules, CONTEXT)
    assert decision.unit_code in UNITS
    assert decision.reasons
    assert decision.sentence
    assert decision == decide(inputs, rules, CONTEXT)


@given(_INPUTS, _RULES)
def test_the_first_rule_that_matches_wins(inputs: RoutingInputs, rules: list[Rule]) -> None:
    alone = [decide(inputs, [rule], CONTEXT).rule_code for rule in rules]
    expected = next((code for code in alone if code != FALLBACK), FALLBACK)
    assert decide(inputs, rules, CONTEXT).rule_code == expected


@given(_INPUTS, _RULES)
def test_each_earlier_rule_says_why_it_did_not_match(
    inputs: RoutingInputs, rules: list[Rule]
) -> None:
    decision = decide(inputs, rules, CONTEXT)
    codes = [rule.code for rule in rules]
    earlier = codes if decision.rule_code == FALLBACK else codes[: codes.index(decision.rule_code)]
    assert [code for code, _ in decision.rejected] == earlier
    assert all(str(because) for _, because in decision.rejected)


@given(_INPUTS, _RULES)
def test_a_decision_is_never_less_secret_than_its_request_type(
    inputs: RoutingInputs, rules: list[Rule]
) -> None:
    decision = decide(inputs, rules, CONTEXT)
    defaults = CONTEXT.request_types.get(decision.request_type_code)
    least = defaults.level if defaults else "normal"
    assert LEVELS.index(decision.level) >= LEVELS.index(least)


@given(_INPUTS, _RULES)
def test_a_decision_is_kept_as_json(inputs: RoutingInputs, rules: list[Rule]) -> None:
    decision = decide(inputs, rules, CONTEXT)
    kept = json.loads(json.dumps(decision.as_json()))
    assert kept["rule"] == decision.rule_code
    assert [str(Text.from_json(reason)) for reason in kept["reasons"]] == [
        str(reason) for reason in decision.reasons
    ]


def route(when: When, then: Then | None = None, **known: Any) -> Any:
    rule = Rule("r", "Règle", when, then or Then(unit="apa"))
    return decide(RoutingInputs(on=TODAY, **known), [rule], CONTEXT)


@pytest.mark.parametrize(
    ("when", "known", "reason"),
    [
        (When(), {}, "cette règle prend tout le reste"),
        (When(channels=("email",)), {"channel": "email"}, "canal « email »"),
        (When(since=TODAY), {}, "règle à partir du 02/03/2026"),
        (When(since=TODAY, until=TODAY), {}, "règle du 02/03/2026 au 02/03/2026"),
        (When(sources=("a", "b")), {"source": "b"}, "boîte « b »"),
        (When(request_types=("*",)), {"request_type": "apa"}, "nature de demande « apa »"),
        (
            When(communes=("92002",)),
            {"commune": "92002", "commune_name": "Antony"},
            "commune : Antony",
        ),
        (When(territories=("t1",)), {"territory": "t1"}, "territoire « t1 »"),
        (
            When(sender_domains=("gouv.fr",)),
            {"sender_domain": "hauts-de-seine.gouv.fr"},
            "expéditeur de hauts-de-seine.gouv.fr",
        ),
        (
            When(subject_keywords=("réclamation",)),
            {"subject": "Réclamations"},
            "mots-clés dans l'objet : réclamation",
        ),
        (
            When(keywords=("apa", "aide à domicile")),
            {"text": "des aides à domicile pour l'APA"},
            "mots-clés trouvés : apa, aide à domicile",
        ),
        (When(keywords=("indu + rsa",)), {"text": "RSA : un indu"}, "mots-clés trouvés"),
    ],
)
def test_a_rule_matches_with_its_reason(when: When, known: dict[str, Any], reason: str) -> None:
    decision = route(when, **known)
    assert (decision.rule_code, decision.unit_code, decision.is_fallback) == ("r", "apa", False)
    assert reason in str(decision.reasons[0])


@pytest.mark.parametrize(
    ("when", "known", "because"),
    [
        (When(channels=("email",)), {"channel": "phone"}, "canal autre que email"),
        (When(until=date(2026, 3, 1)), {}, "règle valable seulement jusqu'au 01/03/2026"),
        (When(since=date(2026, 3, 3)), {}, "valable seulement à partir du 03/03/2026"),
        (When(sources=("a", "b")), {}, "boîte autre que a, b"),
        (When(request_types=("*",)), {}, "nature de demande autre que *"),
        (When(communes=("92002",)), {"commune": "92004"}, "commune hors de la liste"),
        (When(territories=("t1",)), {"territory": "t2"}, "territoire autre que t1"),
        (
            When(sender_domains=("senat.fr",)),
            {"sender_domain": "faux-senat.fr"},
            "expéditeur hors de senat.fr",
        ),
        (When(subject_keywords=("apa",)), {"text": "apa"}, "objet sans : apa"),
        (
            When(keywords=("a1", "b2", "c3", "d4", "e5")),
            {"text": "rien"},
            "mots-clés absents : a1, b2, c3, d4…",
        ),
        (When(keywords=("aide à domicile",)), {"text": "domicile, aide"}, "mots-clés absents"),
        (When(keywords=("indu + rsa",)), {"text": "rsa"}, "mots-clés absents : indu + rsa"),
        (
            When(keywords=("rsa",), except_keywords=("indu",)),
            {"text": "rsa indu"},
            "mots-clés exclus présents : indu",
        ),
    ],
)
def test_a_rule_that_does_not_match_says_what_is_missing(
    when: When, known: dict[str, Any], because: str
) -> None:
    decision = route(when, **known)
    assert decision.is_fallback
    ((code, reason),) = decision.rejected
    assert code == "r"
    assert because in str(reason)


def test_the_unit_of_the_territory() -> None:
    decision = route(When(), Then(request_type="rsa"), territory="t1", commune_name="Antony")
    assert (decision.unit_code, decision.level) == ("sst1", "restricted")
    assert decision.sentence == (
        "Affectée à SST 1 par la règle « Règle » : "
        "cette règle prend tout le reste ; territoire : Antony"
    )


def test_an_unknown_territory_waits_for_a_person_but_keeps_the_type() -> None:
    decision = route(When(), Then(request_type="rsa", priority=1))
    assert (decision.unit_code, decision.is_fallback) == ("tri", True)
    assert (decision.request_type_code, decision.rule_code) == ("rsa", "r")
    assert "territoire inconnu : commune ou adresse à préciser" in decision.sentence
    assert "priorité urgente" in decision.sentence


def test_the_fallback_is_the_owner_of_the_box_then_triage() -> None:
    assert decide(RoutingInputs(on=TODAY), [], CONTEXT).unit_code == "tri"
    owned = decide(RoutingInputs(on=TODAY, mailbox_unit="apa"), [], CONTEXT)
    assert (owned.unit_code, owned.is_fallback, owned.rule_version) == ("apa", True, 0)
    assert owned.sentence == "À affecter par Service APA : aucune règle ne correspond"


def test_a_unit_that_is_gone_is_never_chosen() -> None:
    decision = route(When(), Then(unit="gone"))
    assert (decision.unit_code, decision.is_fallback) == ("tri", True)
    assert "le service « gone » n'existe plus" in decision.sentence


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "matches"),
    [
        (TODAY, None, True),
        (date(2026, 3, 3), None, False),
        (date.min, TODAY, False),
        (date.min, date(2026, 3, 3), True),
    ],
)
def test_a_rule_holds_from_its_first_day_to_the_day_before_its_end(
    valid_from: date, valid_to: date | None, matches: bool
) -> None:
    rule = Rule("r", "R", When(), Then(unit="apa"), valid_from=valid_from, valid_to=valid_to)
    decision = decide(RoutingInputs(on=TODAY), [rule], CONTEXT)
    assert (decision.rule_code == "r") is matches
