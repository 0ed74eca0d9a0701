"""The search documents of a copy: the sample's stems, but for addresses and references."""

import re
from collections.abc import Callable

from bench.retelling import Retelling
from bench.source import Source
from grc.core.search import stems

_WRITER = re.compile(r"^(?:(?P<name>.*) <)?(?P<local>[^@<>]+)@(?P<host>[^@<>]+?)>?$", re.DOTALL)
_REFERENCE = re.compile(r"\b[DE]-\d{4}-\d{7,}-[0-9A-Z]\b")


class Words:
    """Knows, for each document, where a copy differs."""

    def __init__(self, source: Source) -> None:
        self._docs = source.tables["search_doc"]
        columns = source.tables["message"]
        names = ("direction", "sender", "subject", "text")
        rows = zip(*(columns[name] for name in names), strict=True)
        messages = dict(zip(columns["id"], rows, strict=True))
        self._changes = [
            _change(*messages[subject]) if kind == "message" else None
            for kind, subject in zip(self._docs["kind"], self._docs["subject_id"], strict=True)
        ]

    def bodies(self, told: Retelling, renumber: Callable[[str], str]) -> list[str]:
        """The stems of every document in this season."""
        return [
            body if change is None else _changed(body, change, told, renumber)
            for body, change in zip(self._docs["body"], self._changes, strict=True)
        ]


# (stems before the new word, address) of a message received; (reference, "") of ours.
Change = tuple[str, str]


def _change(direction: str, sender: str, subject: str, text: str) -> Change | None:
    if direction == "out":
        found = _REFERENCE.search(text)
        return (found[0], "") if found else None
    writer = _WRITER.match(sender)
    if writer is None:
        return None
    before = stems(f"{subject} {writer['name'] or ''} {writer['local']}")
    return " ".join(before), f"{writer['local']}@{writer['host']}"


def _changed(body: str, change: Change, told: Retelling, renumber: Callable[[str], str]) -> str:
    known, email = change
    if not email:
        return body.replace(_spelled(known), _spelled(renumber(known)))
    if not body.startswith(known):
        raise RuntimeError(f"unexpected words of a message: {body[:80]}")
    code = told.code(email)
    return f"{known} {code}{body[len(known) :]}" if code else body


def _spelled(reference: str) -> str:
    """The stems of a reference; those of numbers are the numbers."""
    _, year, number, check = reference.split("-")
    return " ".join((year, number, *stems(check)))
