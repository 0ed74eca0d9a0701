"""The files printed behind a letter: A4 pages made of them when they are joined, kept with it.

A letter names them and, out of sight, their hashes: who signs its bytes signs for theirs.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select

from grc.cases.opening import NewFile
from grc.core import blobs
from grc.core.actor import Actor
from grc.core.db import add_all, fetch, session
from grc.core.errors import InvalidInput
from grc.core.events import Event
from grc.core.i18n import N_
from grc.core.places import arrange
from grc.correspondence import acting
from grc.correspondence.models import LetterFile, OurLetter
from grc.correspondence.pages import is_printable, pages_of
from grc.correspondence.states import State
from grc.correspondence.writing import demand_unsigned
from grc.staff.policy import Permission

MOST = 10  # files of one letter
MOST_PAGES = 50  # of them together: more goes into a parcel
MOST_BYTES = 15 << 20  # of the files, as they were given
_ONLY_PAPER = N_(
    "« %(name)s » ne s'imprime pas, et cette réponse ne peut partir que par la poste : "
    "enregistrez-le en PDF, puis joignez-le."
)


@dataclass(frozen=True)
class Leaves:
    """A file, and the A4 pages made of it: both kept, no row names them yet."""

    sha256: str
    size: int
    filename: str
    content_type: str
    printed_sha256: str
    printed_size: int
    pages: int


def prepared(file: NewFile) -> Leaves:
    """The pages of a file. No transaction is open. Raises InvalidInput naming the file: it is of
    another kind, protected, damaged or too long."""
    made = pages_of(file.sha256, file.content_type, file.filename, MOST_PAGES)
    sha256, size = blobs.store().put(made.stream())
    return Leaves(
        sha256=file.sha256,
        size=file.size,
        filename=file.filename,
        content_type=file.content_type,
        printed_sha256=sha256,
        printed_size=size,
        pages=made.pages,
    )


def demand_printable(files: Sequence[NewFile]) -> None:
    """Raises InvalidInput naming the first of them that cannot be printed behind a letter."""
    for one in files:
        if not is_printable(one.content_type):
            raise InvalidInput(_ONLY_PAPER, field="files", name=one.filename)


def behind(letter_id: int) -> Sequence[LetterFile]:
    """What is joined to a letter, in the order in which it names them."""
    query = select(LetterFile).where(LetterFile.letter_id == letter_id)
    return session().scalars(query.order_by(LetterFile.place)).all()


def behind_all(letter_ids: Collection[int]) -> Mapping[int, list[LetterFile]]:
    """The same of many letters, by letter; those without any are absent."""
    query = select(LetterFile).where(LetterFile.letter_id.in_(letter_ids))
    found: dict[int, list[LetterFile]] = {}
    for row in session().scalars(query.order_by(LetterFile.place)):
        found.setdefault(row.letter_id, []).append(row)
    return found


def weights(letter_ids: Collection[int]) -> Mapping[int, int]:
    """The bytes of the pages joined to letters, by letter."""
    total = func.sum(LetterFile.printed_size)
    query = select(LetterFile.letter_id, total.label("size"))
    query = query.where(LetterFile.letter_id.in_(letter_ids)).group_by(LetterFile.letter_id)
    return {row.letter_id: int(row.size) for row in fetch(query)}


def put(letter: OurLetter, files: Sequence[Leaves], *, now: datetime) -> None:
    """Join files behind those that are there; the same file is joined once. Raises InvalidInput
    when they are too many, too large or too long together."""
    present = behind(letter.id)
    there = {(row.sha256, row.filename) for row in present}
    new = {(one.sha256, one.filename): one for one in files}
    added = [one for key, one in new.items() if key not in there]
    _demand_room([*present, *added])
    blobs.refer(
        {one.sha256: one.size for one in added}
        | {one.printed_sha256: one.printed_size for one in added},
        now,
    )
    rows = enumerate(added, start=len(present))
    add_all(LetterFile, [{"letter_id": letter.id, "place": n} | asdict(one) for n, one in rows])


def _demand_room(files: Sequence[LetterFile | Leaves]) -> None:
    if len(files) > MOST or sum(one.size for one in files) > MOST_BYTES:
        text = N_("Dix fichiers et 15 Mo au plus par lettre : retirez-en.")
        raise InvalidInput(text, field="files")
    count = sum(one.pages for one in files)
    if count > MOST_PAGES:
        text = N_("Les pièces jointes ont %(count)s pages, la limite est de %(most)s.")
        raise InvalidInput(text, field="files", count=count, most=MOST_PAGES)


def choose(
    letter: OurLetter,
    kept: Sequence[int],
    files: Sequence[Leaves],
    *,
    expected: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep these of the files of a letter, in this order, and join others. It is another letter
    then: what had been endorsed must be endorsed again. Raises Conflict once it is signed, or
    InvalidInput."""
    acting.demand(letter, Permission.CASE_WRITE, actor, now)
    demand_unsigned(letter)
    arrange(LetterFile, behind(letter.id), kept)
    put(letter, files, now=now)
    back = State.DRAFT if letter.state != State.DRAFT else None
    acting.change(letter, back, expected=expected, edition=letter.edition + 1, changed_at=now)
    if back:
        acting.record(Event.OUR_LETTER_CHANGED, letter, actor, now)
