"""Which acts of the journal change which field, and what they say of it. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from grc.cases.fields import LABELS, NOBODY, NOTHING, Field
from grc.catalogue.files import NATURE_LABELS
from grc.core import changes
from grc.core.events import Event
from grc.core.i18n import N_, Text


class Read(NamedTuple):
    """One field before and after an act. `label` and the values: French keys, or texts that
    carry their parameters."""

    label: Text | str
    before: Text | str
    after: Text | str
    field: Field | None = None  # None: of a person


class Keys(NamedTuple):
    """Where an act keeps a value before and after; empty: nothing was known, or is left."""

    field: Field
    before: str
    after: str


_PLACED = (
    Keys(Field.UNIT, "unit_was", "unit"),
    Keys(Field.LEVEL, "level_was", "level"),
    Keys(Field.TYPE, "kind_was", "kind"),
    Keys(Field.DUE, "due_was", "due"),
    Keys(Field.NATURE, "nature_was", "nature"),
    Keys(Field.PRIORITY, "priority_was", "priority"),
)
OF_CASE: Mapping[Event, Sequence[Keys]] = {
    Event.CASE_RECEIVED_EARLIER: (Keys(Field.RECEIVED, "old", "on"),),
    Event.CASE_DATED: (Keys(Field.RECEIVED, "old", "new"),),
    Event.CASE_ROUTED: _PLACED,
    Event.CASE_TO_ROUTE: _PLACED,
    Event.CASE_REROUTED: (Keys(Field.UNIT, "old", "new"),),
    Event.CASE_HANDED_OVER: (Keys(Field.UNIT, "unit_was", "unit"),),
    Event.CASE_UNIT_ADDED: (Keys(Field.UNIT, "", "unit"),),
    Event.CASE_UNIT_REMOVED: (Keys(Field.UNIT, "unit", ""),),
    Event.CASE_QUALIFIED: (
        Keys(Field.TYPE, "old", "new"),
        Keys(Field.NATURE, "nature_was", "nature"),
    ),
    Event.CASE_PLACED: (Keys(Field.PLACE, "old", "new"),),
    Event.CASE_LEVEL_SET: (Keys(Field.LEVEL, "old", "new"),),
    Event.CASE_TAKEN: (Keys(Field.AGENT, "", "assignee"),),
    Event.CASE_RELEASED: (Keys(Field.AGENT, "old", ""),),
    Event.CASE_ASSIGNED: (Keys(Field.AGENT, "old", "assignee"),),
    Event.CASE_MOVED: (Keys(Field.STATUS, "old", "new"),),
    Event.CASE_RESOLVED: (Keys(Field.STATUS, "old", "new"),),
    Event.CASE_CLOSED: (Keys(Field.STATUS, "old", "new"), Keys(Field.OUTCOME, "", "outcome")),
    Event.CASE_REOPENED: (Keys(Field.STATUS, "old", "new"),),
    Event.CASE_CITIZEN_SET: (Keys(Field.CITIZEN, "", "how"),),
    Event.CASE_SUBJECT: (Keys(Field.SUBJECT, "", ""),),  # in its remark
    Event.CASE_FIELD: (),  # it names its field
}
OF_PERSON = (
    Event.CITIZEN_CORRECTED,
    Event.CITIZEN_REACHED,
    Event.CITIZEN_CARE,
    Event.CITIZEN_MERGED,
    Event.CITIZEN_SEPARATED,
)  # who is kept apart is for those who read a named case of hers
_EMPTY = dict.fromkeys(Field, NOTHING) | {Field.AGENT: NOBODY.as_json()}
_WORDS: Mapping[Field, Mapping[Any, str]] = {  # of what the journal keeps as a code
    Field.NATURE: NATURE_LABELS,
    Field.PRIORITY: {1: N_("urgente"), 2: N_("normale"), 3: N_("basse")},
}
_BY_LABEL = {label: field for field, label in LABELS.items()}
_CARE = N_("Précautions (%(kind)s)")
_REACHED = N_("Coordonnée (%(kind)s)")
_MERGED = N_("Fiche réunie")


def events_of(field: Field | None) -> list[Event]:
    """The acts that may change a field of a case; None: any of them."""
    named = (Event.CASE_FIELD,) if field else ()
    told = (
        event for event, keys in OF_CASE.items() if field in (None, *(key.field for key in keys))
    )
    return [*told, *named]


def of_case(event: Event, data: Mapping[str, Any], remark: str | None) -> list[Read]:
    """What an act on a case changed; what stayed as it was is left out."""
    if event is Event.CASE_FIELD:
        field = _BY_LABEL[data["field"]["msgid"]]
        found = [_of_field(field, data, remark)]
    elif event is Event.CASE_SUBJECT:
        told = changes.read(remark)
        found = [_read(Field.SUBJECT, told.before or NOTHING, told.after or NOTHING)]
    else:
        found = [
            _read(key.field, *(data.get(name, _EMPTY[key.field]) for name in key[1:]))
            for key in OF_CASE[event]
        ]
    return [one for one in found if one.before != one.after]


def _of_field(field: Field, data: Mapping[str, Any], remark: str | None) -> Read:
    """Names live in the remark, with which they can be erased."""
    if field is Field.PARTIES and (told := changes.read(remark)).after:
        return _read(field, told.before, told.after)
    return _read(field, data["old"], data["new"])


def _read(field: Field, before: Any, after: Any) -> Read:
    return Read(LABELS[field], _said(field, before), _said(field, after), field)


def _said(field: Field, kept: Any) -> Text | str:
    return _text(_WORDS[field].get(kept, kept) if field in _WORDS else kept)


def _text(kept: Any) -> Text | str:
    return Text.from_json(kept) if isinstance(kept, dict) else str(kept)


def why_of(event: Event, remark: str | None) -> str:
    """The reason given with an act; of a remark that also keeps the values, what is left."""
    if event in (Event.CASE_SUBJECT, Event.CASE_FIELD, Event.CITIZEN_CORRECTED):
        return changes.read(remark).why
    return remark or ""


def of_person(
    event: Event, data: Mapping[str, Any], remark: str | None, point: str = ""
) -> list[Read]:
    """What an act changed of what is known of somebody; `point`: the address it is about, as it
    is written for people."""
    kind = {"kind": _text(data.get("kind", ""))}
    if event is Event.CITIZEN_CORRECTED:
        told = changes.read(remark)
        found = Read(_text(data["field"]), told.before, told.after)
    elif event is Event.CITIZEN_REACHED:
        found = Read(Text(_REACHED, kind), NOTHING, point)
    elif event is Event.CITIZEN_CARE:
        after = _about(point, _text(data["care"]))
        found = Read(Text(_CARE, kind), _text(data["old"]), after)
    else:
        change = NOTHING, str(data["other"])
        found = Read(_MERGED, *(change if event is Event.CITIZEN_MERGED else change[::-1]))
    return [found]


def _about(point: str, care: Text | str) -> Text:
    return Text(N_("%(point)s : %(care)s"), {"point": point, "care": care})
