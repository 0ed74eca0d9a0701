"""What `grc run` needs of the machine before it starts: a folder, room, a port, to be alone."""

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path

ROOM = 100 * 1000 * 1000  # bytes; less than this and a first start would end half-way


class Refused(Exception):
    """The machine does not allow a start; the message is one sentence in both languages."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(f"{fr} / {en}")


def prepare_folder(var: Path) -> None:
    """Make GRC_VAR, readable by this user only."""
    try:
        var.mkdir(parents=True, exist_ok=True, mode=0o700)
        var.chmod(0o700)
        probe = var / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused(
            f"GRC_VAR={var} ne peut pas être écrit ({why}) : choisissez un autre dossier.",
            f"GRC_VAR={var} cannot be written ({why}): choose another folder.",
        ) from error


def demand_room(var: Path) -> None:
    """Refuse to start where the first hundred messages would fill the disk."""
    free = shutil.disk_usage(var).free
    if free < ROOM:
        raise Refused(
            f"Il reste {free // 1_000_000} Mo sous {var} : libérez au moins 100 Mo.",
            f"Only {free // 1_000_000} MB are left under {var}: free at least 100 MB.",
        )


def lock(var: Path) -> int:
    """Be the only `grc run` of this folder; the lock ends with the process."""
    held = os.open(var / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(held)
        raise Refused(
            f"« grc run » est déjà en marche sur {var} : arrêtez-le, ou donnez un autre GRC_VAR.",
            f"“grc run” is already running on {var}: stop it, or give another GRC_VAR.",
        ) from error
    return held


def listen(host: str, port: int) -> socket.socket:
    """The socket of the web server: bound here, so that nobody takes it in between, and so
    that visitors wait instead of being refused while the server is started again."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise _refused_port(host, port, error) from error
    listening.listen(128)
    return listening


def _refused_port(host: str, port: int, error: OSError) -> Refused:
    if error.errno == errno.EADDRINUSE:
        return Refused(
            f"Le port {port} est déjà pris : fermez l'autre programme, ou donnez PORT=8001.",
            f"Port {port} is already in use: close the other program, or give PORT=8001.",
        )
    why = error.strerror or type(error).__name__
    return Refused(
        f"L'adresse {host}:{port} ne peut pas être utilisée ({why}) : donnez un autre PORT.",
        f"The address {host}:{port} cannot be used ({why}): give another PORT.",
    )
