"""What must be in one place only: the commit, the clock, the names of channels."""

import ast
import re

from grc.channels.registry import names
from tests.architecture.sources import ROOT, calls, modules, name_of

CLOCKS = re.compile(r"(^|\.)(datetime\.now|utcnow|date\.today|time\.time)$")


def found(wanted: re.Pattern[str], allowed: set[str]) -> list[str]:
    """The calls of these names, outside the modules where they belong."""
    return [
        f"{path}:{call.lineno}"
        for path, tree in modules().items()
        if path not in allowed
        for call in calls(tree)
        if wanted.search(name_of(call.func))
    ]


def test_only_core_db_commits() -> None:
    assert not found(re.compile(r"\.commit$"), {"grc/core/db.py"})


def test_only_the_clock_is_asked_what_time_it_is() -> None:
    assert not found(CLOCKS, {"grc/core/clock.py"})


def is_channel(node: ast.AST) -> bool:
    return name_of(node).rpartition(".")[2] in {"channel", "channel_name"}


def test_no_channel_is_compared_by_name_outside_its_folder() -> None:
    """A new channel is two files; nothing else may ask which one it is. Writing the name of
    the channel by which something leaves (the outbox) is no comparison."""
    guilty = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if not path.startswith("grc/channels/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(map(is_channel, (node.left, *node.comparators)))
        and any(isinstance(side, ast.Constant) for side in (node.left, *node.comparators))
    ]
    assert not guilty


def test_no_template_asks_which_channel_it_is() -> None:
    asked = re.compile(r"channel\s*[=!]=\s*['\"]|['\"]\s*[=!]=\s*\S*channel")
    pages = (ROOT / "templates").rglob("*.html")
    assert not [page.name for page in pages if asked.search(page.read_text("utf-8"))]


def test_there_is_a_channel() -> None:
    assert "email" in names()


def test_no_page_talks_to_the_database_itself() -> None:
    """Views ask the stages, each of which says what a question costs; the page that says
    that the database is away must know how it says so."""
    guilty = [
        f"{path}:{node.lineno}"
        for path, tree in modules().items()
        if path.startswith("grc/web/") and path != "grc/web/errors.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(name.startswith("sqlalchemy") for name in imported(node))
    ]
    assert not guilty


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names]
