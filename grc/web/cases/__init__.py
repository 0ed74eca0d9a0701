"""Cases: their page, what may be done to them, their files."""

from grc.web.cases import (
    acts,
    beside,
    danger,
    drafting,
    files,
    linking,
    noting,
    page,
    recovering,
    writing,
)
from grc.web.cases.blueprint import bp

__all__ = [
    "acts",
    "beside",
    "bp",
    "danger",
    "drafting",
    "files",
    "linking",
    "noting",
    "page",
    "recovering",
    "writing",
]
