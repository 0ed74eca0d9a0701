"""Cases: their page, what may be done to them, their files."""

from grc.web.cases import (
    acts,
    beside,
    danger,
    drafting,
    enclosing,
    fields,
    files,
    linking,
    noting,
    page,
    recovering,
    writing,
)
from grc.web.cases.blueprint import bp
from grc.web.cases.enclosing import install

__all__ = [
    "acts",
    "beside",
    "bp",
    "danger",
    "drafting",
    "enclosing",
    "fields",
    "files",
    "install",
    "linking",
    "noting",
    "page",
    "recovering",
    "writing",
]
