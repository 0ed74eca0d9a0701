"""Files of a public form that was not accepted yet: the person need not choose them again.

They wait in a folder of their own, outside the ledger, and are destroyed after a day. The
page carries a signed name for each, which only this application can have written.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO

from itsdangerous import BadData, URLSafeTimedSerializer

from grc.channels.fields import File
from grc.core.blobs import BlobStore
from grc.core.settings import settings

KEPT = timedelta(days=1)


def keep(file: File) -> str:
    """Keep a file for a while; its signed name."""
    sha256, _size = _store().put(BytesIO(file.data))
    _store().path(sha256).touch()
    name = _signer().dumps([sha256, file.filename])
    return name if isinstance(name, str) else name.decode()


def find(name: str) -> File | None:
    """The file of a signed name; None when it is not one of ours, or too old."""
    try:
        sha256, filename = _signer().loads(name, max_age=int(KEPT.total_seconds()))
        return File(filename, _store().read(sha256))
    except (BadData, ValueError, TypeError, FileNotFoundError):
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


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="grc-waiting-file")
