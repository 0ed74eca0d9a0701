"""What goes to the printer: letters, each with what is joined to it behind."""

from collections.abc import Sequence

from grc.core import blobs
from grc.correspondence import enclosing, pages
from grc.correspondence.models import LetterFile, OurLetter


def run(letters: Sequence[OurLetter]) -> bytes:
    """The letters of a run, signed, as one file. Raises InvalidInput when it cannot be made."""
    joined = enclosing.behind_all([one.id for one in letters])
    return pages.bound(
        [
            (blobs.store().read(one.sha256), _hashes(joined.get(one.id, ())))
            for one in letters
            if one.sha256
        ]
    )


def whole(letter: OurLetter, pdf: bytes) -> bytes:
    """A letter of which these are the bytes, and what is joined to it; alone, the same bytes.
    Raises InvalidInput when it cannot be made."""
    joined = _hashes(enclosing.behind(letter.id))
    return pages.bound([(pdf, joined)]) if joined else pdf


def _hashes(files: Sequence[LetterFile]) -> list[str]:
    return [one.printed_sha256 for one in files]
