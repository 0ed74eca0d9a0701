"""What all the servers of the rig have in common: a folder that goes with them, one process."""

import atexit
import shutil
import tempfile
from pathlib import Path
from typing import Self

from tests.rig.processes import Process

SHORT = 32  # characters, so that a socket under it has a path of less than 108


def short_folder(prefix: str) -> Path:
    """A new folder whose path leaves room for the names of sockets; its maker removes it."""
    base = tempfile.gettempdir()
    made = Path(
        tempfile.mkdtemp(prefix=f"grc-{prefix}-", dir=base if len(base) < SHORT else "/tmp")
    )
    made.chmod(0o711)  # servers run as users of their own
    return made


class Server:
    """A program over a folder. Its maker gives `_process` and closes it, whatever happens."""

    _process: Process

    def __init__(self, prefix: str) -> None:
        self.folder = short_folder(prefix)
        atexit.register(self.close)

    @property
    def running(self) -> bool:
        """True while the server lives."""
        return self._process.running

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    def start(self) -> Self:
        """Start and wait until it answers (after a kill: until it has recovered)."""
        self._process.start()
        return self

    def kill(self) -> None:
        """SIGKILL the server and all it started, at once: nothing is flushed."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> Self:
        """End it, if it still lives, and start again on the same folder."""
        if self.running:
            self.kill()
        return self.start()

    def close(self) -> None:
        """Stop and remove every trace."""
        self._process.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()
