"""What a program posts as one request: its JSON, checked in one place. Pure.

The API checks it at the door and describes it from here; the adapter `api` reads the bytes
that were kept by the same rules, so that it understands whatever was let in.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from grc.parsing.words import N_

MIB = 1 << 20
LARGEST = 32 * MIB  # bytes of one request, its files included
LARGEST_FILE = 10 * MIB
MOST_FILES = 20
MOST_PARTIES = 10
MOST_NUMBERS = 5  # of one person
MOST_MEMBERS = 400  # names in all its objects together
MOST_PROBLEMS = 20
OLDEST = 125  # years
_BASE64 = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_EMAIL = r'^[^\s@<>(),;:"]{1,64}@[^\s@<>(),;:"]{1,255}$'
_PHONE = r"^\+?[0-9][0-9 .()/-]{5,24}$"
_INSEE = r"^[0-9][0-9AB][0-9]{3}$"
_HAS_WORDS = r"\S"
_NUMBER_KIND = r"^[a-z][a-z_]{0,9}$"
_NO_NUMBERS = ("name", "birth", "email", "phone", "address", "nir")  # other leads, or forbidden


class Strict(BaseModel):
    """Nothing is guessed: a number is no text, and an unknown name is a mistake."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _is_number(kind: str) -> str:
    if kind in _NO_NUMBERS:
        raise PydanticCustomError("reserved", "reserved")
    return kind


class ExternalNumber(Strict):
    """A number by which somebody else knows a person. Never that of social security (NIR)."""

    kind: Annotated[str, StringConstraints(pattern=_NUMBER_KIND), AfterValidator(_is_number)] = (
        Field(
            description="`caf`, `mdph`, or the name of a program: small letters.",
            json_schema_extra={"not": {"enum": list(_NO_NUMBERS)}},
        )
    )
    value: Annotated[str, StringConstraints(max_length=80, pattern=_HAS_WORDS)]


class Described(Strict):
    """What may be told of a person. A name and a date of birth, or a number, find who is known."""

    birth_name: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="The family name at birth, when it is another."
    )
    birth_date: date | None = Field(default=None, description="As 1950-05-12 (RFC 3339).")
    email: Annotated[str, StringConstraints(pattern=_EMAIL)] | None = None
    phone: Annotated[str, StringConstraints(pattern=_PHONE)] | None = Field(
        default=None, description="As people write it, or E.164."
    )
    external_numbers: Annotated[
        tuple[ExternalNumber, ...], Field(max_length=MOST_NUMBERS, strict=False)
    ] = ()


class Writer(Described):
    """Who asks. Everything may be missing: a request may be anonymous."""

    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    email: Annotated[str, StringConstraints(pattern=_EMAIL)] | None = Field(
        default=None,
        description="What an acknowledgement is sent to, and how the person is recognised.",
    )


class PostedParty(Described):
    """Somebody else whom the request concerns. Nobody is written to."""

    role: Literal["applicant", "beneficiary", "representative"] = Field(
        description="What this person is in the request: she asks too, it is for her, or she"
        " acts for somebody."
    )
    name: Annotated[str, StringConstraints(max_length=200, pattern=_HAS_WORDS)]


class PostedFile(Strict):
    """A file that comes with a request. Its type is read from its bytes."""

    filename: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    data: str = Field(
        min_length=4,
        max_length=-(-LARGEST_FILE // 3) * 4,
        pattern=_BASE64,
        description="Base64 (RFC 4648, section 4), 10 MiB at most once decoded.",
        json_schema_extra={"contentEncoding": "base64"},
    )

    def decoded(self) -> bytes:
        """The bytes of the file."""
        return base64.b64decode(self.data, validate=True)


EXAMPLE: dict[str, Any] = {
    "sent_at": "2026-03-02T09:15:00+01:00",
    "subject": "Dossier d’APA",
    "text": "Je demande un dossier d’APA pour ma mère, qui habite Antony.",
    "writer": {
        "name": "Jeanne Karim",
        "birth_date": "1962-11-03",
        "email": "jeanne.karim@courriel.example",
    },
    "parties": [
        {
            "role": "beneficiary",
            "name": "Marie Karim",
            "birth_name": "Durand",
            "birth_date": "1938-05-12",
            "phone": "01 44 55 66 77",
            "external_numbers": [{"kind": "caf", "value": "1234567"}],
        }
    ],
    "commune": "92002",
    "request_type": "apa",
}


class PostedRequest(Strict):
    """One request of one person."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    sent_at: AwareDatetime = Field(
        description="When the person sent it, with a time zone (RFC 3339): its legal clock."
    )
    subject: Annotated[str, StringConstraints(max_length=500, pattern=_HAS_WORDS)]
    text: Annotated[str, StringConstraints(max_length=20_000, pattern=_HAS_WORDS)]
    writer: Writer = Writer()
    parties: Annotated[tuple[PostedParty, ...], Field(max_length=MOST_PARTIES, strict=False)] = (
        Field(default=(), description="Whom it concerns besides the writer.")
    )
    for_whom: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        default=None, description="The person concerned, in words, when no more is known of her."
    )
    commune: Annotated[str, StringConstraints(pattern=_INSEE)] | None = Field(
        default=None, description="INSEE code of the commune of the person concerned."
    )
    request_type: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = Field(
        default=None, description="Code of the catalogue; without it the text decides."
    )
    files: Annotated[tuple[PostedFile, ...], Field(max_length=MOST_FILES, strict=False)] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field ("" for the whole): a French msgid and its parameters."""

    field: str
    msgid: str
    params: Mapping[str, Any]


class Refused(Exception):
    """The bytes are not such a request; `problems` says why, the first twenty."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(problem.field for problem in problems))
        self.problems = problems


def parse(raw: bytes) -> PostedRequest:
    """The request in these bytes. Raises Refused."""
    _check_shape(raw)
    try:
        return PostedRequest.model_validate_json(raw)
    except ValidationError as error:
        raise refused(error) from error


def _check_shape(raw: bytes) -> None:
    """Refuse what no honest program sends, and names given twice: nobody could say which of
    the two is meant."""
    members = 0

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal members
        members += len(pairs)
        if members > MOST_MEMBERS:
            text = N_("Trop de champs : %(most)s au plus.")
            raise Refused(Problem("", text, {"most": MOST_MEMBERS}))
        found = dict(pairs)
        if len(found) < len(pairs):
            raise Refused(Problem("", N_("Un même nom y est donné deux fois."), {}))
        return found

    try:
        json.loads(raw.decode(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise Refused(Problem("", NOT_JSON, {})) from error


NOT_JSON = N_("Ce n'est pas du JSON lisible (UTF-8).")
_SENTENCES: Mapping[str, str] = {
    "missing": N_("Ce champ manque."),
    "extra_forbidden": N_("Ce champ n'existe pas."),
    "string_type": N_("Un texte est attendu."),
    "string_too_long": N_("Trop long : %(max_length)s caractères au plus."),
    "string_too_short": N_("Trop court : %(min_length)s caractères au moins."),
    "string_pattern_mismatch": N_("Ce n'est pas écrit comme attendu : voyez la description."),
    "too_long": N_("Trop d'éléments : %(max_length)s au plus."),
    "int_parsing": N_("Un nombre entier est attendu."),
    "greater_than_equal": N_("Trop petit : %(ge)s au moins."),
    "less_than_equal": N_("Trop grand : %(le)s au plus."),
    "enum": N_("Cette valeur n'existe pas ; connues : %(expected)s."),
    "timezone_aware": N_("Une date avec son fuseau est attendue : 2026-03-02T09:15:00+01:00."),
    "datetime_type": N_("Une date avec son fuseau est attendue : 2026-03-02T09:15:00+01:00."),
    "date_type": N_("Une date est attendue : 1950-05-12."),
    "literal_error": N_("Cette valeur n'existe pas ; connues : %(expected)s."),
    "reserved": N_("Ce nom ne peut pas être celui d'un numéro."),
    "json_invalid": NOT_JSON,
}
_OTHER = N_("Cette valeur n'est pas acceptée.")
_SAME = {
    "datetime_parsing": "datetime_type",
    "datetime_from_date_parsing": "datetime_type",
    "datetime_object_invalid": "datetime_type",
    "date_parsing": "date_type",
    "date_from_datetime_parsing": "date_type",
    "date_from_datetime_inexact": "date_type",
    "bool_parsing": "bool_parsing",
}


def refused(error: ValidationError) -> Refused:
    """The problems of a model in our words."""
    found = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
    return Refused(*(_problem(detail) for detail in found))


def _problem(detail: ErrorDetails) -> Problem:
    kind = detail["type"]
    msgid = _SENTENCES.get(_SAME.get(kind, kind), _OTHER)
    context = {k: v for k, v in detail.get("ctx", {}).items() if isinstance(v, int | str)}
    if "expected" in context:  # pydantic's English: 'a', 'b' or 'c'
        context["expected"] = str(context["expected"]).replace(" or ", ", ").replace("'", "")
    return Problem("/".join(_path(detail["loc"])), msgid, context)


def _path(where: tuple[int | str, ...]) -> Iterator[str]:
    """`files/0/data`; a name that came from outside is shortened and never shown raw."""
    for part in where:
        text = str(part)
        yield text[:40] if text.isprintable() else "?"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a request."""
    return PostedRequest.model_json_schema()


def credible(sent_at: datetime) -> bool:
    """False for a date that only a broken clock or a careless program gives."""
    return 1980 <= sent_at.year < 2100


def credible_birth(born: date, sent_at: datetime) -> bool:
    """False for a birth after the request, or of somebody older than anybody has been."""
    return 0 <= sent_at.year - born.year <= OLDEST and born <= sent_at.date()
