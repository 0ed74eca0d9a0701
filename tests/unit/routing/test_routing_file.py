"""routing.toml: the demo is valid and routes invented mail; mistakes have their sentence."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from grc.core.toml_source import InvalidFile
from grc.demo.mailgen import Mail, mails
from grc.organisation.communes import CommuneIndex
from grc.routing.files import Known, read
from grc.routing.folder import Configuration, read_folder
from grc.routing.rules import RoutingContext, RoutingInputs, TypeDefaults, decide

DEMO = Path(__file__).parents[3] / "demo"
KNOWN = Known(
    units={"apa", "tri"},
    request_types={"apa": ("apa", "gir"), "rsa": ("rsa",)},
    sources={"contact", "apa"},
    territories={"t1"},
    communes={"Antony": "92002", "92002": "92002"},
)
RULE = '[[rules]]\ncode = "{0}"\nlabel = "{0}"\n[rules.when]\n{1}\n[rules.then]\n{2}\n'


def problems_of(*rules: str) -> list[str]:
    with pytest.raises(InvalidFile) as caught:
        read("".join(rules), KNOWN)
    return [problem.say() for problem in caught.value.problems]


def rule(code: str = "r", when: str = "", then: str = 'unit = "apa"') -> str:
    return RULE.format(code, when, then)


def test_rules_keep_the_order_of_the_file() -> None:
    text = rule("b", 'communes = ["Antony"]') + rule("a", 'keywords_of = "apa"\nkeywords = ["x"]')
    first, second = read(text, KNOWN)
    assert (first.code, first.order, first.when.communes) == ("b", 1, ("92002",))
    assert (second.code, second.order, second.when.keywords) == ("a", 2, ("x", "apa", "gir"))


@pytest.mark.parametrize(
    ("when", "then", "problem"),
    [
        ('sources = ["contact", "x"]', 'unit = "apa"', "when.sources[1] : « x » n'est pas une b"),
        ('channels = ["fax"]', 'unit = "apa"', "when.channels[0] : « fax » n'est pas un canal"),
        ('communes = ["Paris"]', 'unit = "apa"', "when.communes[0] : « Paris » n'est pas une c"),
        ('territories = ["t2"]', 'unit = "apa"', "when.territories[0] : « t2 » n'est pas un te"),
        ('request_types = ["x"]', 'unit = "apa"', "when.request_types[0] : « x » n'est pas une"),
        ('keywords_of = "x"', 'unit = "apa"', "when.keywords_of : « x » n'est pas une nature"),
        ('keywords = ["de la"]', 'unit = "apa"', "when.keywords[0] : « de la » ne contient que"),
        ('keyword = ["apa"]', 'unit = "apa"', "when.keyword : champ inconnu"),
        ("", 'unit = "x"', "then.unit : « x » n'est pas un service connu"),
        ("", 'request_type = "x"', "then.request_type : « x » n'est pas une nature"),
        ("", 'unit = "apa"\npriority = 4', "then.priority : doit être entre 1 et 3"),
        ("", 'unit = "apa"\nlevel = "secret"', "then.level : « secret » n'est pas accepté"),
        ("", "", "then : la règle ne donne ni service ni nature de demande"),
    ],
)
def test_each_mistake_has_its_line_and_sentence(when: str, then: str, problem: str) -> None:
    found = problems_of(rule("ok", 'keywords = ["ok"]'), rule("r", when, then))
    assert len(found) == 1
    assert f"rules[1].{problem}" in found[0]
    assert found[0].startswith("routing.toml, ligne 1")


@pytest.mark.parametrize(
    ("earlier", "later", "hidden"),
    [
        ("", 'keywords = ["apa"]', True),
        ('sources = ["apa", "contact"]', 'sources = ["apa"]\nkeywords = ["x"]', True),
        ('request_types = ["*"]', 'request_types = ["rsa"]', True),
        ('keywords = ["x"]\nexcept_keywords = ["z"]', 'keywords = ["x"]', False),
        ('keywords = ["x"]', 'keywords = ["x", "z"]', False),
        ('keywords = ["x"]', "", False),
    ],
)
def test_a_rule_that_can_never_be_reached_is_refused(
    earlier: str, later: str, hidden: bool
) -> None:
    rules = (rule("one", earlier), rule("two", later))
    if hidden:
        (problem,) = problems_of(*rules)
        assert "la règle « one » prend avant elle tous ses cas" in problem
    else:
        assert len(read("".join(rules), KNOWN)) == 2


@pytest.fixture(scope="module")
def demo() -> Configuration:
    return read_folder(DEMO)


def context_of(demo: Configuration) -> RoutingContext:
    return RoutingContext(
        fallback_unit="tri",
        request_types={t.code: TypeDefaults(t.unit, t.level) for t in demo.request_types},
        territory_units={t.code: t.unit for t in demo.organisation.territories},
        unit_names={unit.code: unit.name for unit in demo.organisation.units},
    )


def inputs_of(mail: Mail, demo: Configuration) -> RoutingInputs:
    box = next(box for box in demo.organisation.mailboxes if box.source == mail.box)
    return RoutingInputs(
        on=date(2026, 3, 2),
        channel="email",
        source=mail.box,
        request_type=box.request_type,
        subject=mail.subject,
        text=mail.text,
        mailbox_unit=box.unit,
    )


def test_the_demo_rules_recognise_invented_mail(demo: Configuration) -> None:
    """Own mail, so a proof that the files agree with each other, not of quality elsewhere."""
    context = context_of(demo)
    sent = [m for m in mails(1500, 3, start=datetime(2026, 1, 5, tzinfo=UTC)) if m.topic]
    sent = [m for m in sent if m.kind == "request" and m.topic != "autre"]
    right = [
        m
        for m in sent
        if decide(inputs_of(m, demo), demo.rules, context).request_type_code == m.topic
    ]
    assert len(right) > 0.95 * len(sent)


def test_the_demo_finds_the_commune_people_give(demo: Configuration) -> None:
    index = CommuneIndex(demo.organisation.communes)
    sent = [m for m in mails(1000, 4, start=datetime(2026, 1, 5, tzinfo=UTC)) if m.insee]
    found = [index.choose(m.text) for m in sent]
    right = [m for m, f in zip(sent, found, strict=True) if f and f.commune.insee == m.insee]
    assert len(right) > 0.95 * len(sent)


def test_sensitive_mail_goes_to_the_right_people_whatever_the_box(demo: Configuration) -> None:
    context = context_of(demo)
    for text, unit, level in (
        ("Je crains qu'un enfant soit en danger chez mes voisins", "crip", "restricted"),
        ("Mon mari me frappe, aidez-moi", "violences", "named"),
    ):
        for source in ("contact", "voirie", "apa", "files"):
            inputs = RoutingInputs(on=date(2026, 3, 2), source=source, text=text)
            decision = decide(inputs, demo.rules, context)
            assert (decision.unit_code, decision.level, decision.priority) == (unit, level, 1)


def test_a_box_that_announces_an_unknown_type_is_refused(tmp_path: Path) -> None:
    for name in ("organisation.toml", "catalogue.toml", "routing.toml"):
        text = (DEMO / name).read_text(encoding="utf-8")
        text = text.replace('request_type = "apa"\n', 'request_type = "x"\n', 1)
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"mailboxes\[2\]\.request_type : « x » n'est pas une"):
        read_folder(tmp_path)
