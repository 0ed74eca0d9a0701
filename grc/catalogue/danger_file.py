"""danger.toml: who is told when somebody is in danger, the numbers to call, the words to read
twice. Pure.

`read` gives a valid plan or raises `InvalidFile` with every mistake.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from grc.core.i18n import N_
from grc.core.toml_source import Row, Source
from grc.parsing.addresses import emails

_TABLES = ("duty", "numbers", "words")


@dataclass(frozen=True)
class Number:
    """A number to call, or to send an SMS to, and when."""

    number: str
    label_fr: str
    label_en: str

    def label(self, locale: str) -> str:
        """When to call it, in this language."""
        return self.label_en if locale == "en" else self.label_fr


# They are the law of the whole country, and must be on the screen of an installation that has
# loaded nothing yet.
NUMBERS = (
    Number("119", "Enfant en danger", "Child in danger"),
    Number("3919", "Violences faites aux femmes", "Violence against women"),
    Number("17", "Police", "Police"),
    Number("15", "Urgence médicale", "Medical emergency"),
    Number("18", "Pompiers", "Fire brigade"),
    Number("115", "Sans-abri", "Homeless"),
    Number("114", "Par SMS, sans parler", "By SMS, without speaking"),
)


@dataclass(frozen=True)
class Plan:
    """What the file says. `unit` is the code of the unit on duty, empty for that of triage;
    `escalation` the addresses written to when nobody of it is on duty."""

    unit: str = ""
    escalation: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = NUMBERS
    words: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As it is kept; `from_json` gives it back."""
        kept = asdict(self)
        kept["numbers"] = [asdict(one) for one in self.numbers]
        return kept | {"escalation": list(self.escalation), "words": list(self.words)}


def from_json(kept: Mapping[str, Any]) -> Plan:
    """A plan that `as_json` wrote."""
    return Plan(
        unit=kept["unit"],
        escalation=tuple(kept["escalation"]),
        numbers=tuple(Number(**one) for one in kept["numbers"]),
        words=tuple(kept["words"]),
    )


def read(text: str, units: Collection[str], name: str = "danger.toml") -> Plan:
    """The plan of a TOML text; `units` are the codes it may name. Raises InvalidFile."""
    source = Source(name, text)
    numbers = tuple(map(_number, source.tables("numbers")))
    whole = Row(source, (), source.data)
    duty = whole.row("duty") if whole.has("duty") else None
    words = whole.row("words") if whole.has("words") else None
    plan = Plan(
        unit=duty.text("unit") if duty else "",
        escalation=_addresses(duty) if duty else (),
        numbers=numbers or NUMBERS,
        words=words.texts("words") if words else (),
    )
    if duty and plan.unit not in units:
        duty.note("unit", N_("« %(value)s » n'est pas un service connu"), value=plan.unit)
    for row in (duty, words):
        if row:
            row.refuse_unknown()
    source.refuse_unknown(_TABLES)
    source.unique("numbers", "number", (one.number for one in numbers))
    source.raise_problems()
    return plan


def _number(row: Row) -> Number:
    found = Number(row.text("number"), row.text("label_fr"), row.text("label_en"))
    row.refuse_unknown()
    return found


def _addresses(duty: Row) -> tuple[str, ...]:
    found = duty.texts("escalation")
    for value in found:
        if emails([value]) != (value.lower(),):
            duty.note("escalation", N_("« %(value)s » n'est pas une adresse"), value=value)
    return found
