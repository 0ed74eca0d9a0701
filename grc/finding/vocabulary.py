"""What people call the units, communes, natures and channels that filters name."""

from collections.abc import Iterable, Mapping

from grc.catalogue.files import NATURES
from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core.search import strip_accents, words
from grc.organisation.queries import snapshot as organisation


class Installation:
    """The vocabulary of this département, see `question.Vocabulary`."""

    def code(self, name: str, typed: str) -> str | None:
        """The code of a unit, commune, territory, request type, channel or legal nature that
        goes by this code or name; None when none or several do."""
        if name == "commune":
            found = organisation().communes.named(typed)
            return found[0].insee if len(found) == 1 else None
        return _only(_names(name), typed)


def _names(name: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """(code, what it goes by) of every value of a filter."""
    if name == "service":
        return ((one.code, (one.name, one.short_name)) for one in organisation().units)
    if name == "territoire":
        return ((one.code, (one.name,)) for one in organisation().territories_by_code.values())
    if name == "type":
        kinds = catalogue().types.values()
        return ((kind.code, (kind.label_fr, kind.label_en)) for kind in kinds)
    if name == "canal":
        return ((one, (registry.label(one),)) for one in registry.names())
    return ((one, ()) for one in NATURES) if name == "nature" else ()


def _only(names: Iterable[tuple[str, tuple[str, ...]]], typed: str) -> str | None:
    known: Mapping[str, tuple[str, ...]] = dict(names)
    if typed in known:
        return typed
    wanted = _plain(typed)
    found = [code for code, called in known.items() if wanted in map(_plain, (code, *called))]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return strip_accents(" ".join(words(text)))
