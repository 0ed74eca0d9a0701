"""Random deaths that can be repeated: the seed is printed by a failing test's name."""

import os
import random
import threading

KILLS = int(os.environ.get("GRC_TEST_KILLS", "5"))  # of each kind, on each database
SEED = int(os.environ.get("GRC_TEST_SEED", "92"))


class Chance(random.Random):
    """The moments of one test's kills; GRC_TEST_SEED chooses others."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{SEED}:{name}")
        self._time = threading.Event()

    def moment(self, longest: float, shortest: float = 0.0) -> None:
        """Let a random time pass, in seconds: when the blow falls is what is tested."""
        self._time.wait(self.uniform(shortest, longest))
