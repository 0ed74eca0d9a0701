"""Folders, room, the queue's server, the workers: what can be looked at without the database."""

import shutil
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from redis.exceptions import RedisError

from grc.channels import registry
from grc.core import blobs, mailbox_passwords
from grc.core.i18n import N_
from grc.core.settings import Settings
from grc.jobs import bell, queue
from grc.jobs.health.look import Look
from grc.jobs.keeper import last_seen
from grc.jobs.receiving import ENOUGH_FREE, LEAST_SHARE, existing
from grc.parsing import ocr

POST = "post"  # the channel whose items are scans
SILENT = timedelta(minutes=3)  # a worker shows that it lives every few seconds
SECRET = ("secret_key", "token_keys", "mailbox_passwords")


def settings(look: Look) -> None:
    """What the program was told, without what must stay secret."""
    look.facts["settings"] = without_secrets(look.settings)
    mode = look.settings.var.stat().st_mode
    if mode & 0o077:
        look.warn(
            "settings",
            N_("D'autres utilisateurs peuvent lire %(path)s : lancez « chmod 700 %(path)s »."),
            path=look.settings.var,
        )
    if look.settings.production:
        _production(look)


def _production(look: Look) -> None:
    """What was said on purpose, and suits no département that answers citizens."""
    told = look.settings
    if told.smtp_url == "console:":
        look.warn("settings", N_("Aucun message ne part : donnez GRC_SMTP_URL."))
    if not told.base_url.startswith("https://"):
        look.warn("settings", N_("GRC_BASE_URL n'est pas en https : corrigez-la."))


def misspelt(look: Look, names: Iterable[str]) -> None:
    """Variables of the environment that look like a setting and are none."""
    known = {f"GRC_{field.name.upper()}" for field in fields(Settings)}
    for name in sorted(set(names) - known):
        if name.startswith(mailbox_passwords.PREFIX):
            continue
        meant = get_close_matches(name, known, 1, cutoff=0.85) if name.startswith("GRC_") else []
        if meant:
            text = N_("%(name)s n'est pas un réglage : vouliez-vous dire %(meant)s ?")
            look.warn("settings", text, name=name, meant=meant[0])


def without_secrets(told: Settings) -> dict[str, Any]:
    """The settings with keys hidden and passwords taken out of addresses."""
    shown = {name: _shown(str(value)) for name, value in asdict(told).items()}
    return shown | dict.fromkeys(SECRET, "***")


def _shown(value: str) -> str:
    parts = urlsplit(value)
    if parts.password is None:
        return value
    return value.replace(f":{parts.password}@", ":***@")


def disk(look: Look) -> None:
    """Room where data and files are kept; below a limit nothing is taken in any more."""
    places = {"var": look.settings.var, "blobs": existing(blobs.store().root)}
    look.facts["disk"] = {name: _room(path) for name, path in places.items()}
    for name, path in places.items():
        room = look.facts["disk"][name]
        if room["free"] < min(LEAST_SHARE * room["total"], ENOUGH_FREE):
            look.error(
                "disk",
                N_("Plus que %(free)s Mo sous %(path)s : rien n'entre plus, libérez de la place."),
                free=room["free"] // 1_000_000,
                path=path,
            )


def _room(path: Path) -> dict[str, int]:
    usage = shutil.disk_usage(path)
    return {"free": usage.free, "total": usage.total}


def scans(look: Look) -> None:
    """What reads scanned letters; without it they are kept and say that they were not read."""
    program = ocr.program()
    reads = program is not None and ocr.has_language(program)
    look.facts["ocr"] = {"program": program, "french": reads}
    if not reads and registry.is_open(POST, look.settings.channels):
        text = N_("Le courrier numérisé ne peut pas être lu : installez %(packages)s.")
        look.warn("ocr", text, packages=ocr.PACKAGES)


def ring(look: Look) -> None:
    """The queue's server: away, work is only later; evicting, it must not be used."""
    url = queue.address(look.settings)
    look.facts["redis"] = {"url": _shown(url or "none"), "answers": None, "policy": None}
    if url is None:
        return
    try:
        with queue.connect(url) as redis:
            bell.check_policy(redis)
        look.facts["redis"].update(answers=True, policy=bell.SAFE_POLICY)
    except bell.EvictingQueue as error:
        look.facts["redis"].update(answers=True, policy=error.policy)
        look.error(
            "redis",
            N_("Redis est réglé sur « %(policy)s » : réglez maxmemory-policy sur noeviction."),
            policy=error.policy,
        )
    except (RedisError, OSError):
        look.facts["redis"]["answers"] = False
        look.warn(
            "redis",
            N_("Redis ne répond pas : démarrez-le. Le travail se fait sans lui, un peu plus tard."),
        )


def workers(look: Look) -> None:
    """Somebody must run the steps."""
    seen = last_seen(look.settings.var)
    look.facts["worker_seen_at"] = seen and seen.isoformat(timespec="seconds")
    if seen is None or look.now - seen > SILENT:
        look.error(
            "worker",
            N_("Aucun travail de fond depuis trois minutes : lancez « grc worker »."),
        )
