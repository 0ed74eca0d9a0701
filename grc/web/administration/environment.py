"""The settings in force: read, never written here. Secrets are not shown, nor their length."""

from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

from grc.core.settings import settings
from grc.web.administration.blueprint import ADMIN, bp, shown
from grc.web.guard import needs
from grc.web.words import _

_SECRET = frozenset({"secret_key", "token_keys", "phone_secrets", "mailbox_passwords"})
_ADDRESSES = frozenset({"database_url", "redis_url", "smtp_url", "blob_url"})


@bp.get("/reglages")
@needs(ADMIN)
def environment() -> str:
    """Each setting, its value and where it comes from."""
    given = settings()
    names = [one.name for one in fields(given) if one.name != "origins"]
    lines = [
        (f"GRC_{name.upper()}", told(name, getattr(given, name)), _origin(f"GRC_{name.upper()}"))
        for name in names
    ]
    return shown("administration/environment.html", "administration.environment", lines=lines)


def _origin(name: str) -> str:
    found = [
        origin for one, origin in settings().origins.items() if one == name or one == f"{name}_FILE"
    ]
    if not found:
        return _("valeur par défaut")
    return _("environnement") if found[0] == "environment" else _("fichier .env")


def told(name: str, value: object) -> str:
    """A value as it may be read: no secret, no password of an address."""
    if name in _SECRET:
        return _("donné, caché") if value else "–"
    if name in _ADDRESSES:
        return _without_password(str(value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "–"
    return str(value) if isinstance(value, int | Path) else str(value or "–")


def _without_password(url: str) -> str:
    """An address without its user, password and query, which may hold one."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    hidden = f"{_('caché')}@" if "@" in parts.netloc else ""
    rest = f"//{hidden}{host}" if "//" in url else ""
    return f"{parts.scheme}:{rest}{parts.path}" if parts.scheme else url.partition("?")[0]
