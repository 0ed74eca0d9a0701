"""The API for other programs, below /api/v1: see docs/api.md."""

from grc.web.api import openapi, phone, problems, views  # noqa: F401 - they fill the table of routes
from grc.web.api.routes import bp

__all__ = ["bp"]

problems.install(bp)
