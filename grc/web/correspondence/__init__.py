"""Our letters: written from a case, endorsed and signed in the signature book."""

from grc.web.correspondence import acts, enclosing, reading, writing
from grc.web.correspondence.blueprint import bp

__all__ = ["acts", "bp", "enclosing", "reading", "writing"]
