"""catalogue.toml: the natures of request. Pure.

`read` gives valid `RequestType`s or raises `InvalidFile` with every mistake.
"""

from collections.abc import Collection
from dataclasses import dataclass

from grc.catalogue import forms
from grc.catalogue.forms import PublicForm
from grc.catalogue.silence import CLOCKED, MOST_MONTHS, Silence
from grc.core.i18n import N_
from grc.core.toml_lines import Path
from grc.core.toml_source import Row, Source

NATURE_LABELS = {  # what a request is in law
    "information": N_("Information"),
    "request": N_("Demande"),
    "complaint": N_("Réclamation"),
    "informal_appeal": N_("Recours gracieux"),
    "rapo": N_("Recours préalable obligatoire"),
    "document_request": N_("Communication de documents"),
    "gdpr_right": N_("Droit sur ses données"),
    "alert": N_("Signalement"),
    "intervention": N_("Intervention d’un élu"),
}
NATURES = tuple(NATURE_LABELS)
LEVELS = ("normal", "restricted", "named")  # from the most open to the most secret
TERRITORY = "territory"  # as a unit: the one that serves the citizen's territory
OTHER = "autre"  # the type of what fits no other; its delay is that of unqualified cases
HERE = "here"  # decided in this software, not in a business application


@dataclass(frozen=True)
class Document:
    """A document that a request of one type needs."""

    code: str
    label_fr: str
    label_en: str

    def label(self, locale: str) -> str:
        """Its name in a language."""
        return self.label_en if locale == "en" else self.label_fr


@dataclass(frozen=True)
class RequestType:
    """A nature of request. `delay_days` are calendar days; None: no delay promised.

    `unit` is a unit code or "territory"; `handled` is "here" or the name of the business
    application; `administration` the code of the administration that decides, if not us;
    `silence_months` are counted from reception.
    """

    code: str
    label_fr: str
    label_en: str
    nature: str
    unit: str
    keywords: tuple[str, ...] = ()
    delay_days: int | None = None
    delay_source: str = ""
    level: str = "normal"
    handled: str = HERE
    administration: str = ""
    acknowledge: bool = True
    sensitive: bool = False
    form: PublicForm | None = None  # None: not asked for online
    documents: tuple[Document, ...] = ()
    silence: str = ""  # what no answer means, see `silence.Silence`
    silence_months: int | None = None
    silence_source: str = ""
    appeal: str = ""  # what may be done against a refusal by silence, as it is told


def read(
    text: str,
    *,
    units: Collection[str],
    administrations: Collection[str] = (),
    name: str = "catalogue.toml",
) -> tuple[RequestType, ...]:
    """The request types of a TOML text; `units` and `administrations` are known codes.

    Raises InvalidFile with every mistake.
    """
    source = Source(name, text)
    types = tuple(_request_type(row) for row in source.tables("request_types"))
    source.refuse_unknown(("request_types",))
    source.unique("request_types", "code", (item.code for item in types))
    for number, item in enumerate(types):
        check(source, ("request_types", number), item, {*units, TERRITORY}, administrations)
    other = next((item for item in types if item.code == OTHER), None)
    if other is None or other.delay_days is None:
        source.note(("request_types",), N_("il faut une nature « autre » avec un délai"))
    source.raise_problems()
    return types


def _request_type(row: Row) -> RequestType:
    return RequestType(
        code=row.text("code"),
        label_fr=row.text("label_fr"),
        label_en=row.text("label_en"),
        nature=row.choice("nature", NATURES),
        unit=row.text("unit"),
        keywords=row.texts("keywords"),
        delay_days=row.optional_whole("delay_days"),
        delay_source=row.text("delay_source", ""),
        level=row.choice("level", LEVELS, "normal"),
        handled=row.text("handled", HERE),
        administration=row.text("administration", ""),
        acknowledge=row.flag("acknowledge", True),
        sensitive=row.flag("sensitive", False),
        form=forms.read(row.row("form")) if row.has("form") else None,
        documents=_documents(row),
        silence=row.choice("silence", tuple(Silence), ""),
        silence_months=row.optional_whole("silence_months"),
        silence_source=row.text("silence_source", ""),
        appeal=row.text("appeal", ""),
    )


def _documents(row: Row) -> tuple[Document, ...]:
    found = tuple(
        Document(one.text("code"), one.text("label_fr"), one.text("label_en"))
        for one in row.rows("documents")
    )
    if len({one.code for one in found}) < len(found):
        row.note("documents", N_("deux pièces ont le même code"))
    return found


def check(
    source: Source,
    path: Path,
    item: RequestType,
    units: Collection[str],
    administrations: Collection[str],
) -> None:
    """Note what is wrong with one type; `units` are codes, "territory" among them."""
    source.expect((*path, "unit"), item.unit, units, N_("« %(value)s » n'est pas un service connu"))
    source.expect(
        (*path, "administration"),
        item.administration,
        administrations,
        N_("« %(value)s » n'est pas une administration connue"),
    )
    if item.delay_days is not None and not item.delay_source:
        source.note((*path, "delay_source"), N_("un délai doit citer sa source"))
    if item.sensitive and item.acknowledge:
        source.note(
            (*path, "acknowledge"),
            N_("une nature sensible ne déclenche aucun envoi automatique : acknowledge = false"),
        )
    if item.sensitive and item.level == "normal":
        source.note((*path, "level"), N_("une nature sensible est au moins restricted"))
    _check_silence(source, path, item)


def _check_silence(source: Source, path: Path, item: RequestType) -> None:
    """What silence means is said of what we decide here ourselves, from when, and by which law."""
    if not item.silence:
        return
    if item.nature not in CLOCKED or item.handled != HERE or item.administration:
        source.note(
            (*path, "silence"),
            N_("le silence ne se dit que d'une demande qui est décidée ici"),
        )
    if item.silence_months is None or not 1 <= item.silence_months <= MOST_MONTHS:
        source.note((*path, "silence_months"), N_("il faut un nombre de mois, de 1 à 24"))
    if not item.silence_source:
        source.note((*path, "silence_source"), N_("le sens du silence doit citer son texte"))
    if item.silence == Silence.REFUSAL and not item.appeal:
        source.note((*path, "appeal"), N_("un refus doit dire les délais et voies de recours"))
