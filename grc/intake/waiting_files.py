"""Files of a public form that was not accepted yet: the person need not choose them again.

They wait in a folder of their own, outside the ledger, and are destroyed after a day. The
page carries a signed name for each, which only this application can have written.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO

from grc.channels.fields import File
from grc.core.blobs import BlobStore
from grc.core.seals import Seal
from grc.core.settings import settings

KEPT = timedelta(days=1)
_SEAL = Seal("grc-waiting-file", KEPT)


def keep(file: File) -> str:
    """Keep a file for a while; its signed name."""
    sha256, _size = _store().put(BytesIO(file.data))
    _store().path(sha256).touch()
    return _SEAL.close([sha256, file.filename])


def find(name: str) -> File | None:
    """The file of a signed name; None when it is not one of ours, or too old."""
    try:
        sha256, filename = _SEAL.open(name)
        return File(filename, _store().read(sha256))
    except (ValueError, TypeError, FileNotFoundError):
        return None


def tidy(now: datetime) -> None:
    """Destroy what nobody came back for."""
    oldest = (now - KEPT).timestamp()
    for sha256 in _store().all():
        path = _store().path(sha256)
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
    _store().tidy(now)


def _store() -> BlobStore:
    return BlobStore(settings().var / "waiting")
