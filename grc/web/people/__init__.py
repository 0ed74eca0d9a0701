"""People: the page of one, what may be changed of her, merging two and separating them."""

from grc.web.people import acts, fields, finding, household, joining, page
from grc.web.people.blueprint import bp

__all__ = ["acts", "bp", "fields", "finding", "household", "joining", "page"]
