"""organisation.toml: the demo is valid, and each kind of mistake has its sentence."""

from pathlib import Path

import pytest

from grc.channels.source import MailFolder
from grc.core.toml_source import InvalidFile
from grc.organisation.files import read

DEMO = Path(__file__).parents[3] / "demo" / "organisation.toml"

GOOD = """communes = [
  { insee = "92002", name = "Antony", postcodes = ["92160"] },
  { insee = "92025", name = "Colombes", postcodes = ["92700"] },
]
[[units]]
code = "top"
name = "Direction"
kind = "department"
[[units]]
code = "triage"
name = "Tri"
kind = "triage"
parent = "top"
[[territories]]
code = "t1"
name = "Un"
unit = "triage"
valid_from = 2020-01-01
communes = ["Antony", "92025"]
[[mailboxes]]
source = "contact"
address = "Contact@exemple.fr"
unit = "triage"
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidFile) as caught:
        read(text)
    return [problem.say() for problem in caught.value.problems]


def test_the_demo_is_the_whole_departement() -> None:
    demo = read(DEMO.read_text(encoding="utf-8"))
    cantons = {name for c in demo.communes for name in c.canton.split(", ")}
    assert (len(demo.communes), len(cantons), len(demo.territories)) == (36, 23, 14)
    assert {"files", "contact", "apa", "crip"} <= {box.source for box in demo.mailboxes}
    split = {r.insee for r in demo.ranges if r.street}
    assert len(split) == 3


def test_a_small_file_is_read() -> None:
    organisation = read(GOOD)
    assert [unit.short_name for unit in organisation.units] == ["Direction", "Tri"]
    assert [r.insee for r in organisation.ranges] == ["92002", "92025"]
    assert organisation.mailboxes[0].address == "contact@exemple.fr"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            'parent = "top"',
            'parent = "xyz"',
            "organisation.toml, ligne 13, units[1].parent : « xyz » n'est pas un service connu",
        ),
        (
            '"Antony", "92025"',
            '"Paris", "Antony", "92025"',
            "organisation.toml, ligne 19, territories[0].communes[0] : "
            "« Paris » n'est pas une commune connue",
        ),
        (
            'unit = "triage"\nvalid',
            'unit = "x"\nvalid',
            "organisation.toml, ligne 17, territories[0].unit : « x » n'est pas un service connu",
        ),
        (
            '"Antony", "92025"',
            '"Antony"',
            "organisation.toml, ligne 3, communes[1] : Colombes n'a aucun territoire "
            "(hors rues nommées) à partir du 2020-01-01",
        ),
        (
            '"Antony", "92025"]',
            '"Antony", "92025"]\n[[territories]]\ncode = "t2"\nname = "Deux"\nunit = "triage"\n'
            'valid_from = 2021-01-01\ncommunes = ["Antony"]',
            "organisation.toml, ligne 25, territories[1].communes[0] : "
            "chevauche le territoire « t1 » aux mêmes dates",
        ),
        (
            'code = "triage"',
            'code = "top"',
            "organisation.toml, ligne 10, units[1].code : « top » est déjà utilisé",
        ),
        (
            'kind = "triage"',
            'kind = "unit"',
            'organisation.toml, ligne 5, units : il faut un service de tri : kind = "triage"',
        ),
        (
            'kind = "department"',
            'kind = "unit"',
            "organisation.toml, ligne 5, units[0].parent : "
            "une direction n'a pas de parent, les autres oui",
        ),
    ],
)
def test_each_mistake_has_its_line_and_sentence(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    assert problem in problems_of(GOOD.replace(old, new, 1))


def test_ranges_upside_down_are_refused() -> None:
    ranges = (
        'ranges = [\n  { commune = "Antony", street = "rue A", number_from = 9, number_to = 3 },\n'
        '  { commune = "Antony", number_from = 2 },\n'
        '  { commune = "Antony", street = "rue B", valid_to = 2019-01-01 },\n]\n'
    )
    found = problems_of(GOOD.replace("[[mailboxes]]", ranges + "[[mailboxes]]"))
    assert [problem.partition(" : ")[2] for problem in found] == [
        "doit être au moins number_from",
        "des numéros sans rue",
        "chevauche le territoire « t1 » aux mêmes dates",  # so it would be the whole commune
        "doit être après valid_from",
    ]


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ('parity = "odd"', 'parity = "even"', False),
        ('parity = "odd"', "number_from = 10", True),
        ("number_to = 9", "number_from = 10", False),
        ("number_to = 10", "number_from = 10", True),
        ("valid_to = 2022-01-01", "valid_from = 2022-01-01", False),
    ],
)
def test_two_ranges_of_a_street_must_not_share_a_number(
    one: str, other: str, overlap: bool
) -> None:
    text = GOOD.replace("[[mailboxes]]", "") + "\n"
    text = text[: text.index("source =")]
    text += f'ranges = [ {{ commune = "Antony", street = "rue A", {one} }} ]\n'
    text += (
        '[[territories]]\ncode = "t2"\nname = "Deux"\nunit = "triage"\nvalid_from = 2020-01-01\n'
    )
    text += f'ranges = [ {{ commune = "Antony", street = "Rue a", {other} }} ]\n'
    if overlap:
        assert any("chevauche" in problem for problem in problems_of(text))
    else:
        assert len(read(text).ranges) == 4


def test_a_unit_is_never_its_own_ancestor() -> None:
    unit = '[[units]]\ncode = "{0}"\nname = "{0}"\nparent = "{1}"\n'
    found = problems_of(GOOD + unit.format("a", "b") + unit.format("b", "a"))
    assert len([problem for problem in found if "son propre ancêtre" in problem]) == 2


FETCH = """
[mailboxes.fetch]
host = "imap.exemple.fr"
user = "contact@exemple.fr"
"""


def test_a_mailbox_may_say_where_it_is_fetched_from() -> None:
    assert read(GOOD).mailboxes[0].fetched_from is None
    told = read(GOOD + FETCH).mailboxes[0].fetched_from
    assert told == MailFolder("imap.exemple.fr", 993, "tls", "contact@exemple.fr")
    told = read(GOOD + FETCH + 'security = "starttls"').mailboxes[0].fetched_from
    assert told is not None
    assert told.port == 143


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('security = "none"', "security"),
        ('security = "ssl3"', "security"),
        ("port = 70000", "port"),
        ('after = "delete"', "after"),
        ('after = "move"', "move_to"),
        ('after = "move"\nmove_to = "INBOX"', "move_to"),
        ('move_to = "Repris"', "move_to"),
        ('password = "non"', "password"),
    ],
)
def test_what_cannot_be_fetched_names_its_field(line: str, field: str) -> None:
    (problem,) = problems_of(f"{GOOD}{FETCH}{line}\n")
    assert f"mailboxes[0].fetch.{field}" in problem


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_needs_no_encryption(host: str) -> None:
    local = FETCH.replace("imap.exemple.fr", host) + 'security = "none"'
    assert read(GOOD + local).mailboxes[0].fetched_from is not None
