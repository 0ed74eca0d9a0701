"""Is every French text marked, and has every marked text its English?

Prints one line per problem; exit code 1 when there is any. `make translations` brings the
catalogue up to date with the sources before one translates.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message

from scripts import visible_text
from scripts.catalogue import PO, ROOT, extracted, is_translated, kept, messages

_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|\x08")
_LONE_PERCENT: Final = re.compile(r"%(?![(%])")
_ENDS: Final = ".?!…:;"  # two languages end a text in the same way


def main() -> int:
    """Say everything that is wrong."""
    found = [*problems_of_sources(ROOT), *problems_of_catalogue(extracted(), kept())]
    for line in found:
        print(line)
    return 1 if found else 0


def problems_of_sources(root: Path) -> Iterator[str]:
    """Texts that the extraction cannot see."""
    for path in sorted((root / "templates").rglob("*.html")):
        for line, text in visible_text.in_template(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(root)}:{line}: not translatable: {text}"
    modules = {
        path: path.read_text(encoding="utf-8") for path in sorted((root / "grc").rglob("*.py"))
    }
    refusals = visible_text.refusals(modules.values())
    for path, source in modules.items():
        for line, text in visible_text.in_module(source, refusals):
            yield f"{path.relative_to(root)}:{line}: not extracted: {text}"
        if root / "grc/web" in path.parents:
            for line, text in visible_text.unmarked(source):
                yield f"{path.relative_to(root)}:{line}: not marked: {text}"


def problems_of_catalogue(sources: Catalog, translated: Catalog) -> Iterator[str]:
    """Missing, fuzzy, obsolete and unfaithful translations."""
    name = PO.name
    for message in messages(sources):
        known = translated.get(message.id)
        if known is None or not is_translated(known):
            yield f"{name}: missing: {_first(message)}"
        else:
            yield from (f"{name}: {problem}: {_first(message)}" for problem in _unfaithful(known))
    for message in messages(translated):
        if sources.get(message.id) is None:
            yield f"{name}: obsolete: {_first(message)}"
    for message in translated.obsolete.values():
        yield f"{name}: obsolete: {_first(message)}"


def _unfaithful(message: Message) -> Iterator[str]:
    """What differs between the French of a message and its English."""
    french, english = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if len(french) != len(english):
        yield "one plural form for each of the two"
    for ours, theirs in zip(french, english, strict=False):
        if Counter(_PLACEHOLDER.findall(ours)) != Counter(_PLACEHOLDER.findall(theirs)):
            yield "other placeholders"
        if _LONE_PERCENT.search(ours + theirs):
            yield "a lone % (write the word: templates would take it for a placeholder)"
        if _end(ours) != _end(theirs):
            yield "another ending"


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text or ()


def _end(text: str) -> str:
    last = text[-1:]
    return last if last in _ENDS or last.isspace() else ""


def _first(message: Message) -> str:
    return repr(_forms(message.id)[0])


if __name__ == "__main__":
    sys.exit(main())
