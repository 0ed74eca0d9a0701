"""One row of a table, in the bytes `table` wrote, as a request. Pure and strict: a value that
cannot be believed refuses the row, with every reason, rather than being guessed or left out."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grc.channels.past import Key, Past, Person
from grc.channels.protocol import ChannelError, Fact, Request, Sender
from grc.parsing import cells
from grc.parsing.charset import wash, wash_line
from grc.parsing.limits import LimitExceeded, Limits, check_size
from grc.parsing.words import N_

CORRECTED = "Motif du refus"  # title of the last column of a file of refused rows
ROLES = ("applicant", "beneficiary", "representative")
CLOSED = "closed"
REPAIRED = N_("Un zéro perdu au début d'un numéro a été rendu.")
DATES = ("document_date", "postmark", "requested", "complete", "sent", "decided", "closed")
_MOST = 20  # reasons told of one row
_ACCENTS = str.maketrans("àâäçéèêëîïôöùûüÿ", "aaaceeeeiioouuuy")
_ITEM = re.compile(r"\bE-20\d\d-\d{7,9}-[0-9A-Z]\b")
_SOURCE = "table"


def fold(text: str) -> str:
    """A title or a code for comparison: case, accents and blanks do not count."""
    return " ".join(text.replace("\u2019", "'").lower().translate(_ACCENTS).split())


@dataclass(frozen=True)
class Reason:
    """Why a row is refused: a French sentence and what to fill in."""

    msgid: str
    params: Mapping[str, str]


@dataclass
class Row:
    """The values of one row, with what is wrong and what was repaired."""

    values: Mapping[str, Any]
    reasons: list[Reason] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    _moments: dict[str, datetime | None] = field(default_factory=dict)

    @property
    def titles(self) -> list[str]:
        """The titles of the table."""
        return list(self.values["titles"])

    @property
    def cells(self) -> list[str]:
        """The cells as they were, one a title, then what overflowed."""
        return list(self.values["cells"])

    def title(self, at: int) -> str:
        """The title above a cell; empty where there is none."""
        return self.titles[at] if at < len(self.titles) else ""

    def texts(self, name: str) -> list[str]:
        """What is written in the columns of a field, empty cells left out."""
        always = self.values["always"].get(name)
        found = [self.cells[at] for at in self.values["fields"].get(name, ())]
        return [text for text in found if text] or ([always] if always else [])

    def text(self, name: str) -> str:
        """The same as one text."""
        return wash_line(" ".join(self.texts(name)))

    def refuse(self, name: str, msgid: str) -> None:
        """One more reason, about the cell of a field."""
        places = self.values["fields"].get(name, ())
        column = self.titles[places[0]] if places else name
        params = {"column": column[:80], "value": self.text(name)[:80]}
        self.reasons.append(Reason(msgid, params))

    def meaning(self, name: str) -> str:
        """What a coded cell means; the cell itself where the mapping has no table for it."""
        if name in self.values["means"]:
            known = self.values["means"][name]
            if known is None:
                self.refuse(name, N_("%(column)s : « %(value)s » n'est pas dans la correspondance"))
            return known or ""
        return self.text(name)

    def moment(self, name: str) -> datetime | None:
        """The date of a field; None when it is empty."""
        if name not in self._moments:
            self._moments[name] = self._read_moment(name)
        return self._moments[name]

    def _read_moment(self, name: str) -> datetime | None:
        if not (text := self.text(name)):
            return None
        found = cells.moment(text, self.values["dates"])
        if found is None:
            self.refuse(name, N_("%(column)s : « %(value)s » n'est pas une date lisible"))
        return found

    def birth_date(self, name: str) -> date | None:
        """A date of birth, whose century must be written."""
        if not (text := self.text(name)):
            return None
        found = cells.day(text, self.values["dates"]) if re.search(r"\d{4}", text) else None
        if found is None:
            self.refuse(name, N_("%(column)s : « %(value)s » n'est pas une date de naissance sûre"))
        return found

    def repaired(self, name: str, msgid: str, read: Any) -> str | None:
        """A number whose lost zero may be given back; refused with `msgid` when it is none."""
        if not (text := self.text(name)):
            return None
        value, was_short = read(text)
        if value is None:
            self.refuse(name, msgid)
        elif was_short:
            self.repairs.append(name)
        return None if value is None else str(value)


def open_row(raw: bytes) -> Row:
    """The row in these bytes. Raises ChannelError `not_a_row` when there is none."""
    try:
        values = json.loads(raw)
        row = Row(values)
        texts = [*row.titles, *row.cells, values["note"], values["system"], values["dates"]]
        texts += [*values["always"].values(), *filter(None, values["means"].values())]
        sound = values["table"] == 1 and all(isinstance(text, str) for text in texts)
        sound = sound and texts == [wash(text) for text in texts]
        sound = sound and values["dates"] in cells.ORDERS and int(values["row"]) > 0
        for name in values["fields"]:
            row.texts(name)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise ChannelError("not_a_row", N_("ce n'est pas une ligne de table"))
    return row


def read(raw: bytes, limits: Limits) -> Request:
    """The request of a row. Raises ChannelError `bad_row` with the first reason."""
    try:
        check_size(len(raw), limits)
    except LimitExceeded as error:
        raise ChannelError(error.code, error.detail, params=error.params) from error
    row = open_row(raw)
    request = _request(row)
    if row.reasons:
        first = row.reasons[0]
        raise ChannelError("bad_row", first.msgid, params=first.params)
    return request


def examine(raw: bytes) -> tuple[Row, Request]:
    """A row with all that is wrong in it, for a person who corrects the file."""
    row = open_row(raw)
    request = _request(row)
    del row.reasons[_MOST:]
    return row, request


def _request(row: Row) -> Request:
    untitled = (at for at, cell in enumerate(row.cells) if cell and not row.title(at))
    if next(untitled, None) is not None:
        row.reasons.append(Reason(N_("la ligne a une cellule sous une colonne sans titre"), {}))
    received = row.moment("received")
    if received is None and not row.reasons:
        row.refuse("received", N_("%(column)s : la date de réception manque"))
    people = tuple(_people(row))
    first = people[0] if people else Person("applicant")
    past = _past(row)
    subject = row.text("subject") or _subject(past)
    return Request(
        sender=Sender(first.name or first.organisation, first.email, first.phone),
        subject=subject[:500],
        text=_text(row),
        sent_at=received,
        facts=tuple(_facts(row, received)),
        warnings=tuple(_warnings(row, past)),
        people=people,
        past=past,
        identity=_identity(row),
    )


def _subject(past: Past) -> str:
    return " ".join(filter(None, (past.system, *past.references)))


def _text(row: Row) -> str:
    """What was asked, then every other column that nothing else takes, with its title."""
    asked = [wash(text) for text in row.texts("text")]
    used = {place for places in row.values["fields"].values() for place in places}
    rest = [
        f"{wash_line(title)} : {wash(row.cells[at])}"
        for at, title in enumerate(row.titles)
        if at not in used and row.cells[at]
    ]
    return "\n\n".join(filter(None, ("\n".join(asked), "\n".join(rest))))


def _facts(row: Row, received: datetime | None) -> Iterator[Fact]:
    if received:
        yield Fact("received", _SOURCE, at=received)
    for kind in DATES:
        if at := row.moment(kind):
            yield Fact(kind, _SOURCE, on=at.astimezone(cells.PARIS).date())


def _warnings(row: Row, past: Past) -> Iterator[str]:
    if row.repairs:
        yield REPAIRED
    if past.status == CLOSED and not past.ended_at:
        yield N_("Date de fin inconnue : celle de la réception est retenue.")


def _people(row: Row) -> Iterator[Person]:
    for role in ROLES:
        person = _person(row, role)
        if person != Person(role):
            yield person
    if name := row.text("organisation.name"):
        yield Person("professional", organisation=name[:200])


def _person(row: Row, role: str) -> Person:
    def _of(name: str) -> str:
        return f"{role}.{name}"

    whole = row.text(_of("name"))
    parts = (row.text(_of("first_name")), row.text(_of("last_name")))
    return Person(
        role,
        name=(whole or " ".join(filter(None, parts)))[:200] or None,
        email=_email(row, _of("email")),
        phone=row.repaired(
            _of("phone"),
            N_("%(column)s : « %(value)s » n'est pas un numéro de téléphone"),
            cells.phone,
        ),
        address=_address(row, role),
        birth_date=row.birth_date(_of("birth_date")),
        keys=tuple(_keys(row, _of("key."))),
    )


def _address(row: Row, role: str) -> str | None:
    postcode = row.repaired(
        f"{role}.postcode",
        N_("%(column)s : « %(value)s » n'est pas un code postal"),
        cells.postcode,
    )
    town = " ".join(filter(None, (postcode, row.text(f"{role}.commune"))))
    return ", ".join(filter(None, (row.text(f"{role}.address"), town)))[:300] or None


def _email(row: Row, name: str) -> str | None:
    if not (text := row.text(name)):
        return None
    found = cells.email(text)
    if found is None:
        row.refuse(name, N_("%(column)s : « %(value)s » n'est pas une adresse électronique"))
    return found


def _keys(row: Row, prefix: str) -> Iterator[Key]:
    for name in row.values["fields"]:
        if name.startswith(prefix) and (value := row.text(name)):
            yield Key(name.removeprefix(prefix), value[:200])


def _past(row: Row) -> Past:
    status, _, outcome = row.meaning("state").partition("/")
    closed = row.moment("closed")
    received = row.moment("received")
    if closed and received and closed.date() < received.date():
        row.refuse("closed", N_("%(column)s : « %(value)s » précède la réception"))
    return Past(
        system=wash_line(row.values["system"])[:40],
        references=tuple(wash_line(text)[:200] for text in row.texts("reference")),
        state=row.text("state")[:80],
        status=status,
        outcome=outcome,
        ended_at=closed if status == CLOSED else None,
        unit=row.meaning("unit"),
        request_type=row.meaning("request_type"),
        commune=row.text("commune") or row.text("applicant.commune"),
        corrects=next(iter(_ITEM.findall(row.values["note"])), ""),
    )


def _identity(row: Row) -> str:
    """The same for the same cells, wherever the row is and whichever file it is in."""
    written = zip(row.titles, row.cells, strict=False)  # what overflows has refused the row
    pairs = sorted((fold(title), cell) for title, cell in written if cell)
    told = json.dumps([row.values["system"], pairs], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
