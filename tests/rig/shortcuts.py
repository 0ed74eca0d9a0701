"""What the applications that tests make by the hundred need to do only once.

None of it changes what a page, a statement or a password check does: it is their preparation
that is kept. Processes started by tests take none of these shortcuts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher, profiles
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

from grc.core.db import db
from grc.organisation import cache
from grc.staff import passwords


class Compiled(BytecodeCache):
    """Compiled templates, under a digest of name and source: a template that changes is new."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give back what was compiled before, if it was."""
        if (bucket.key, bucket.checksum) in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what has just been compiled."""
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


Builder = Callable[..., tuple[str, str]]


class KeptRule(Rule):
    """A rule of the address map whose builders are compiled once: half of making a site."""

    _kept: ClassVar[dict[tuple[str, str, bool], Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        key = (self.rule, repr(self.defaults), append_unknown)
        if key not in self._kept:
            self._kept[key] = super()._compile_builder(append_unknown)
        return self._kept[key]


def _sharing() -> Callable[..., Engine]:
    """Make engines that share one dialect a database, and so each statement it has compiled."""
    make = db._make_engine
    first: dict[str, Engine] = {}

    def made(bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = make(bind_key, options, app)
        known = first.get(engine.dialect.name)
        if known is None or not hasattr(known.dialect, "default_isolation_level"):
            first[engine.dialect.name] = engine  # the other has never been connected
        else:
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
        return engine

    return made


@contextmanager
def taken() -> Iterator[None]:
    """The applications made inside share what can be shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": Compiled()})
        patch.setattr(Flask, "url_rule_class", KeptRule)
        patch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(profiles.CHEAPEST))
        patch.setattr(db, "_make_engine", _sharing())
        # The number of statements of a page must not depend on how busy the machine is.
        patch.setattr(cache, "_CHECK_EVERY", 3600.0)
        yield
