"""catalogue.toml: the demo is valid, and what would harm people is refused."""

import json
from pathlib import Path

import pytest

from grc.catalogue import forms
from grc.catalogue.files import NATURES, OTHER, RequestType, read
from grc.core.toml_source import InvalidFile

DEMO = Path(__file__).parents[3] / "demo"

GOOD = """
[[request_types]]
code = "autre"
label_fr = "Autre"
label_en = "Other"
nature = "request"
unit = "tri"
delay_days = 15
delay_source = "charte"
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(InvalidFile) as caught:
        read(text, units={"tri"}, administrations={"caf"})
    return [problem.say().partition(" : ")[2] for problem in caught.value.problems]


def demo() -> tuple[RequestType, ...]:
    from grc.routing.folder import read_folder  # the three files are checked together

    return read_folder(DEMO).request_types


def test_the_demo_covers_every_legal_nature() -> None:
    types = demo()
    assert {item.nature for item in types} == set(NATURES)
    assert len(types) >= 25
    assert all(item.delay_source for item in types if item.delay_days is not None)


def test_sensitive_types_never_write_by_themselves() -> None:
    sensitive = [item for item in demo() if item.sensitive]
    assert {item.code for item in sensitive} == {"information-preoccupante", "violences", "ase"}
    assert not any(item.acknowledge or item.level == "normal" for item in sensitive)


def test_information_has_no_legal_clock() -> None:
    assert [item.code for item in demo() if item.delay_days is None] == ["information"]


def test_what_silence_means_is_said_of_what_is_decided_here_with_its_text() -> None:
    said = {item.code: (item.silence, item.silence_months) for item in demo() if item.silence}
    assert said == {
        "rsa-recours": ("refusal", 2), "rsa-remise": ("refusal", 2), "reclamation": ("refusal", 2),
        "documents": ("refusal", 1), "agrement-assmat": ("acceptance", 3),
        "agrement-assfam": ("acceptance", 4),
    }  # fmt: skip


def test_a_small_file_is_read() -> None:
    (item,) = read(GOOD, units={"tri"})
    assert (item.code, item.level, item.acknowledge, item.handled) == (
        OTHER,
        "normal",
        True,
        "here",
    )


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('unit = "tri"', 'unit = "x"', "« x » n'est pas un service connu"),
        (
            'unit = "tri"',
            'unit = "tri"\nadministration = "x"',
            "« x » n'est pas une administration connue",
        ),
        ('delay_source = "charte"', "", "un délai doit citer sa source"),
        ('code = "autre"', 'code = "x"', "il faut une nature « autre » avec un délai"),
        (
            'unit = "tri"',
            'unit = "tri"\nsilence = "refusal"\nsilence_months = 2\nsilence_source = "L231-4"',
            "un refus doit dire les délais et voies de recours",
        ),
        (
            'unit = "tri"',
            'unit = "tri"\nsilence = "acceptance"\nsilence_months = 2\nsilence_source = "x"\n'
            'handled = "logiciel"',
            "le silence ne se dit que d'une demande qui est décidée ici",
        ),
        (
            'unit = "tri"',
            'unit = "tri"\nsensitive = true\nlevel = "named"',
            "une nature sensible ne déclenche aucun envoi automatique : acknowledge = false",
        ),
        (
            'unit = "tri"',
            'unit = "tri"\nsensitive = true\nacknowledge = false',
            "une nature sensible est au moins restricted",
        ),
    ],
)
def test_each_mistake_has_its_sentence(old: str, new: str, problem: str) -> None:
    assert problems_of(GOOD.replace(old, new)) == [problem]


FORM = """
[request_types.form]
summary_fr = "Tout"
summary_en = "Everything"

[[request_types.form.questions]]
name = "lieu"
label_fr = "Où ?"
label_en = "Where?"
"""


def test_a_form_is_kept_as_it_is_written() -> None:
    written = [item.form for item in demo() if item.form]
    assert len(written) >= 10
    assert [forms.from_json(json.loads(json.dumps(form.as_json()))) for form in written] == written


def test_no_sensitive_type_is_asked_for_online() -> None:
    assert not any(item.form for item in demo() if item.sensitive)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ('kind = "choice"', "un choix a des réponses possibles, et lui seul"),
        ('kind = "file"', "« file » n'est pas accepté"),
        ('labelfr = "x"', "champ inconnu"),
        (FORM.partition("[[")[1] + FORM.partition("[[")[2], "deux questions ont le même nom"),
    ],
)
def test_a_mistake_in_a_form_is_named(more: str, problem: str) -> None:
    assert any(problem in found for found in problems_of(GOOD + FORM + more + "\n"))
