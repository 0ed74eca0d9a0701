"""The closed list of what can happen. Pure.

Each event declares its exact keys and the sentence of the timeline (French, the msgid), in the
file of its subject (`event_kinds/`); here they become one list. The same list serves
the agent's timeline, the auditor and the pipeline.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from grc.core.event_kinds import (
    accounts,
    cases,
    danger,
    items,
    messages,
    our_letters,
    people,
    reception,
    running,
    secrets,
)
from grc.core.i18n import Text


class Event(Enum):
    """`subject:action`, the keys its data must have, the sentence it shows."""

    code: str
    keys: frozenset[str]
    sentence: str

    def __new__(cls, code: str, keys: str, sentence: str) -> "Event":
        """One member from its three parts; the code is the value."""
        member = object.__new__(cls)
        member._value_ = code
        member.code = code
        member.keys = frozenset(keys.split())
        member.sentence = sentence
        return member

    ITEM_QUARANTINED = items.ITEM_QUARANTINED
    ITEM_RETRIED = items.ITEM_RETRIED
    ITEM_DISCARDED = items.ITEM_DISCARDED
    ITEM_APPLIED = items.ITEM_APPLIED
    ITEM_SPLIT = items.ITEM_SPLIT
    ITEM_DUPLICATE = items.ITEM_DUPLICATE
    LETTER_INDEXED = items.LETTER_INDEXED
    LETTER_ASIDE = items.LETTER_ASIDE
    LETTER_ELSEWHERE = items.LETTER_ELSEWHERE
    ENVELOPE_NOTED = items.ENVELOPE_NOTED
    ENVELOPE_CORRECTED = items.ENVELOPE_CORRECTED
    HAND_OVER_SIGNED = items.HAND_OVER_SIGNED
    ENCLOSURE_NOTED = items.ENCLOSURE_NOTED
    ENCLOSURE_RETURNED = items.ENCLOSURE_RETURNED
    ENCLOSURE_CORRECTED = items.ENCLOSURE_CORRECTED
    ENCLOSURE_BACK = items.ENCLOSURE_BACK
    LETTER_RETURNED = items.LETTER_RETURNED
    LETTER_WITHDRAWN = items.LETTER_WITHDRAWN
    LETTER_REFERENCE = items.LETTER_REFERENCE
    LETTER_BACK = items.LETTER_BACK

    OUR_LETTER_DRAFTED = our_letters.OUR_LETTER_DRAFTED
    OUR_LETTER_CHANGED = our_letters.OUR_LETTER_CHANGED
    OUR_LETTER_HANDED_IN = our_letters.OUR_LETTER_HANDED_IN
    OUR_LETTER_ENDORSED = our_letters.OUR_LETTER_ENDORSED
    OUR_LETTER_SENT_BACK = our_letters.OUR_LETTER_SENT_BACK
    OUR_LETTER_SIGNED = our_letters.OUR_LETTER_SIGNED
    OUR_LETTER_ACKNOWLEDGES = our_letters.OUR_LETTER_ACKNOWLEDGES
    OUR_LETTER_READY = our_letters.OUR_LETTER_READY
    OUR_LETTER_WITHDRAWN = our_letters.OUR_LETTER_WITHDRAWN
    OUR_LETTER_PRINTED = our_letters.OUR_LETTER_PRINTED
    OUR_LETTER_POSTED = our_letters.OUR_LETTER_POSTED
    OUR_LETTER_BACK = our_letters.OUR_LETTER_BACK
    OUR_LETTER_NOT_BACK = our_letters.OUR_LETTER_NOT_BACK
    OUR_LETTER_RECEIVED = our_letters.OUR_LETTER_RECEIVED
    OUR_LETTER_REPOSTED = our_letters.OUR_LETTER_REPOSTED
    OUR_LETTER_NOT_POSTED = our_letters.OUR_LETTER_NOT_POSTED

    CASE_OPENED = cases.CASE_OPENED
    CASE_IMPORTED = cases.CASE_IMPORTED
    CASE_RECEIVED_EARLIER = cases.CASE_RECEIVED_EARLIER
    CASE_CONTACT_ADDED = cases.CASE_CONTACT_ADDED
    CASE_ROUTED = cases.CASE_ROUTED
    CASE_TO_ROUTE = cases.CASE_TO_ROUTE
    CASE_ROUTE_CONFIRMED = cases.CASE_ROUTE_CONFIRMED
    CASE_REROUTED = cases.CASE_REROUTED
    CASE_UNIT_ADDED = cases.CASE_UNIT_ADDED
    CASE_FIELD = cases.CASE_FIELD
    CASE_SUBJECT = cases.CASE_SUBJECT
    CASE_QUALIFIED = cases.CASE_QUALIFIED
    CASE_PLACED = cases.CASE_PLACED
    CASE_DATED = cases.CASE_DATED
    CASE_TAKEN = cases.CASE_TAKEN
    CASE_RELEASED = cases.CASE_RELEASED
    CASE_ASSIGNED = cases.CASE_ASSIGNED
    CASE_MOVED = cases.CASE_MOVED
    CASE_RESOLVED = cases.CASE_RESOLVED
    CASE_CLOSED = cases.CASE_CLOSED
    CASE_REOPENED = cases.CASE_REOPENED
    CASE_PUT_BACK = cases.CASE_PUT_BACK
    CASE_LINKED = cases.CASE_LINKED
    CASE_UNLINKED = cases.CASE_UNLINKED
    CASE_UNIT_REMOVED = cases.CASE_UNIT_REMOVED
    CASE_CITIZEN_SET = cases.CASE_CITIZEN_SET

    CASE_LISTED = secrets.CASE_LISTED
    CASE_HANDED_UP = secrets.CASE_HANDED_UP
    CASE_ACCESS_GIVEN = secrets.CASE_ACCESS_GIVEN
    CASE_ACCESS_REFUSED = secrets.CASE_ACCESS_REFUSED
    CASE_ACCESS_FORGOTTEN = secrets.CASE_ACCESS_FORGOTTEN
    CASE_EXCEPTIONAL_OPENED = secrets.CASE_EXCEPTIONAL_OPENED
    CASE_EXCEPTIONAL_ENDED = secrets.CASE_EXCEPTIONAL_ENDED
    CASE_EXCEPTIONAL_RESUMED = secrets.CASE_EXCEPTIONAL_RESUMED
    EXCEPTIONAL_REFUSED = secrets.EXCEPTIONAL_REFUSED
    READINGS_SHOWN = secrets.READINGS_SHOWN
    AUDIT_SHOWN = secrets.AUDIT_SHOWN
    AUDIT_EXPORTED = secrets.AUDIT_EXPORTED
    CASE_LEVEL_SET = secrets.CASE_LEVEL_SET

    MESSAGE_RECEIVED = messages.MESSAGE_RECEIVED
    MESSAGE_AUTOMATIC = messages.MESSAGE_AUTOMATIC
    MESSAGE_BOUNCED = messages.MESSAGE_BOUNCED
    MESSAGE_DELAYED = messages.MESSAGE_DELAYED
    CALL_NOTED = messages.CALL_NOTED
    CALL_BACK_ASKED = messages.CALL_BACK_ASKED
    REPLY_WRITTEN = messages.REPLY_WRITTEN
    REPLY_CANCELLED = messages.REPLY_CANCELLED
    ACKNOWLEDGED = messages.ACKNOWLEDGED
    ACK_WITHHELD = messages.ACK_WITHHELD
    MESSAGE_SENT = messages.MESSAGE_SENT
    MESSAGE_FAILED = messages.MESSAGE_FAILED
    NOTE_ADDED = messages.NOTE_ADDED
    THANKS_ACCEPTED = messages.THANKS_ACCEPTED
    DOCUMENT_SETTLED = messages.DOCUMENT_SETTLED
    TASK_PLANNED = messages.TASK_PLANNED
    CALL_BACK_TRIED = messages.CALL_BACK_TRIED
    CALL_BACK_DONE = messages.CALL_BACK_DONE
    TASK_DONE = messages.TASK_DONE
    SENT_AGAIN = messages.SENT_AGAIN

    ACTION_PLANNED = people.ACTION_PLANNED
    ACTION_DONE = people.ACTION_DONE
    ACTION_REOPENED = people.ACTION_REOPENED
    ACTION_WITHDRAWN = people.ACTION_WITHDRAWN
    PROPOSAL_MADE = people.PROPOSAL_MADE
    PROPOSAL_DISMISSED = people.PROPOSAL_DISMISSED
    PROPOSAL_RESTORED = people.PROPOSAL_RESTORED
    RIGHT_NOTED = people.RIGHT_NOTED
    RIGHT_CHANGED = people.RIGHT_CHANGED
    INTERVIEW_HELD = people.INTERVIEW_HELD
    CITIZEN_CORRECTED = people.CITIZEN_CORRECTED
    CITIZEN_REACHED = people.CITIZEN_REACHED
    CITIZEN_CARE = people.CITIZEN_CARE
    CITIZEN_MERGED = people.CITIZEN_MERGED
    CITIZEN_SEPARATED = people.CITIZEN_SEPARATED
    CITIZEN_APART = people.CITIZEN_APART
    CITIZEN_HOUSEHOLD = people.CITIZEN_HOUSEHOLD
    CITIZEN_HOUSEHOLD_LEFT = people.CITIZEN_HOUSEHOLD_LEFT
    CITIZEN_NOT_HOUSEHOLD = people.CITIZEN_NOT_HOUSEHOLD
    CITIZEN_KEPT_APART = people.CITIZEN_KEPT_APART
    CITIZEN_NOT_KEPT_APART = people.CITIZEN_NOT_KEPT_APART

    VISIT_ARRIVED = reception.VISIT_ARRIVED
    VISIT_CALLED = reception.VISIT_CALLED
    VISIT_PUT_BACK = reception.VISIT_PUT_BACK
    VISIT_STARTED = reception.VISIT_STARTED
    VISIT_ENDED = reception.VISIT_ENDED
    VISIT_REOPENED = reception.VISIT_REOPENED
    APPOINTMENT_PLANNED = reception.APPOINTMENT_PLANNED
    APPOINTMENT_CHANGED = reception.APPOINTMENT_CHANGED
    APPOINTMENT_SETTLED = reception.APPOINTMENT_SETTLED
    SLIPS_PRINTED = reception.SLIPS_PRINTED
    SLIP_ENTERED = reception.SLIP_ENTERED
    SLIP_VOIDED = reception.SLIP_VOIDED

    ALERT_RAISED = danger.ALERT_RAISED
    ALERT_RANG = danger.ALERT_RANG
    ALERT_TAKEN = danger.ALERT_TAKEN
    ALERT_RETURNED = danger.ALERT_RETURNED
    CASE_HANDED_OVER = danger.CASE_HANDED_OVER
    CASE_INHERITED = danger.CASE_INHERITED
    DUTY_SET = danger.DUTY_SET
    DUTY_REMOVED = danger.DUTY_REMOVED

    USER_ADDED = accounts.USER_ADDED
    USER_CHANGED = accounts.USER_CHANGED
    USER_CLOSED = accounts.USER_CLOSED
    USER_REOPENED = accounts.USER_REOPENED
    USER_WORK_GIVEN = accounts.USER_WORK_GIVEN
    USER_WORK_BACK = accounts.USER_WORK_BACK
    ROLE_GIVEN = accounts.ROLE_GIVEN
    ROLE_TAKEN = accounts.ROLE_TAKEN
    ROLE_PROPOSED = accounts.ROLE_PROPOSED
    ROLE_REFUSED = accounts.ROLE_REFUSED
    PASSWORD_LINKED = accounts.PASSWORD_LINKED
    PASSWORD_ASKED = accounts.PASSWORD_ASKED
    PASSWORD_REFUSED = accounts.PASSWORD_REFUSED
    PASSWORD_SET = accounts.PASSWORD_SET
    DELEGATION_GIVEN = accounts.DELEGATION_GIVEN
    DELEGATION_ENDED = accounts.DELEGATION_ENDED
    TOKEN_ADDED = accounts.TOKEN_ADDED
    TOKEN_PROPOSED = accounts.TOKEN_PROPOSED
    TOKEN_CONFIRMED = accounts.TOKEN_CONFIRMED
    TOKEN_REVOKED = accounts.TOKEN_REVOKED
    WEBHOOK_ADDED = accounts.WEBHOOK_ADDED
    WEBHOOK_REMOVED = accounts.WEBHOOK_REMOVED
    WEBHOOK_ROTATED = accounts.WEBHOOK_ROTATED
    WEBHOOK_OFF = accounts.WEBHOOK_OFF
    WEBHOOK_ENABLED = accounts.WEBHOOK_ENABLED
    USER_EXTENSION = accounts.USER_EXTENSION
    USER_AWAY = accounts.USER_AWAY
    USER_BACK = accounts.USER_BACK
    USER_LOGGED_IN = accounts.USER_LOGGED_IN

    CHANNEL_COUNTED = running.CHANNEL_COUNTED
    STEPS_RETRIED = running.STEPS_RETRIED
    STEPS_ABANDONED = running.STEPS_ABANDONED
    NOTICE_FAILED = running.NOTICE_FAILED
    YEAR_FROZEN = running.YEAR_FROZEN
    ORGANISATION_LOADED = running.ORGANISATION_LOADED
    REFERENCE_ADDED = running.REFERENCE_ADDED
    REFERENCE_CHANGED = running.REFERENCE_CHANGED
    REFERENCE_ENDED = running.REFERENCE_ENDED
    REFERENCE_REOPENED = running.REFERENCE_REOPENED
    RULES_DRAFTED = running.RULES_DRAFTED
    RULES_TRIED = running.RULES_TRIED
    RULES_IN_FORCE = running.RULES_IN_FORCE
    VIEW_SAVED = running.VIEW_SAVED
    VIEW_CHANGED = running.VIEW_CHANGED
    VIEW_REMOVED = running.VIEW_REMOVED
    VIEW_RESTORED = running.VIEW_RESTORED
    EXPORT_ASKED = running.EXPORT_ASKED
    EXPORT_TAKEN = running.EXPORT_TAKEN
    STEP_FAILED = running.STEP_FAILED

    def check(self, data: Mapping[str, Any]) -> None:
        """Raise TypeError unless the data has exactly the declared keys."""
        if set(data) != self.keys:
            raise TypeError(f"{self.code} wants {sorted(self.keys)}, got {sorted(data)}")

    def text(self, data: Mapping[str, Any]) -> Text:
        """The sentence of the timeline for this occurrence."""
        shown = {k: Text.from_json(v) if isinstance(v, dict) else v for k, v in data.items()}
        return Text(self.sentence, shown)


BY_CODE: Mapping[str, Event] = {event.code: event for event in Event}
