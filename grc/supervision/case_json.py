"""The file of a case as the JSON that scripts rely on; see docs/command-line.md."""

from dataclasses import asdict
from typing import Any

from grc.supervision.views import CaseFile, HandlingView, MessageView, TimelineView


def as_json(file: CaseFile) -> dict[str, Any]:
    """The contract of `grc case show --json`; dates are ISO 8601."""
    return {
        "reference": file.reference,
        "status": file.status,
        "nature": file.nature,
        "subject": file.subject,
        "channel": file.channel,
        "source": file.source,
        "unit": file.unit,
        "commune": file.commune,
        "territory": file.territory,
        "request_type": file.request_type,
        "priority": file.priority,
        "level": file.level,
        "assignee": file.assignee,
        "contacts": file.contacts,
        "opened_at": file.opened_at.isoformat(),
        "received_at": file.received_at.isoformat(),
        "closed_at": _iso(file.closed_at),
        "citizen": _citizen(file),
        "parties": [_plain(party, "id") for party in file.parties],
        "handlings": [_handling(row) for row in file.handlings],
        "facts": [_plain(fact) for fact in file.facts],
        "references": [_plain(one) for one in file.references],
        "deadlines": [_plain(deadline) for deadline in file.deadlines],
        "messages": [_message(message) for message in file.messages],
        "notes": [_plain(note, "id") for note in file.notes],
        "routing": _routing(file),
        "links": [_plain(link) for link in file.links],
        "tasks": [_plain(task, "id", "unit_name") for task in file.tasks],
        "recovery_actions": [_plain(action, "id") for action in file.actions],
        "timeline": [_act(act) for act in file.timeline],
    }


def _iso(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _plain(view: Any, *without: str) -> dict[str, Any]:
    return {k: _iso(v) for k, v in asdict(view).items() if k not in without}


def _routing(file: CaseFile) -> dict[str, Any] | None:
    """The latest decision on where the case goes."""
    if not file.routing:
        return None
    latest = file.routing[0]
    return {
        "rule": latest.rule,
        "version": latest.version,
        "unit": latest.unit,
        "sentence": latest.sentence,
        "reasons": list(latest.reasons),
        "rejected": [{"rule": rule, "because": why} for rule, why in latest.rejected],
    }


def _act(act: TimelineView) -> dict[str, Any]:
    return {
        "at": act.at.isoformat(),
        "event": act.event,
        "actor": act.actor,
        "sentence": act.sentence,
        "remark": act.remark,
        "data": dict(act.data),
    }


def _citizen(file: CaseFile) -> dict[str, Any]:
    citizen = file.citizen
    return {
        "id": citizen.id,
        "name": citizen.name,
        "contact_points": [_plain(point) for point in citizen.contact_points],
        "match": citizen.match,
        "reasons": list(citizen.reasons),
    }


def _handling(row: HandlingView) -> dict[str, Any]:
    return _plain(row, "id", "unit_id", "assignee_id", "status_label", "version")


def _message(message: MessageView) -> dict[str, Any]:
    files = [
        {name: getattr(file, name) for name in ("filename", "content_type", "size", "sha256")}
        for file in message.attachments
    ]
    return {
        "number": message.number,
        "direction": message.direction,
        "channel": message.channel,
        "automatic": message.automatic,
        "from": message.sender,
        "to": list(message.recipients),
        "subject": message.subject,
        "text": message.text,
        "quoted_text": message.quoted_text,
        "sent_at": message.sent_at.isoformat(),
        "sending": message.sending,
        "item": message.item,
        "attachments": files,
    }
