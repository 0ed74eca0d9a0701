"""What is retold in each table, and what is computed again because of it."""

import re
from collections.abc import Callable, Iterable, Mapping
from copy import copy

from bench.journal import Journal
from bench.retelling import Retelling, sha256
from bench.source import Columns, Source
from bench.words import Words
from grc.cases.opening import rfc_hash
from grc.cases.reference import reference
from grc.cases.tokens import sign
from grc.channels.protocol import Sender
from grc.core.settings import Settings
from grc.intake.fingerprint import fingerprint
from grc.intake.service import locator_hash
from grc.work import elsewhere

Moved = dict[str, Columns]
_EMAIL = re.compile(r"[\w.+-]+@[\w.-]+")
_REFERENCE = re.compile(r"\b([DE])-(\d{4})-(\d{7,})-[0-9A-Z]\b")


class Rewriter:
    """Rewrites the moved columns of one season after the other, in place."""

    def __init__(self, source: Source, settings: Settings, blobs: Iterable[str]) -> None:
        self._source, self._settings = source, settings
        self._written = set(blobs)  # seasons share attachments
        self._mails = {mail.locator: mail for mail in source.sample.mails}
        self._requests = {
            digest: (request, [sha256(file.data) for file in request.attachments])
            for digest, request in source.sample.requests.items()
        }
        self._addresses = Addresses(source)
        self._journal = Journal(source.tables["audit"])
        self._words = Words(source)

    def rewrite(self, moved: Moved, told: Retelling) -> None:
        """Everything that is not an id: `moved` becomes the rows of the season `told`."""
        renumber = Renumber(self._distance(moved, "case"), self._distance(moved, "item"))
        self._addresses.rewrite(moved, told)
        self._items(moved, told)
        _texts(moved["message"], renumber)
        self._references(moved, told)
        moved["search_doc"]["body"] = self._words.bodies(told, renumber)
        self._steps(moved["step"])
        self._tasks(moved)
        self._proposals(moved)
        self._journal.rewrite(moved["audit"], renumber)

    def _distance(self, moved: Moved, table: str) -> int:
        ids, old = moved[table]["id"], self._source.tables[table]["id"]
        return ids[0] - old[0] if ids else 0

    def _items(self, moved: Moved, told: Retelling) -> None:
        """The raw bytes of the season: their names, places and marks."""
        items, old = moved["item"], self._source.tables["item"]
        raws = [told.raw(self._mails[locator]) for locator in old["locator"]]
        items["sha256"], items["size"] = list(map(sha256, raws)), list(map(len, raws))
        items["locator"] = list(map(told.locator, old["locator"]))
        items["locator_hash"] = list(map(locator_hash, items["locator"]))
        items["fingerprint"] = [
            mark and self._fingerprint(digest, told)
            for mark, digest in zip(old["fingerprint"], old["sha256"], strict=True)
        ]
        renamed = zip(items["sha256"], items["size"], strict=True)
        self._blobs(moved["blob"], dict(zip(old["sha256"], renamed, strict=True)))

    def _fingerprint(self, digest: str, told: Retelling) -> str | None:
        request, files = self._requests[digest]
        retold = copy(request)  # `replace` would take longer than the fingerprint
        vars(retold)["message_id"] = told.message_id(request.message_id or "")
        email = told.address(request.sender.email or "")
        vars(retold)["sender"] = Sender(request.sender.name, email)
        return fingerprint(retold, files)

    def _blobs(self, blobs: Columns, renamed: Mapping[str, tuple[str, int]]) -> None:
        found = {}
        for digest, size, at in zip(*blobs.values(), strict=True):
            row = (*renamed.get(digest, (digest, size)), at)
            if row[0] not in self._written:
                found[row[0]] = row
        self._written.update(found)
        for position, name in enumerate(blobs):
            blobs[name] = [row[position] for row in found.values()]

    def _references(self, moved: Moved, told: Retelling) -> None:
        """Message-IDs: those of the mail as retold, ours signed for the new case."""
        refs, out, keys = moved["message_ref"], moved["outgoing"], self._settings.token_keys
        ours = {}
        for old, case, message in zip(
            out["rfc_id"], out["case_id"], out["message_id"], strict=True
        ):
            ours[old] = f"grc.{sign(case, keys)}.{message}@{self._settings.mail_domain}"
        out["rfc_id"] = list(ours.values())
        refs["rfc_id"] = [ours.get(old) or told.message_id(old) for old in refs["rfc_id"]]
        refs["rfc_hash"] = list(map(rfc_hash, refs["rfc_id"]))

    def _steps(self, steps: Columns) -> None:
        """Keys end with the kind and id of the subject, or hold them."""
        old = self._source.tables["step"]["subject_id"]
        rows = zip(steps["key"], steps["subject_kind"], old, steps["subject_id"], strict=True)
        steps["key"] = [
            key.replace(f":{kind}:{before}", f":{kind}:{after}", 1)
            for key, kind, before, after in rows
        ]

    def _tasks(self, moved: Moved) -> None:
        """Keys of a contact told elsewhere name its message, the named case and its unit."""
        tasks, messages = moved["task"], self._distance(moved, "message")
        old = self._source.tables["task"]["key"]
        tasks["key"] = [
            told_elsewhere(key, messages, case, unit)
            for key, case, unit in zip(old, tasks["case_id"], tasks["unit_id"], strict=True)
        ]

    def _proposals(self, moved: Moved) -> None:
        """Evidence names the fact it rests on, and the second case when there is one."""
        rows = moved["recovery_proposal"]
        rows["evidence"] = [
            evidence(told, other, lambda table: self._distance(moved, table))
            for told, other in zip(rows["evidence"], rows["other_id"], strict=True)
        ]


def evidence(told: str, other: int | None, distance: Callable[[str], int]) -> str:
    """What a copied proposal rests on: the fact moved as its table is, and its second case."""
    kind, table, number, *rest = told.split(":")
    last = rest if other is None else [str(other)]
    return ":".join((kind, table, str(int(number) + distance(table)), *last))


def told_elsewhere(key: str, messages: int, case: int, unit: int) -> str:
    """The key of a copied task: the message moved by so many, the new case and its unit.
    Raises RuntimeError for a task of another kind."""
    kind, message, *_ = key.split(":")
    if kind != elsewhere.KIND:
        raise RuntimeError(f"the sample has a task no copy was thought of for: {kind}")
    return f"{kind}:{int(message) + messages}:{case}:{unit}"


class Renumber:
    """Gives every reference in a text the number of the copied row."""

    def __init__(self, cases: int, items: int) -> None:
        self._distance = {"D": cases, "E": items}

    def __call__(self, text: str) -> str:
        """The text with its references renumbered."""
        return _REFERENCE.sub(self._new, text) if "-" in text else text

    def _new(self, found: re.Match[str]) -> str:
        kind, year, number = found.groups()
        moved = int(number) + self._distance[kind]
        return reference("D" if kind == "D" else "E", int(year), moved)


class Addresses:
    """Where writers' addresses stand, found once: at most one in a text."""

    COLUMNS = (
        ("contact_point", "value"),
        ("citizen_key", "key"),
        ("outgoing", "recipient"),
        ("case", "match_reasons"),
        ("message", "sender"),
        ("message", "recipients"),
    )

    def __init__(self, source: Source) -> None:
        writers = {mail.person.email for mail in source.sample.mails if mail.person}
        self._split = {
            (table, column): [_split(text, writers) for text in source.tables[table][column]]
            for table, column in self.COLUMNS
        }

    def rewrite(self, moved: Moved, told: Retelling) -> None:
        """Give every writer the address of the season."""
        for (table, column), parts in self._split.items():
            moved[table][column] = [
                f"{before}{told.address(email)}{after}" if email else before
                for before, email, after in parts
            ]


def _split(text: str, writers: set[str]) -> tuple[str, str, str]:
    for found in _EMAIL.finditer(text):
        if found[0] in writers:
            return text[: found.start()], found[0], text[found.end() :]
    return text, "", ""


def _texts(messages: Columns, renumber: Renumber) -> None:
    """Our own messages tell the citizen her reference."""
    for name in ("subject", "text"):
        messages[name] = [
            renumber(text) if direction == "out" else text
            for direction, text in zip(messages["direction"], messages[name], strict=True)
        ]
