"""Every column that an act may change has its history, or is named here with the reason."""

import pytest

from grc.cases.fields import LABELS, Field
from grc.cases.models import Case, Handling, Party
from grc.citizens.merging import FIELDS
from grc.citizens.models import Citizen, CitizenContact, ContactPoint
from grc.core.db import Base
from grc.core.events import Event
from grc.core.i18n import Text
from grc.supervision import field_changes

KEY = "says which row it is"
BIRTH = "written when it is opened, never changed"
STATE = "follows the state, whose history is kept"
REPEATED = "repeats the case or the unit"
COUNTED = "counts or marks, for the lists"
LINK = "tied to the citizen, whose history is kept"
SECRET = "its reason is for those who read a named case of hers: the timeline says it to them"
PERSON = frozenset(FIELDS)  # each with its act: `Event.CITIZEN_CORRECTED`
CARE = frozenset({"safe", "do_not_call", "do_not_write", "leave_no_message"})  # `CITIZEN_CARE`

HISTORY: dict[type[Base], dict[str, Field]] = {
    Case: {
        "subject": Field.SUBJECT, "request_type": Field.TYPE, "nature": Field.NATURE,
        "level": Field.LEVEL, "priority": Field.PRIORITY, "received_at": Field.RECEIVED,
        "commune": Field.PLACE, "citizen_id": Field.CITIZEN, "status": Field.STATUS,
    },
    Handling: {
        "unit_id": Field.UNIT, "assignee_id": Field.AGENT, "status": Field.STATUS,
        "due_on": Field.DUE, "outcome": Field.OUTCOME, "level": Field.LEVEL,
        "priority": Field.PRIORITY, "received_at": Field.RECEIVED,
    },
    Party: {"name": Field.PARTIES, "organisation": Field.PARTIES, "citizen_id": Field.CITIZEN},
}  # fmt: skip
EXEMPT: dict[type[Base], dict[str, str]] = {
    Case: {
        "id": KEY, "opened_at": BIRTH, "channel": BIRTH, "source": BIRTH, "is_medical": BIRTH,
        "request_type_version": "the version of the nature, read with it",
        "territory": "follows the commune", "citizen_match": LINK, "match_reasons": LINK,
        "may_acknowledge": COUNTED, "contacts": COUNTED, "unread": COUNTED,
        "words_to_read": COUNTED, "has_code": COUNTED, "closed_at": STATE, "version": COUNTED,
    },
    Handling: {
        "id": KEY, "case_id": KEY, "department_id": REPEATED, "is_open": STATE,
        "to_route": "what is routed and confirmed are acts of their own", "version": COUNTED,
        **dict.fromkeys(
            ("routed_at", "taken_at", "answered_at", "resolved_at", "closed_at", "reopened_at"),
            STATE,
        ),
    },
    Party: {
        "id": KEY, "case_id": KEY, "contact_point_id": BIRTH, "role": BIRTH, "proof": BIRTH,
        "until": BIRTH, "is_correspondent": BIRTH,
    },
    Citizen: {
        "id": KEY, "created_at": BIRTH, "keep_apart": SECRET,
        "survivor_id": "two records made one, an act of its own",
    },
    ContactPoint: {"id": KEY, "kind": BIRTH, "value": BIRTH, "created_at": BIRTH},
    CitizenContact: {
        "citizen_id": KEY, "contact_point_id": KEY, "origin": BIRTH,
        "confirmed_at": "when the care was last said",
    },
}  # fmt: skip
OF_PEOPLE = {Citizen: PERSON, CitizenContact: CARE}


@pytest.mark.parametrize("model", EXEMPT, ids=lambda model: model.__name__)
def test_every_column_has_its_history_or_a_reason_to_have_none(model: type[Base]) -> None:
    told = {*HISTORY.get(model, ()), *OF_PEOPLE.get(model, ())}
    assert not told & set(EXEMPT[model])
    assert told | set(EXEMPT[model]) == {column.key for column in model.__table__.columns}


def test_every_field_is_changed_by_some_act_and_has_a_label() -> None:
    changed = {key.field for keys in field_changes.OF_CASE.values() for key in keys}
    assert {field for fields in HISTORY.values() for field in fields.values()} == set(Field)
    assert set(Field) - changed == {Field.PARTIES}  # an act that names its field
    assert set(LABELS) == set(Field)


def test_what_is_kept_as_a_code_is_read_in_words_and_what_stayed_is_left_out() -> None:
    data = {"old": "—", "new": "RSA", "nature": "request", "nature_was": "information"}
    found = field_changes.of_case(Event.CASE_QUALIFIED, data, None)
    assert [(one.field, one.before, one.after) for one in found] == [
        (Field.TYPE, "—", "RSA"),
        (Field.NATURE, "Information", "Demande"),
    ]
    assert (
        len(field_changes.of_case(Event.CASE_QUALIFIED, data | {"nature_was": "request"}, None))
        == 1
    )


def test_names_are_read_from_the_remark_and_once_erased_only_that_they_changed() -> None:
    data = {"field": Text(LABELS[Field.PARTIES]).as_json(), "old": "—", "new": "noms changés"}
    (found,) = field_changes.of_case(Event.CASE_FIELD, data, "Ana Serin → Anne Serin.\n")
    assert (found.before, found.after) == ("Ana Serin", "Anne Serin")
    (erased,) = field_changes.of_case(Event.CASE_FIELD, data, None)
    assert (erased.before, erased.after) == ("—", "noms changés")
