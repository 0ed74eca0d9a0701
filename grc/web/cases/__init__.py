"""Cases: their page, what may be done to them, their files."""

from grc.web.cases import acts, files, page, recovering, writing
from grc.web.cases.blueprint import bp

__all__ = ["acts", "bp", "files", "page", "recovering", "writing"]
