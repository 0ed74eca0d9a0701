"""Loading modules makes no garbage: looking for it would take a tenth of the start."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import inside this block; afterwards garbage is collected again."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
