"""The catalogue of texts: what the sources say in French, what `translations/` says in English.

    python -m scripts.catalogue     read the sources again, keep every translation

The file names neither lines, dates nor tools, so that it only changes when a text does.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[1]
PO: Final = ROOT / "translations/en/LC_MESSAGES/messages.po"
KEYWORDS: Final = {"_": None, "_l": None, "N_": None, "ngettext": (1, 2)}
HEADER: Final = """\
# English texts of grc. The msgid is the French text; `make translations` follows the sources.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def extracted(root: Path = ROOT) -> Catalog:
    """Every marked text of the sources, in the order of files, without translations."""
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    catalog = Catalog()
    # Babel leaves out folders whose name begins with "_", where our macros are.
    found = extract_from_dir(
        root, methods, options, KEYWORDS, directory_filter=lambda path: not _is_hidden(path)
    )
    for file, _line, text, _comments, _context in found:
        catalog.add(text, locations=[(file, 0)])
    return catalog


def _is_hidden(path: Any) -> bool:
    return Path(path).name.startswith((".", "__"))


def kept(po: Path = PO) -> Catalog:
    """What is translated; empty when there is no file yet."""
    if not po.exists():
        return Catalog(locale="en")
    with po.open("rb") as file:
        return read_po(file, locale="en")


def messages(catalog: Catalog) -> Iterator[Message]:
    """The texts of a catalogue, without its header."""
    return (message for message in catalog if message.id)


def written(catalog: Catalog) -> str:
    """The file: texts in the order of the sources, those no longer used left out."""
    out = BytesIO()
    write_po(out, catalog, 96, omit_header=True, ignore_obsolete=True, include_lineno=False)
    return HEADER + out.getvalue().decode()


def main() -> int:
    """Follow the sources and say how many texts still want a translation."""
    catalog = kept()
    catalog.update(extracted(), no_fuzzy_matching=True)
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_text(written(catalog), encoding="utf-8")
    wanted = sum(not is_translated(message) for message in messages(catalog))
    print(f"{len(catalog)} texts, {wanted} to translate in {PO.relative_to(ROOT)}")
    return 0


def is_translated(message: Message) -> bool:
    """Whether every form of a text has words."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms)


if __name__ == "__main__":
    sys.exit(main())
