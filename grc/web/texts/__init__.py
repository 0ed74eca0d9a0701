"""Prepared texts: canned replies and what letters begin with, in versions."""

from grc.web.texts import letters, replies
from grc.web.texts.blueprint import bp

__all__ = ["bp", "letters", "replies"]
