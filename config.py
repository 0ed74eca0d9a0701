"""Settings from the environment and an optional `.env`. Refuses nonsense, names the variable.

Imported only by `wsgi.py`, `grc/__main__.py` and tests.
"""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from grc.core.errors import SettingsError
from grc.core.settings import Settings

__all__ = ["SettingsError", "from_env"]

ENVIRONMENTS = ("development", "production", "test")
LOCALES = ("fr", "en")
MIN_KEY = 32


def from_env(environ: Mapping[str, str] | None = None, *, env_file: Path | None = None) -> Settings:
    """The validated settings. Raises SettingsError naming the variable at fault."""
    given = dict(_dotenv(env_file or Path(".env")))
    given.update(os.environ if environ is None else environ)
    env = _choice(given, "GRC_ENV", ENVIRONMENTS, "development")
    var = Path(given.get("GRC_VAR") or "var").absolute()
    production = env == "production"
    return Settings(
        env=env,
        var=var,
        database_url=_database_url(given, var, production),
        redis_url=_redis_url(given, production),
        blob_url=_blob_url(given, var),
        smtp_url=_smtp_url(given),
        mail_from=given.get("GRC_MAIL_FROM") or "Département <contact@exemple-departement.fr>",
        mail_domain=given.get("GRC_MAIL_DOMAIN") or "exemple-departement.fr",
        secret_key=_secrets(given, "GRC_SECRET_KEY", var, production)[0],
        token_keys=_secrets(given, "GRC_TOKEN_KEYS", var, production),
        base_url=_base_url(given),
        locale=_choice(given, "GRC_LOCALE", LOCALES, "fr"),
    )


def _refuse(name: str, value: str, fr: str, en: str) -> SettingsError:
    shown = "***" if "KEY" in name else value
    return SettingsError(f"{name}={shown} : {fr} / {en}")


def _missing(name: str) -> SettingsError:
    return _refuse(name, "", "obligatoire en production", "required in production")


def _dotenv(path: Path) -> Mapping[str, str]:
    """NAME=value lines; quotes are taken off, comments and blank lines skipped."""
    if not path.is_file():
        return {}
    pairs = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, separator, value = text.partition("=")
        if not separator:
            raise SettingsError(
                f"{path}, ligne {number} : il manque un « = » / line {number}: “=” is missing"
            )
        pairs[name.strip()] = value.strip().strip("\"'")
    return pairs


def _choice(given: Mapping[str, str], name: str, accepted: tuple[str, ...], default: str) -> str:
    value = given.get(name) or default
    if value not in accepted:
        known = ", ".join(accepted)
        raise _refuse(name, value, f"valeurs acceptées : {known}", f"accepted: {known}")
    return value


def _database_url(given: Mapping[str, str], var: Path, production: bool) -> str:
    value = given.get("GRC_DATABASE_URL")
    if not value:
        if production:
            raise _refuse(
                "GRC_DATABASE_URL", "", "obligatoire en production", "required in production"
            )
        return f"sqlite:///{var / 'grc.db'}"
    if value.startswith("postgresql://"):
        return value.replace("postgresql://", "postgresql+psycopg://", 1)
    if value.startswith(("sqlite:///", "postgresql+psycopg://")):
        return value
    raise _refuse(
        "GRC_DATABASE_URL",
        value.split("@")[-1],
        "attendu : sqlite:///fichier ou postgresql://…",
        "expected: sqlite:///file or postgresql://…",
    )


def _redis_url(given: Mapping[str, str], production: bool) -> str:
    value = given.get("GRC_REDIS_URL") or ("" if production else "embedded")
    if value in {"embedded", "none"} and not production:
        return value
    if value.startswith(("redis://", "rediss://", "unix://")):
        return value
    raise _refuse(
        "GRC_REDIS_URL",
        value.split("@")[-1],
        "attendu : redis://…, unix://… (ou none hors production)",
        "expected: redis://…, unix://… (or none outside production)",
    )


def _blob_url(given: Mapping[str, str], var: Path) -> str:
    value = given.get("GRC_BLOB_URL") or f"file://{var / 'blobs'}"
    if not value.startswith("file:///"):
        raise _refuse(
            "GRC_BLOB_URL", value, "attendu : file:///dossier", "expected: file:///folder"
        )
    return value


def _smtp_url(given: Mapping[str, str]) -> str:
    value = given.get("GRC_SMTP_URL") or "console:"
    if value.startswith("console:") or (value.startswith("smtp://") and urlsplit(value).hostname):
        return value
    raise _refuse(
        "GRC_SMTP_URL",
        value.split("@")[-1],
        "attendu : console: ou smtp://serveur:port",
        "expected: console: or smtp://host:port",
    )


def _base_url(given: Mapping[str, str]) -> str:
    value = (given.get("GRC_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise _refuse("GRC_BASE_URL", value, "attendu : https://…", "expected: https://…")
    return value


def _secrets(given: Mapping[str, str], name: str, var: Path, production: bool) -> tuple[str, ...]:
    """Keys given, or generated once and kept under GRC_VAR (never in production)."""
    value = given.get(name)
    if value:
        keys = tuple(key.strip() for key in value.split(",") if key.strip())
        if any(len(key) < MIN_KEY for key in keys):
            raise _refuse(
                name, value, f"au moins {MIN_KEY} caractères", f"at least {MIN_KEY} characters"
            )
        return keys
    if production:
        raise _missing(name)
    return (_kept(var / "keys" / name.lower()),)


def _kept(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    except OSError as error:
        raise _refuse(
            "GRC_VAR",
            str(path.parent),
            f"ne peut pas être écrit ({error.strerror})",
            f"cannot be written ({error.strerror})",
        ) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text("ascii").strip()
