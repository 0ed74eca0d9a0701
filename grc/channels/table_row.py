"""One row of a table, in the bytes `table` wrote, as a request. Pure and strict: a value that
cannot be believed refuses the row, with every reason, rather than being guessed or left out."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime

from grc.channels.past import Key, Past, Person
from grc.channels.protocol import ChannelError, Fact, Request, Sender
from grc.channels.row_cells import Reason, Row, fold, open_row
from grc.parsing import cells
from grc.parsing.charset import wash, wash_line
from grc.parsing.limits import LimitExceeded, Limits, check_size
from grc.parsing.words import N_

ROLES = ("applicant", "beneficiary", "representative")
CLOSED = "closed"
REPAIRED = N_("Un zéro perdu au début d'un numéro a été rendu.")
DATES = ("document_date", "postmark", "requested", "complete", "sent", "decided", "closed")
_MOST = 20  # reasons told of one row
_SOURCE = "table"


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
        corrects=row.corrects,
    )


def _identity(row: Row) -> str:
    """The same for the same cells, wherever the row is and whichever file it is in."""
    written = zip(row.titles, row.cells, strict=False)  # what overflows has refused the row
    pairs = sorted((fold(title), cell) for title, cell in written if cell)
    told = json.dumps([row.values["system"], pairs], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
