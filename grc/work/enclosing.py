"""The files that go with a reply: chosen while it is written, sent with it, or left out.

They belong to the person and the case, not to one text: whichever browser she writes in shows
them. A reply takes those that its form names, so that an old page sends no file it did not show.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from sqlalchemy import delete, select

from grc.cases import service as cases
from grc.cases.models import Attachment, Case
from grc.cases.opening import NewFile
from grc.cases.queries import attachment_of, attachments_of
from grc.core import blobs
from grc.core.actor import Actor
from grc.core.db import add_all, session
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.core.places import arrange
from grc.correspondence.enclosing import demand_printable
from grc.parsing.filetype import sniff
from grc.parsing.names import clean_filename, default_filename
from grc.staff.policy import Permission
from grc.work import answering
from grc.work.models import DraftFile

MOST = 10  # files of one message
MOST_BYTES = 15 << 20  # together: base64 makes 20 MiB of them, which most servers still take
_OFFICE = "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument."
_SAFE = frozenset(
    {"application/pdf", "application/rtf", "text/plain", "text/csv"}
    | {f"application/{name}" for name in ("msword", "vnd.ms-excel", "vnd.ms-powerpoint")}
    | {f"image/{name}" for name in ("png", "jpeg", "gif", "tiff", "webp", "heic")}
)


def received(name: str, data: bytes) -> NewFile:
    """A file a person has chosen, its bytes kept; no transaction is open. Its bytes say what it
    is, its name is data. Raises InvalidInput naming it."""
    kind = sniff(data)
    shown = clean_filename(name) or default_filename(kind, 1)
    if not data:
        raise InvalidInput(N_("Le fichier « %(name)s » est vide."), field="files", name=shown)
    if kind.endswith(".macroenabled.12"):
        text = N_("« %(name)s » contient des macros : enregistrez-le sans elles, ou en PDF.")
        raise InvalidInput(text, field="files", name=shown)
    if kind not in _SAFE and not kind.startswith(_OFFICE):
        text = N_("« %(name)s » n'est ni un PDF, ni une image, ni un document de bureautique.")
        raise InvalidInput(text, field="files", name=shown)
    if len(data) > MOST_BYTES:
        raise _too_much()
    sha256, size = blobs.store().put(BytesIO(data))
    return NewFile(sha256, size, shown, kind)


def _too_much() -> InvalidInput:
    text = N_("Dix fichiers et 15 Mo au plus par message : retirez-en.")
    return InvalidInput(text, field="files")


def waiting(case_id: int, user_id: int | None) -> Sequence[DraftFile]:
    """The files a person has put beside her reply on a case, in their order."""
    query = select(DraftFile).where(DraftFile.case_id == case_id, DraftFile.user_id == user_id)
    return session().scalars(query.order_by(DraftFile.place)).all()


def choose(
    case: Case,
    kept: Sequence[int],
    numbers: Sequence[int],
    files: Sequence[NewFile],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep these of the files that wait, in this order, forget the others, and add documents of
    the case, by their numbers, and new files. Raises InvalidInput when they are too many or too
    large, or when nothing but a letter would be read and one cannot be printed behind it."""
    cases.demand(case, actor, Permission.CASE_WRITE, now)
    stay = arrange(DraftFile, waiting(case.id, actor.user_id), kept)
    found = [*documents(case, numbers), *files]
    if found and answering.only_by_post(case):
        demand_printable(found)
    _add(case, stay, found, actor, now)


def documents(case: Case, numbers: Sequence[int]) -> list[NewFile]:
    """Documents of a case, by their numbers, to go with a text. Raises NotFound."""
    return [copied(attachment_of(case.id, number)) for number in numbers[:MOST]]


def _add(
    case: Case, stay: Sequence[DraftFile], more: Sequence[NewFile], actor: Actor, now: datetime
) -> None:
    there = {(row.sha256, row.filename) for row in stay}
    new = list({(one.sha256, one.filename): one for one in more}.items())
    added = [one for key, one in new if key not in there]
    size = sum(row.size for row in stay) + sum(one.size for one in added)
    if len(stay) + len(added) > MOST or size > MOST_BYTES:
        raise _too_much()
    blobs.refer({one.sha256: one.size for one in added}, now)
    whose = {"case_id": case.id, "user_id": actor.user_id}
    rows = [{name: getattr(one, name) for name in _TOLD} for one in added]
    first = max((row.place for row in stay), default=-1) + 1  # after a take, some are missing
    add_all(DraftFile, [whose | {"place": n} | row for n, row in enumerate(rows, start=first)])


_TOLD = ("sha256", "size", "filename", "content_type")


def copied(row: Attachment | DraftFile) -> NewFile:
    """A file that is kept already, to go with another text."""
    return NewFile(**{name: getattr(row, name) for name in _TOLD})


def named(case: Case, names: str, actor: Actor) -> list[DraftFile]:
    """Those of the files that wait which a form names: by their ids, one after the other."""
    wanted = {int(one) for one in names.split() if one.isdecimal() and len(one) < 19}
    return [row for row in waiting(case.id, actor.user_id) if row.id in wanted] if wanted else []


def take(case: Case, names: str, actor: Actor) -> list[NewFile]:
    """The files a form names, which leave with its message and wait no longer. Raises
    InvalidInput when one is gone: what leaves is what was shown."""
    rows = named(case, names, actor)
    if len(rows) != len(set(names.split())):
        text = N_("Un fichier joint a été retiré entre-temps : vérifiez, puis envoyez.")
        raise InvalidInput(text, field="text")
    files = [copied(row) for row in rows]
    if rows:
        session().execute(delete(DraftFile).where(DraftFile.id.in_([row.id for row in rows])))
    return files


def give_back(case: Case, message_id: int, *, actor: Actor, now: datetime) -> None:
    """The files of a message that has not left wait again, beside its text; those beyond what a
    message may hold are still read on the case's timeline."""
    mine = waiting(case.id, actor.user_id)
    room, size = MOST - len(mine), MOST_BYTES - sum(row.size for row in mine)
    files: list[NewFile] = []
    for one in attachments_of(message_id)[:room]:
        if one.size <= size:
            size -= one.size
            files.append(copied(one))
    _add(case, mine, files, actor, now)
