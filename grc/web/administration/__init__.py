"""Administration: accounts and roles, delegations of signature, tokens, texts, settings."""

from grc.web.administration import (
    boxes,
    calendar,
    communes,
    delegations,
    environment,
    ground,
    leave,
    load,
    natures,
    organisation_,
    places,
    tokens,
    user,
    users,
)
from grc.web.administration.blueprint import bp

__all__ = [
    "boxes",
    "bp",
    "calendar",
    "communes",
    "delegations",
    "environment",
    "ground",
    "leave",
    "load",
    "natures",
    "organisation_",
    "places",
    "tokens",
    "user",
    "users",
]
