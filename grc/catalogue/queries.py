"""The catalogue as immutable look-ups, kept in memory (see `organisation.cache`)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from grc.catalogue import forms, models
from grc.catalogue.files import OTHER, Document
from grc.catalogue.forms import PublicForm
from grc.core.db import session
from grc.core.i18n import N_
from grc.organisation.cache import Cache

_WITHOUT_CATALOGUE = (30, N_("objectif provisoire : aucun catalogue n'est chargé"))


@dataclass(frozen=True)
class TypeView:
    """One version of a request type; see `files.RequestType` for the meaning of fields."""

    id: int
    code: str
    version: int
    label_fr: str
    label_en: str
    keywords: tuple[str, ...]
    nature: str
    delay_days: int | None
    delay_source: str
    level: str
    unit_code: str
    handled: str
    administration_code: str
    acknowledge: bool
    sensitive: bool
    form: PublicForm | None
    documents: tuple[Document, ...] = ()
    silence: str = ""
    silence_months: int | None = None
    silence_source: str = ""
    appeal: str = ""

    def label(self, locale: str) -> str:
        """The name shown on screens in this locale."""
        return self.label_en if locale == "en" else self.label_fr


@dataclass(frozen=True)
class Snapshot:
    """The current version of each request type, by code."""

    types: Mapping[str, TypeView]

    def delay(self, kind: TypeView | None) -> tuple[int, str]:
        """Calendar days and their source; a case not yet qualified has those of "autre"."""
        for known in (kind, self.types.get(OTHER)):
            if known is not None and known.delay_days is not None:
                return known.delay_days, known.delay_source
        return _WITHOUT_CATALOGUE


def snapshot() -> Snapshot:
    """The catalogue of the present database; a reload is seen within a second."""
    return _cache.get()


def current_type(code: str) -> TypeView | None:
    """The current version of a request type, None when unknown or retired."""
    return snapshot().types.get(code)


request_type = current_type


@dataclass(frozen=True)
class CannedView:
    """One version of a canned reply; see `canned.Canned` for the meaning of fields."""

    id: int
    code: str
    version: int
    label: str
    language: str
    unit_code: str
    request_types: tuple[str, ...]
    text: str


def canned(units: Collection[str], request_type: str | None) -> list[CannedView]:
    """The canned replies of these units (codes) for a request type: those made for the type
    first, then those of the unit, then what fits all."""
    fits = (
        one
        for one in _canned.get()
        if one.unit_code in {"", *units}
        and (not one.request_types or request_type in one.request_types)
    )
    return sorted(fits, key=lambda one: (not one.request_types, not one.unit_code, one.label))


def _read_canned() -> tuple[CannedView, ...]:
    query = select(models.CannedReply).where(models.CannedReply.valid_to.is_(None))
    return tuple(
        CannedView(
            row.id,
            row.code,
            row.version,
            row.label,
            row.language,
            row.unit_code,
            tuple(row.request_types),
            row.text,
        )
        for row in session().scalars(query.order_by(models.CannedReply.code))
    )


_canned = Cache(_read_canned)


def _build() -> Snapshot:
    return Snapshot({item.code: item for item in _types()})


_cache = Cache(_build)


def _types() -> Iterable[TypeView]:
    query = select(models.RequestType).where(models.RequestType.valid_to.is_(None))
    for row in session().scalars(query.order_by(models.RequestType.label_fr)):
        yield TypeView(
            id=row.id,
            code=row.code,
            version=row.version,
            label_fr=row.label_fr,
            label_en=row.label_en,
            keywords=tuple(row.keywords.splitlines()),
            nature=row.nature,
            delay_days=row.delay_days,
            delay_source=row.delay_source,
            level=row.level,
            unit_code=row.unit_code,
            handled=row.handled,
            administration_code=row.administration_code,
            acknowledge=row.acknowledge,
            sensitive=row.sensitive,
            form=forms.from_json(row.form),
            documents=tuple(Document(**one) for one in row.documents),
            silence=row.silence,
            silence_months=row.silence_months,
            silence_source=row.silence_source,
            appeal=row.appeal,
        )
