"""Values that travel through a page and come back as this application wrote them."""

from datetime import timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from grc.core.settings import settings


class Seal:
    """Signs values of one kind, told from others by `salt`; they can be read, not changed."""

    def __init__(self, salt: str, lasts: timedelta | None = None) -> None:
        self._salt = salt
        self._seconds = None if lasts is None else int(lasts.total_seconds())

    def close(self, value: Any) -> str:
        """A value of JSON as one string that fits an address."""
        sealed = self._signer().dumps(value)
        return sealed if isinstance(sealed, str) else sealed.decode()

    def open(self, sealed: str) -> Any:
        """The value; None when it is not ours, or older than it may be."""
        try:
            return self._signer().loads(sealed, max_age=self._seconds)
        except (BadData, ValueError, TypeError):
            return None

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(settings().secret_key, salt=self._salt)
