"""French that a template or a module shows without marking it for translation.

A simple scan: what stands between tags, what a person reads in attributes, strings inside
Jinja expressions that look like prose, and sentences given to the functions that show them.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Final

from jinja2 import Environment, nodes

Found = Iterator[tuple[int, str]]  # line, text

MARKS: Final = {"_", "_l", "N_", "ngettext"}
ATTRIBUTES: Final = {"title", "aria-label", "aria-description", "placeholder", "alt", "label"}
# The same in every language, or read by browsers only.
AS_IS: Final = {"grc", "Ctrl", "Français", "English", "fr", "en", "wide", "light dark"}
AT_HAND: Final = {"_", "ngettext"}  # may be given a variable that holds a text marked elsewhere
# Given a bare French sentence, these would show it untranslated.
SPEAKERS: Final = {"say", "Text", "gettext", "translate"}

_NOT_READ: Final = {"code", "kbd", "script", "style"}
_HOLE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"  # where Jinja will write something
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)s|\{\w+\}")
_ATTRIBUTE: Final = re.compile(r'[\w-]+="[^"]*"')  # written by a macro, outside any tag
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_FRENCH: Final = re.compile(r"[À-ÿ’«»]| [:;?!]")
_PROSE: Final = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|[À-ÿ’«»]|^[A-Z][a-zà-ÿ]+$")


def has_words(text: str) -> bool:
    """Whether a text wants a translation; the space before a colon is French."""
    bare = _ATTRIBUTE.sub(" ", _PLACEHOLDER.sub(" ", text))
    return " :" in text or any(word not in AS_IS for word in _WORD.findall(bare))


class _Page(HTMLParser):
    """Collects what a person reads in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._not_read = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._not_read += tag in _NOT_READ
        for name, value in attrs:
            if name in ATTRIBUTES or name.startswith("data-words"):
                self._note(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._not_read -= tag in _NOT_READ

    def handle_data(self, data: str) -> None:
        if not self._not_read:
            self._note(data)

    def _note(self, text: str) -> None:
        if has_words(text):
            self.found.append((self.getpos()[0], " ".join(text.replace(_HOLE, " ").split())))


def in_template(source: str) -> Found:
    """Every unmarked French text of a template."""
    environment = Environment(autoescape=True)
    page = _Page()
    page.feed(_html_alone(environment, source))
    page.close()
    yield from page.found
    yield from _prose(environment.parse(source))


def _html_alone(environment: Environment, source: str) -> str:
    """What is not Jinja, on the lines where it stands."""
    kept = []
    for _line, kind, value in environment.lex(source):
        kept.append(value if kind == "data" else "\n" * value.count("\n"))
        if kind == "variable_begin":
            kept.append(_HOLE)
    return "".join(kept)


def _prose(node: nodes.Node) -> Found:
    is_marked = isinstance(node, nodes.Call) and getattr(node.node, "name", "") in MARKS
    for child in node.iter_child_nodes():
        text = getattr(child, "value", None) if isinstance(child, nodes.Const) else None
        if not isinstance(text, str):
            yield from _prose(child)
        elif not is_marked and text not in AS_IS and _PROSE.search(text):
            yield child.lineno, text


def in_module(source: str, refusals: Iterable[str] = ()) -> Found:
    """Every sentence of a module that is shown without a mark, or marked out of reach of the
    extraction, which reads only plain strings. `refusals`: exceptions that carry a sentence."""
    speakers = SPEAKERS.union(refusals)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name, first = _name(node.func), node.args[0]
        given = node.args[: 2 if name == "ngettext" else 1]
        if name in MARKS and any(_is_composed(text, at_hand=name in AT_HAND) for text in given):
            yield node.lineno, f"{name}({', '.join(map(ast.unparse, given))})"
        elif name in speakers and _is_text(first) and has_words(ast.unparse(first)):
            yield node.lineno, ast.unparse(first)


def unmarked(source: str) -> Found:
    """Every text of a module that looks French and is neither marked nor a docstring."""
    yield from _unmarked(ast.parse(source))


def _unmarked(node: ast.AST) -> Found:
    is_marked = isinstance(node, ast.Call) and _name(node.func) in MARKS
    for child in ast.iter_child_nodes(node):
        if is_marked or (isinstance(child, ast.Expr) and _is_text(child.value)):
            continue
        if isinstance(child, ast.Constant) and _looks_french(child.value):
            yield child.lineno, str(child.value)
        yield from _unmarked(child)


def _looks_french(value: object) -> bool:
    return isinstance(value, str) and bool(_FRENCH.search(value)) and has_words(value)


def _is_composed(node: ast.expr, *, at_hand: bool) -> bool:
    """True for a text that is not one plain string."""
    if _is_text(node):
        return False
    if not at_hand:
        return True
    is_made_here = isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp)
    return is_made_here and any(_is_text(part) for part in ast.walk(node))


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _name(node: ast.expr) -> str:
    """The last name of `f` or `module.f`."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def refusals(sources: Iterable[str], root: str = "GrcError") -> set[str]:
    """The names of every class that descends from `root`, by name only."""
    bases: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {_name(base) for base in node.bases}
    found = {root}
    while grown := {name for name, above in bases.items() if above & found} - found:
        found |= grown
    return found
