"""Natures of request and canned replies written on a screen: who may, and what is refused."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from grc.catalogue import canned, files, forms, models
from grc.catalogue.canned import Canned
from grc.catalogue.files import LEVELS, OTHER, TERRITORY, RequestType
from grc.catalogue.queries import snapshot as catalogue
from grc.catalogue.service import columns
from grc.core.actor import Actor
from grc.core.errors import Conflict, Forbidden, InvalidInput
from grc.core.i18n import N_
from grc.core.toml_source import Source
from grc.organisation import versions
from grc.organisation.queries import snapshot as organisation
from grc.organisation.versions import Act, Kind
from grc.staff.policy import Permission, Role, allowed

REPLIES = Kind(
    models.CannedReply,
    "canned",
    N_("Réponse type"),
    {
        "label": N_("titre"),
        "language": N_("langue"),
        "unit_code": N_("service"),
        "request_types": N_("natures de demande"),
        "text": N_("texte"),
    },
    "label",
)
TYPES = Kind(
    models.RequestType,
    "catalogue",
    N_("Nature de demande"),
    {
        "label_fr": N_("nom en français"),
        "label_en": N_("nom en anglais"),
        "unit_code": N_("service"),
        "delay_days": N_("délai en jours"),
        "delay_source": N_("source du délai"),
        "level": N_("niveau de secret"),
        "silence": N_("sens du silence"),
        "silence_months": N_("mois de silence"),
        "silence_source": N_("texte sur le silence"),
        "appeal": N_("délais et voies de recours"),
    },
    "label_fr",
)


def may_write(actor: Actor, unit_code: str) -> bool:
    """May she write the replies of this unit (empty: of all units)?"""
    if allowed(actor, Permission.USER_ADMIN):
        return True
    unit = organisation().find_unit(unit_code)
    return unit is not None and unit.id in actor.units(Role.SUPERVISOR)


def _demand(actor: Actor, unit_code: str) -> None:
    if not may_write(actor, unit_code):
        raise Forbidden(N_("Les réponses types d'un service sont écrites par son responsable."))


def typed_reply(values: Mapping[str, Any]) -> Canned:
    """A reply as it was typed, judged as those of a file. Raises InvalidFile."""
    units = {unit.code for unit in organisation().units}
    return canned.typed(values, units=units, request_types=catalogue().types)


def write_reply(one: Canned, act: Act) -> bool:
    """Write a version of a canned reply; False when it says that already. Raises Forbidden for
    another unit, before as after; Conflict; InvalidInput when a new code is taken."""
    _demand(act.actor, one.unit_code)
    if act.expected:
        _demand(act.actor, versions.history(REPLIES, one.code)[0].unit_code)
    values = asdict(one) | {"request_types": list(one.request_types)}
    try:
        return versions.write(REPLIES, values, act)
    except Conflict:
        if act.expected:
            raise
        raise InvalidInput(N_("Ce code est déjà pris."), field="code") from None


def end_reply(code: str, act: Act) -> bool:
    """Offer a canned reply no more; False when it was closed. Raises Forbidden, Conflict."""
    _demand(act.actor, versions.history(REPLIES, code)[0].unit_code)
    return versions.end(REPLIES, code, act)


def reply_values(row: models.CannedReply) -> dict[str, Any]:
    """What a version says, as somebody would type it."""
    return {
        "code": row.code,
        "label": row.label,
        "language": row.language,
        "unit": row.unit_code,
        "request_types": list(row.request_types),
        "text": row.text,
    }


def type_of(row: models.RequestType) -> RequestType:
    """What a version of a nature says."""
    return RequestType(
        code=row.code,
        label_fr=row.label_fr,
        label_en=row.label_en,
        nature=row.nature,
        unit=row.unit_code,
        keywords=tuple(row.keywords.splitlines()),
        delay_days=row.delay_days,
        delay_source=row.delay_source,
        level=row.level,
        handled=row.handled,
        administration=row.administration_code,
        acknowledge=row.acknowledge,
        sensitive=row.sensitive,
        form=forms.from_json(row.form),
        documents=tuple(files.Document(**one) for one in row.documents),
        silence=row.silence,
        silence_months=row.silence_months,
        silence_source=row.silence_source,
        appeal=row.appeal,
    )


def typed_type(row: models.RequestType, values: Mapping[str, Any]) -> RequestType:
    """A nature with other values, judged as those of a file. Raises InvalidFile."""
    item, source = replace(type_of(row), **values), Source("", "")
    units = {unit.code for unit in organisation().units} | {TERRITORY}
    files.check(source, (), item, units, {item.administration})
    if not item.label_fr or not item.label_en:
        source.note(("label_fr",), N_("ne peut pas être vide"))
    if item.code == OTHER and item.delay_days is None:
        source.note(("delay_days",), N_("il faut une nature « autre » avec un délai"))
    source.raise_problems()
    return item


def is_opened(old: str, new: str) -> bool:
    """True when the new level is less secret."""
    return LEVELS.index(new) < LEVELS.index(old)


def write_type(item: RequestType, act: Act) -> bool:
    """Write a version of a nature; False when it says that already. Raises Forbidden, Conflict,
    InvalidInput for a level less secret without a reason."""
    _demand_administrator(act.actor)
    last = versions.history(TYPES, item.code)[0]
    if is_opened(last.level, item.level) and not act.reason.strip():
        text = N_("Un niveau moins secret demande une raison, gardée au journal.")
        raise InvalidInput(text, field="reason")
    return versions.write(TYPES, columns(item), act)


def end_type(code: str, act: Act) -> bool:
    """Close a nature: no new case takes it. False when it was. Raises Forbidden, Conflict,
    InvalidInput for the one of what fits no other."""
    _demand_administrator(act.actor)
    if code == OTHER:
        raise InvalidInput(N_("La nature « autre » reste : elle donne le délai par défaut."))
    return versions.end(TYPES, code, act)


def _demand_administrator(actor: Actor) -> None:
    if not allowed(actor, Permission.USER_ADMIN):
        raise Forbidden(N_("Seul un administrateur tient les natures de demande."))
