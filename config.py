"""Settings from the environment and an optional `.env`. Refuses nonsense, names the variable.

Imported only by `wsgi.py`, `grc/__main__.py` and tests. docs/settings.md describes each one.
"""

import os
import re
import secrets
from collections.abc import Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

from grc.core.errors import SettingsError
from grc.core.mailbox_passwords import PREFIX, MailboxPasswords
from grc.core.settings import Settings

__all__ = ["SettingsError", "from_env"]

ENVIRONMENTS = ("development", "production", "test")
LOCALES = ("fr", "en")
TLS = ("none", "starttls", "yes")
FLAG = ("0", "1")
APART = "-training"  # after the name of GRC_VAR: the folder of training
REAL = (  # what training is not told
    "GRC_BLOB_URL",
    "GRC_SMTP_URL",
    "GRC_DPO_EMAIL",
    "GRC_PHONE_SECRETS",
    "GRC_WEBHOOK_NETWORKS",
    "GRC_MAILBOX_PASSWORDS",
    PREFIX,
    "GRC_SECRET_KEY",
    "GRC_TOKEN_KEYS",
)
MIN_KEY = 32
EXAMPLE_DOMAIN = "exemple-departement.fr"
EXAMPLE_URL = "http://127.0.0.1:8000"
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
Given = Mapping[str, str]


def from_env(environ: Given | None = None, *, env_file: Path | None = None) -> Settings:
    """The validated settings. Raises SettingsError naming the variable at fault."""
    around: Given = os.environ if environ is None else environ
    in_file = _dotenv(env_file or Path(".env"))
    given = {**in_file, **around}
    training = _choice(given, "GRC_TRAINING", FLAG, "0") == "1"
    if training:
        given = _apart(given)
    env = _choice(given, "GRC_ENV", ENVIRONMENTS, "development")
    var = _var(given)
    production = env == "production"
    return Settings(
        env=env,
        var=var,
        database_url=_database_url(given, var, production),
        redis_url=_redis_url(given, production),
        blob_url=_blob_url(given, var),
        smtp_url=_smtp_url(given, production),
        mail_from=_mail_from(given, production),
        mail_domain=_mail_domain(given, production),
        secret_key=_secret_key(given, var, production),
        token_keys=_token_keys(given, var, production),
        base_url=_base_url(given, production),
        locale=_choice(given, "GRC_LOCALE", LOCALES, "fr"),
        reopen_days=_number(given, "GRC_REOPEN_DAYS", 60, range(1, 3651)),
        channels=_channels(given),
        export_rows=_number(given, "GRC_EXPORT_ROWS", 20_000, range(1000, 200_001)),
        access_log_months=_number(given, "GRC_ACCESS_LOG_MONTHS", 12, range(6, 37)),
        small_numbers=_number(given, "GRC_SMALL_NUMBERS", 5, range(3, 51)),
        api_rate=_number(given, "GRC_API_RATE", 300, range(1, 100_001)),
        exceptional_hours=_number(given, "GRC_EXCEPTIONAL_HOURS", 4, range(1, 25)),
        dpo_email=_dpo_email(given),
        phone_secrets=_keys(given, "GRC_PHONE_SECRETS"),
        webhook_networks=_networks(given),
        training=training,
        origins=_origins(in_file, around),
        mailbox_passwords=_mailbox_passwords(given),
    )


def _origins(in_file: Given, around: Given) -> dict[str, str]:
    """Where each of our variables comes from; their values are not here."""
    found = dict.fromkeys((name for name in in_file if name.startswith("GRC_")), "file")
    return found | dict.fromkeys((one for one in around if one.startswith("GRC_")), "environment")


def _apart(given: Given) -> dict[str, str]:
    """What training is told: a folder and a database of its own, and no door to the outside.

    Everything that names the real installation is left out, so that a `.env` of production
    beside it does no harm. Raises SettingsError.
    """
    if given.get("GRC_ENV") == "production":
        raise _refuse(
            "GRC_TRAINING",
            "1",
            "l'entraînement ne se lance pas avec GRC_ENV=production",
            "training does not start with GRC_ENV=production",
        )
    var, own = _var(given), given.get("GRC_TRAINING_DATABASE_URL", "")
    if own and own == given.get("GRC_DATABASE_URL"):
        raise _refuse(
            "GRC_TRAINING_DATABASE_URL",
            own,
            "c'est la base réelle : donnez-en une autre",
            "this is the real database: give another one",
        )
    if not var.name.endswith(APART):
        var = var.with_name(var.name + APART)
    kept = {name: value for name, value in given.items() if not name.startswith(REAL)}
    return kept | {
        "GRC_VAR": str(var),
        "GRC_DATABASE_URL": own,
        "GRC_REDIS_URL": "none" if given.get("GRC_REDIS_URL") == "none" else "",
    }


def _refuse(name: str, value: str, fr: str, en: str) -> SettingsError:
    shown = "***" if ("KEY" in name or "SECRET" in name) and value else value.rpartition("@")[2]
    return SettingsError(f"{name}={shown} : {fr} / {en}")


def _missing(name: str) -> SettingsError:
    return _refuse(name, "", "obligatoire en production", "required in production")


def _own(name: str, value: str, is_example: bool) -> str:
    """A value that in production must be the département's. Raises SettingsError."""
    if is_example:
        raise _refuse(
            name,
            value,
            "c'est la valeur de l'exemple : en production, donnez la vôtre",
            "this is the value of the example: in production, give yours",
        )
    return value


def _dotenv(path: Path) -> Given:
    """NAME=value lines; quotes are taken off, comments and blank lines skipped."""
    if not path.is_file():
        return {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} : illisible / unreadable ({type(error).__name__})") from error
    pairs = {}
    for number, line in enumerate(lines, start=1):
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


def _choice(given: Given, name: str, accepted: tuple[str, ...], default: str) -> str:
    value = given.get(name) or default
    if value not in accepted:
        known = ", ".join(accepted)
        raise _refuse(name, value, f"valeurs acceptées : {known}", f"accepted: {known}")
    return value


def _number(given: Given, name: str, default: int, accepted: range) -> int:
    value = given.get(name) or str(default)
    if value.isdecimal() and value.isascii() and int(value) in accepted:
        return int(value)
    low, high = accepted[0], accepted[-1]
    fr, en = f"attendu : un nombre de {low} à {high}", f"expected: a number from {low} to {high}"
    raise _refuse(name, value, fr, en)


def _var(given: Given) -> Path:
    var = Path(given.get("GRC_VAR") or "var").absolute()
    if "?" in str(var) or "\n" in str(var):
        raise _refuse("GRC_VAR", str(var), "« ? » n'est pas accepté", "“?” is not accepted")
    return var


def _database_url(given: Given, var: Path, production: bool) -> str:
    value = given.get("GRC_DATABASE_URL")
    if not value:
        if production:
            raise _missing("GRC_DATABASE_URL")
        return f"sqlite:///{var / 'grc.db'}"
    if value.startswith("postgresql://"):
        value = value.replace("postgresql://", "postgresql+psycopg://", 1)
    path = value.removeprefix("sqlite:///")
    if path not in (value, "", ":memory:"):  # in memory, each thread would have its own
        return f"sqlite:///{Path(path).absolute()}"
    parts = _parts(value)
    if parts.scheme == "postgresql+psycopg" and parts.path.strip("/"):
        return value
    raise _refuse(
        "GRC_DATABASE_URL",
        value,
        "attendu : sqlite:///fichier ou postgresql://utilisateur@serveur/base",
        "expected: sqlite:///file or postgresql://user@host/database",
    )


def _parts(url: str) -> SplitResult:
    """The parts of an address; no part at all when it is none, or its port is no number."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _redis_url(given: Given, production: bool) -> str:
    value = given.get("GRC_REDIS_URL") or ("" if production else "embedded")
    if value in {"embedded", "none"} and not production:
        return value
    parts = _parts(value)
    if parts.scheme in {"redis", "rediss"} and parts.netloc:
        return value
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return value
    raise _refuse(
        "GRC_REDIS_URL",
        value,
        "attendu : redis://serveur:port/0, unix:///chemin (ou none hors production)",
        "expected: redis://host:port/0, unix:///path (or none outside production)",
    )


def _blob_url(given: Given, var: Path) -> str:
    value = given.get("GRC_BLOB_URL") or f"file://{quote(str(var / 'blobs'))}"
    if not value.startswith("file:///"):
        raise _refuse(
            "GRC_BLOB_URL", value, "attendu : file:///dossier", "expected: file:///folder"
        )
    return value


def _smtp_url(given: Given, production: bool) -> str:
    value = given.get("GRC_SMTP_URL") or ("" if production else "console:")
    parts = _parts(value)
    tls = parse_qs(parts.query).get("tls", ["none"])[-1]
    if value == "console:" or (parts.scheme == "smtp" and parts.hostname and tls in TLS):
        return value
    raise _refuse(
        "GRC_SMTP_URL",
        value,
        "attendu : console: ou smtp://serveur:port, suivi de ?tls=starttls ou ?tls=yes",
        "expected: console: or smtp://host:port, followed by ?tls=starttls or ?tls=yes",
    )


def _mail_from(given: Given, production: bool) -> str:
    value = given.get("GRC_MAIL_FROM") or f"Département <contact@{EXAMPLE_DOMAIN}>"
    address = parseaddr(value)[1]
    local, _, domain = address.rpartition("@")
    if local and address.isascii() and _DOMAIN.fullmatch(domain) and value.isprintable():
        return _own("GRC_MAIL_FROM", value, production and domain.lower() == EXAMPLE_DOMAIN)
    raise _refuse(
        "GRC_MAIL_FROM",
        value,
        "attendu : adresse@domaine.fr ou Nom <adresse@domaine.fr>",
        "expected: address@domain.fr or Name <address@domain.fr>",
    )


def _dpo_email(given: Given) -> str:
    value = given.get("GRC_DPO_EMAIL") or ""
    local, _, domain = value.rpartition("@")
    if not value or (local and value.isascii() and _DOMAIN.fullmatch(domain) and " " not in value):
        return value
    raise _refuse("GRC_DPO_EMAIL", value, "attendu : adresse@domaine.fr", "expected: user@domain")


def _mail_domain(given: Given, production: bool) -> str:
    value = (given.get("GRC_MAIL_DOMAIN") or EXAMPLE_DOMAIN).lower()
    if not _DOMAIN.fullmatch(value):
        raise _refuse("GRC_MAIL_DOMAIN", value, "attendu : domaine.fr", "expected: domain.fr")
    return _own("GRC_MAIL_DOMAIN", value, production and value == EXAMPLE_DOMAIN)


def _base_url(given: Given, production: bool) -> str:
    value = (given.get("GRC_BASE_URL") or EXAMPLE_URL).rstrip("/")
    parts = _parts(value)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return _own("GRC_BASE_URL", value, production and value == EXAMPLE_URL)
    raise _refuse(
        "GRC_BASE_URL",
        value,
        "attendu : https://serveur, l'adresse que tapent les agents",
        "expected: https://host, the address that agents type",
    )


def _secret_key(given: Given, var: Path, production: bool) -> str:
    value = (given.get("GRC_SECRET_KEY") or "").strip()
    if value:
        return _long_enough("GRC_SECRET_KEY", value)
    if production:
        raise _missing("GRC_SECRET_KEY")
    return _kept(var / "keys" / "grc_secret_key")


def _token_keys(given: Given, var: Path, production: bool) -> tuple[str, ...]:
    """The first signs, all verify: that is how keys are changed."""
    if keys := _keys(given, "GRC_TOKEN_KEYS"):
        return keys
    if production:
        raise _missing("GRC_TOKEN_KEYS")
    return (_kept(var / "keys" / "grc_token_keys"),)


def _keys(given: Given, name: str) -> tuple[str, ...]:
    """Secrets separated by commas; each must be long enough."""
    keys = (key.strip() for key in (given.get(name) or "").split(","))
    return tuple(_long_enough(name, key) for key in keys if key)


def _channels(given: Given) -> tuple[str, ...]:
    """The channels that are open; none named means all. Each must be installed."""
    value = given.get("GRC_CHANNELS") or ""
    named = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if not named:
        return ()
    from grc.channels import registry  # looking for packages takes as long as all the rest

    known = registry.names()
    if set(named) <= set(known):
        return named
    installed = ", ".join(known)
    fr, en = f"canaux installés : {installed}", f"installed channels: {installed}"
    raise _refuse("GRC_CHANNELS", value, fr, en)


def _networks(given: Given) -> tuple[str, ...]:
    """Networks of ours into which webhooks may post."""
    value = given.get("GRC_WEBHOOK_NETWORKS") or ""
    named = tuple(name.strip() for name in value.split(",") if name.strip())
    try:
        return tuple(str(ip_network(name)) for name in named)
    except ValueError:
        fr, en = "attendu : 10.2.0.0/16,…", "expected: 10.2.0.0/16,…"
        raise _refuse("GRC_WEBHOOK_NETWORKS", value, fr, en) from None


def _long_enough(name: str, key: str) -> str:
    if len(key) < MIN_KEY:
        raise _refuse(name, key, f"au moins {MIN_KEY} caractères", f"at least {MIN_KEY} characters")
    return key


def _mailbox_passwords(given: Given) -> MailboxPasswords:
    """One variable per mailbox, or a file of all; looked into only by who fetches."""
    prefix, file = "GRC_MAILBOX_PASSWORD_", given.get("GRC_MAILBOX_PASSWORDS")
    own = {name: value for name, value in given.items() if name.startswith(prefix)}
    return MailboxPasswords(own, Path(file).absolute() if file else None)


def _kept(path: Path) -> str:
    """A key made once and kept, complete or not there: two processes may start together."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _publish(path, secrets.token_urlsafe(48))
        return path.read_text("ascii").strip()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _refuse(
            "GRC_VAR",
            str(path.parent.parent),
            f"ne peut pas être écrit ({why})",
            f"cannot be written ({why})",
        ) from error


def _publish(path: Path, key: str) -> None:
    """Write under another name, then link: the first of two processes wins."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        pass  # the other process was first
    finally:
        temporary.unlink()
