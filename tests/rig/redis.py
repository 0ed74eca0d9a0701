"""A Redis (or Valkey) server of our own, on a socket in a short temporary path."""

import shutil
from contextlib import suppress

import redis

from tests.rig.processes import Process
from tests.rig.servers import Server


def binary() -> str | None:
    """Full path of the server program, or None when there is none."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


class RedisServer(Server):
    """One server with `noeviction`, as in production.

    `appendonly`: keep the data over `kill()`; without it a killed server comes back empty.
    `maxmemory` (such as "3mb") and `policy` make the wrong settings the program must refuse.
    """

    def __init__(
        self, *, appendonly: bool = False, maxmemory: str = "0", policy: str = "noeviction"
    ) -> None:
        super().__init__("redis")
        self._socket = self.folder / "s"
        flags = {
            "port": "0",
            "unixsocket": str(self._socket),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes" if appendonly else "no",
            "maxmemory": maxmemory,
            "maxmemory-policy": policy,
            "enable-debug-command": "local",
        }
        argv = [word for name, value in flags.items() for word in (f"--{name}", value)]
        self._process = Process([binary() or "redis-server", *argv], ready=self._accepts)

    @property
    def url(self) -> str:
        """What GRC_REDIS_URL would hold."""
        return f"unix://{self._socket}?db=0"

    def client(self) -> redis.Redis:
        """A new connection; close it, or use it as a context manager."""
        return redis.Redis(unix_socket_path=str(self._socket), decode_responses=True)

    def flushall(self) -> None:
        """Forget everything while running."""
        with self.client() as client:
            client.flushall()

    def pause(self, seconds: float) -> None:
        """Accept connections but answer nobody for a while; returns at once."""
        with self.client() as client:
            client.client_pause(int(seconds * 1000))

    def _accepts(self, _process: Process) -> bool:
        with suppress(redis.RedisError), self.client() as client:
            return bool(client.ping())
        return False
