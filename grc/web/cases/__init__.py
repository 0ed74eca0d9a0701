"""Cases: their page, what may be done to them, their files."""

from grc.web.cases import acts, drafting, files, noting, page, recovering, writing
from grc.web.cases.blueprint import bp

__all__ = ["acts", "bp", "drafting", "files", "noting", "page", "recovering", "writing"]
