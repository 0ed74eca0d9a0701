"""What every command is given: the settings, and the application when it asks for it.

The command line may not import the factory (it stands above), so `grc.__main__` hands it
down. Nothing heavy is loaded before a command needs it.
"""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grc.core.actor import Actor
from grc.core.i18n import LOCALES, Text, translate

if TYPE_CHECKING:
    from flask import Flask

    from grc.core.settings import Settings


@dataclass
class Program:
    """How to get the settings and the application; both are made at first use."""

    read_settings: "Callable[[], Settings]"
    create_app: "Callable[..., Flask]"
    _settings: "Settings | None" = None

    @property
    def settings(self) -> "Settings":
        """The validated settings. Raises SettingsError."""
        if self._settings is None:
            self._settings = self.read_settings()
        return self._settings

    @property
    def locale(self) -> str:
        """The language to speak, also before the settings were read."""
        if self._settings is not None:
            return self._settings.locale
        given = os.environ.get("GRC_LOCALE", "fr")
        return given if given in LOCALES else "fr"

    @contextmanager
    def running(self, *, nudges: bool = False) -> "Iterator[Flask]":
        """The application with its context. `nudges` False: this process rings no worker,
        because it runs its own steps or plans none."""
        app = self.create_app(self.settings, nudges=nudges)
        with app.app_context():
            yield app

    def say(self, text: Text | str, **params: Any) -> str:
        """A French sentence (the msgid), with its parameters, in the language to speak."""
        return translate(Text(text, params) if isinstance(text, str) else text, self.locale)


def operator() -> Actor:
    """Who acts by the command line: the system user, so that a discard has an author."""
    try:
        return Actor(f"cli:{getpass.getuser()}"[:80])
    except (KeyError, OSError):  # a container's user without a name
        return Actor(f"cli:{os.getuid()}")
