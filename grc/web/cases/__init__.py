"""Cases: their page, what may be done to them, their files."""

from grc.web.cases import acts, files, page, writing
from grc.web.cases.blueprint import bp

__all__ = ["acts", "bp", "files", "page", "writing"]
