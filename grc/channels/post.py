"""Letters: a batch of scanned pages (PDF or TIFF) is cut at its separator sheets.

The batch is an item whose bytes are kept; each letter becomes an item of its own, with a PDF
of its pages alone and what could be read on them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grc.channels import letters
from grc.channels.bases import Files
from grc.channels.past import Account, Part
from grc.channels.protocol import ChannelError, Request
from grc.parsing.limits import LimitExceeded
from grc.parsing.words import N_


class PostChannel(Files):
    """Cuts batches and reads their letters."""

    name = "post"
    label = N_("Courrier")
    icon = "letter"
    together = 1  # a letter a call: reading its pages may take a while
    needs_guide = False
    bundled = True  # a folder of pages may be one batch
    indexed = True  # by a person, who sees what a machine has read
    unit_given_by = N_("service donné par la feuille de séparation")

    def read(self, raw: bytes) -> Sequence[Request]:
        """The request of one letter. Raises ChannelError: `empty`, `too_large`, `not_a_letter`."""
        return [letters.read(raw, self._limits)]

    def parts(
        self, path: Path, guide: Mapping[str, Any], after: int = 0
    ) -> Iterator[Part | Account]:
        """The letters of a batch; `guide` says which are medical. Raises ChannelError when it
        cannot be read as one."""
        from grc.channels import post_batch  # what reads pages is loaded where pages are read
        from grc.parsing.scans import BadScan, ScanLimits

        units = frozenset(guide.get("medical_units", ()))
        secrecy = post_batch.Secrecy(bool(guide.get("medical")), units)
        try:
            yield from post_batch.parts(path, ScanLimits(), after, secrecy)
        except (BadScan, LimitExceeded) as error:
            is_medical = post_batch.holds_medical(path, secrecy)
            told = {} if is_medical is None else {"medical": is_medical}
            raise ChannelError(error.code, error.detail, params={**error.params, **told}) from error
