"""A mail server as seen from its pipe: it keeps a message until `grc receive` exits with 0."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.faults.ground import Ground
from tests.rig.waiting import eventually

PATIENCE = 40.0  # seconds for one message


class MailServer:
    """Delivers messages to one installation; `clients` are the deliveries under way."""

    def __init__(self, ground: Ground, at_once: int = 3) -> None:
        self.ground, self.at_once = ground, at_once
        self.clients: set[subprocess.Popen[bytes]] = set()

    def deliver(self, raw: bytes, **env: str) -> list[int]:
        """Try until it is taken; returns the exit codes of these tries, the last one 0."""
        codes: list[int] = []

        def _taken() -> bool:
            with self.ground.delivery(raw, **env) as client:
                self.clients.add(client)
                codes.append(client.wait(PATIENCE))
            self.clients.discard(client)
            return codes[-1] == 0

        eventually(_taken, "a message that is taken", PATIENCE)
        return codes

    def deliver_all(self, raws: Sequence[bytes]) -> None:
        """Deliver several at once."""
        with ThreadPoolExecutor(self.at_once) as pool:
            list(pool.map(self.deliver, raws))

    def kill(self) -> None:
        """End every delivery under way, like a power cut."""
        for client in list(self.clients):
            client.kill()

    @contextmanager
    def delivering(self, raws: Sequence[bytes] = ()) -> Iterator[Callable[[bytes], None]]:
        """Deliver these meanwhile, and what is handed in; the block ends when all are taken."""
        with ThreadPoolExecutor(self.at_once) as pool:
            tries = [pool.submit(self.deliver, raw) for raw in raws]
            yield lambda raw: tries.append(pool.submit(self.deliver, raw))
            for one in tries:
                one.result()
