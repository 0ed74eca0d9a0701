"""Every page says who may open it; every template belongs to a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from grc.app import create_app
from grc.staff.policy import Permission
from grc.web.api.routes import TABLE
from tests.architecture.sources import ROOT
from tests.integration.conftest import make_settings

TEMPLATES = ROOT / "templates"
SHARED = {"_frame", "_macros", "errors"}  # no page of their own
NAMED = re.compile(r"[\"']([\w/]+\.(?:html|txt))[\"']")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("architecture")
    return create_app(make_settings(f"sqlite:///{folder / 'none.db'}", folder), nudges=False)


def test_every_endpoint_says_who_may_open_it(app: Flask) -> None:
    silent = [
        name
        for name, view in app.view_functions.items()
        if not isinstance(getattr(view, "needs", None), Permission)
    ]
    assert not silent


def test_few_pages_are_open_to_everybody(app: Flask) -> None:
    public = {
        name
        for name, view in app.view_functions.items()
        if getattr(view, "needs", None) is Permission.PUBLIC
    }
    assert {name.partition(".")[0] for name in public} <= {
        "auth",
        "static",
        "assets",
        "health",
        "api",  # the description alone, see below
        "public",  # what citizens see
    }


SIGNED = "api.phone_events"  # an exchange has no token: see tests/web/test_exchange.py


def test_of_the_api_only_its_description_is_open(app: Flask) -> None:
    """Everything else needs a token, and is in the table that says which scope."""
    views = {name: view for name, view in app.view_functions.items() if name[:4] == "api."}
    is_open = {name for name, view in views.items() if view.needs is Permission.PUBLIC}  # type: ignore[attr-defined]
    assert is_open == {"api.openapi"}
    by_token = {name for name, view in views.items() if view.needs is Permission.SCRIPT}  # type: ignore[attr-defined]
    assert by_token == {f"api.{route.view.__name__}" for route in TABLE} | {SIGNED}


def test_what_changes_something_is_never_a_get(app: Flask) -> None:
    """A form is posted; a route that takes both shows the form on GET."""
    for rule in app.url_map.iter_rules():
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule


def templates() -> Iterator[str]:
    for path in TEMPLATES.rglob("*"):
        if path.is_file():
            yield path.relative_to(TEMPLATES).as_posix()


def test_templates_mirror_the_blueprints(app: Flask) -> None:
    folders = {name.partition("/")[0] for name in templates() if "/" in name}
    assert folders <= set(app.blueprints) | SHARED


def test_no_template_is_orphan() -> None:
    sources = [*(ROOT / "grc").rglob("*.py"), *TEMPLATES.rglob("*.html")]
    named = {name for path in sources for name in NAMED.findall(path.read_text("utf-8"))}
    assert set(templates()) == named & set(templates())


def test_no_page_names_a_template_that_is_not_there() -> None:
    sources = [*(ROOT / "grc" / "web").rglob("*.py"), *TEMPLATES.rglob("*.html")]
    named = {name for path in sources for name in NAMED.findall(path.read_text("utf-8"))}
    assert named <= set(templates())
