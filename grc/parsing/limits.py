"""What we accept to read, checked on raw bytes before anything is decoded."""

from dataclasses import dataclass

from grc.parsing.words import N_

_KIB = 1024
_MIB = 1024 * _KIB


class LimitExceeded(Exception):
    """A message crosses a limit. `code` is stable, `detail` says it in French, where the
    named `params` remain to be filled in."""

    def __init__(self, code: str, detail: str, **params: int) -> None:
        super().__init__(f"{code}: {detail % params}")
        self.code = code
        self.detail = detail
        self.params = params


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of the readers. Sizes are in bytes, texts in characters.

    Crossing one of the first six sends the item to quarantine, bytes kept. Crossing one of
    the last three only changes how a text is shown: the whole text stays as an attachment.
    """

    message_bytes: int = 80 * _MIB  # a 50 MB file weighs 69 MB once in base64
    header_block_bytes: int = 256 * _KIB
    header_lines: int = 1_000
    header_bytes: int = 16 * _KIB  # one header, once unfolded
    parts: int = 1_000
    depth: int = 50
    html_chars: int = 1_000_000
    html_depth: int = 200  # sanitising costs the square of the nesting
    text_chars: int = 500_000


DEFAULT = Limits()


def check_size(size: int, limits: Limits) -> None:
    """Raise `too_large` when an item of `size` bytes must not even be scanned."""
    if size > limits.message_bytes:
        raise LimitExceeded(
            "too_large",
            N_("l'élément pèse %(size)s octets, la limite est de %(limit)s"),
            size=size,
            limit=limits.message_bytes,
        )
