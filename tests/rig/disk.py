"""A disk that is full when the test says so.

As root it is a small tmpfs and writers get ENOSPC. Where mounting is not allowed, the file
size limit of the given processes is lowered instead and they get EFBIG: the same OSError.
"""

import atexit
import errno
import os
import resource
import shutil
import subprocess
from pathlib import Path
from typing import Self

from tests.rig.processes import Process, family_of
from tests.rig.servers import short_folder

KIB = 1024


class SmallDisk:
    """A folder of `kib` KiB. `fill()` leaves no room; `relieve()` gives it back."""

    def __init__(self, kib: int = 16 * KIB) -> None:
        self.path = short_folder("disk")
        self.mounted = _mount(self.path, kib)
        atexit.register(self.close)
        self._limited: tuple[Process, ...] = ()

    def fill(self, *writers: Process) -> None:
        """No byte more on this disk; `writers` are the processes meant where it is no mount."""
        if self.mounted:
            _write_until_full(self._ballast)
        else:
            self._limited = writers
            self._limit(1)

    def relieve(self) -> None:
        """The room is back."""
        self._ballast.unlink(missing_ok=True)
        self._limit(resource.RLIM_INFINITY)

    def close(self) -> None:
        """Unmount and remove."""
        if self.mounted:
            subprocess.run(["umount", "--lazy", str(self.path)], check=True)
            self.mounted = False
        shutil.rmtree(self.path, ignore_errors=True)
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def _ballast(self) -> Path:
        return self.path / ".ballast"

    def _limit(self, size: int) -> None:
        for pid in (pid for process in self._limited for pid in family_of(process.pid)):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _mount(path: Path, kib: int) -> bool:
    if os.geteuid() != 0:
        return False
    argv = ["mount", "-t", "tmpfs", "-o", f"size={kib}k,mode=0777", "tmpfs", str(path)]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def _write_until_full(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(64 * KIB)):  # the last write is a partial one
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
