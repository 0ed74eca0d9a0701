"""The passwords of the mailboxes we fetch: never in the organisation file, read when needed."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grc.core.errors import SettingsError

FILE = "GRC_MAILBOX_PASSWORDS"
PREFIX = "GRC_MAILBOX_PASSWORD_"


def variable(source: str) -> str:
    """The variable that may hold the password of a source: letters, digits and underscores."""
    return PREFIX + re.sub("[^A-Z0-9]", "_", source.upper())


@dataclass(frozen=True)
class MailboxPasswords:
    """Those given by variables, and the file of the others."""

    given: Mapping[str, str] = field(default_factory=dict, repr=False)  # by variable
    file: Path | None = None

    def of(self, source: str) -> str:
        """The password of a source. Raises SettingsError, which never shows one."""
        found = self.given.get(variable(source)) or self._in_file().get(source)
        if not found:
            raise SettingsError(
                f"{variable(source)} : il manque le mot de passe de la boîte {source} "
                f"(ou {FILE}) / the password of mailbox {source} is missing (or {FILE})"
            )
        return found

    def _in_file(self) -> Mapping[str, str]:
        """`source=password` lines; blank lines and those that begin with # are skipped."""
        if self.file is None:
            return {}
        try:
            with self.file.open(encoding="utf-8") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise SettingsError(
                        f"{FILE}={self.file} : d'autres utilisateurs peuvent le lire, lancez "
                        f"« chmod 600 » / other users can read it, run “chmod 600”"
                    )
                lines = [line.rstrip("\r\n") for line in file]
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise SettingsError(f"{FILE}={self.file} : illisible / unreadable ({why})") from error
        pairs = (line.partition("=") for line in lines if line.strip() and line[0] != "#")
        return {name.strip(): value for name, _, value in pairs}
