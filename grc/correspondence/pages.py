"""Files from outside as A4 pages, and those pages behind letters: made in a process that may be
killed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from types import MappingProxyType

from grc.core import blobs
from grc.core.errors import InvalidInput
from grc.core.i18n import N_
from grc.parsing import behind
from grc.parsing.child import Child, ChildFailure

_TIMEOUT = 30.0  # seconds
_MEMORY = 1 << 30  # bytes
_CALLS = 200
_PRINTABLE = f"{behind.__name__}:{behind.printable.__name__}"
_BOUND = f"{behind.__name__}:{behind.bound.__name__}"
_MOST_BYTES = 40 << 20  # of the pages made of one file
_OTHER_KIND = N_(
    "« %(name)s » ne s'imprime pas derrière une lettre : enregistrez-le en PDF, ou retirez-le."
)
_DAMAGED = N_("« %(name)s » est abîmé : il serait imprimé incomplet. Demandez-le de nouveau.")
_LARGE = N_("« %(name)s » est trop lourd à imprimer : réduisez-le, ou scindez-le.")
_WHY: Mapping[str, str] = MappingProxyType(
    {
        "encrypted": N_("« %(name)s » est protégé par un mot de passe : joignez-le sans."),
        "too_many_pages": N_("« %(name)s » a plus de %(most)s pages : scindez-le."),
        "page_too_large": _LARGE,
        "too_large": _LARGE,
        "parser_memory": _LARGE,
        "parser_timeout": _LARGE,
    }
)


@dataclass(frozen=True)
class Pages:
    """A file as A4 pages: the bytes of a PDF, and how many pages it has."""

    data: bytes
    pages: int

    def stream(self) -> BytesIO:
        """To be kept."""
        return BytesIO(self.data)


def is_printable(kind: str) -> bool:
    """Whether files of this content type become pages."""
    return kind in behind.PRINTABLE


def pages_of(sha256: str, kind: str, name: str, most: int) -> Pages:
    """A kept file as A4 pages. Raises InvalidInput: why it is not printed, in words."""
    if not is_printable(kind):
        raise InvalidInput(_OTHER_KIND, field="files", name=name)
    wanted = {"path": str(blobs.store().path(sha256)), "kind": kind, "most": most}
    try:
        told, made = _child().call(_PRINTABLE, wanted, [])
    except ChildFailure as failure:
        raise _refusal(failure.code, name, most) from failure
    if "refused" in told:
        raise _refusal(told["refused"], name, most)
    if len(made[0]) > _MOST_BYTES:
        raise _refusal("too_large", name, most)
    return Pages(made[0], told["pages"])


def _refusal(code: str, name: str, most: int) -> InvalidInput:
    return InvalidInput(_WHY.get(code, _DAMAGED), field="files", name=name, most=most)


def bound(letters: Sequence[tuple[bytes, Sequence[str]]]) -> bytes:
    """One PDF of letters, each with the pages joined to it (their SHA-256) behind; every document
    begins on a new sheet when both sides are printed. Raises InvalidInput when it cannot be
    made."""
    if not any(joined for _letter, joined in letters):
        return behind.together(letter for letter, _joined in letters)[0]  # all our own
    paths: list[str | None] = []
    for _letter, joined in letters:
        paths += [None, *(str(blobs.store().path(one)) for one in joined)]
    try:
        _told, made = _child().call(_BOUND, {"paths": paths}, [letter for letter, _j in letters])
    except ChildFailure as failure:
        raise InvalidInput(N_("Ce tirage ne peut pas être assemblé : réessayez.")) from failure
    return made[0]


@cache
def _child() -> Child:
    """One for this process: it starts at its first call, and knows of no application."""
    return Child(timeout=_TIMEOUT, memory=_MEMORY, calls=_CALLS)
