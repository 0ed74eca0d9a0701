"""Administration: accounts and roles, delegations of signature, tokens, texts, settings."""

from grc.web.administration import (
    calendar,
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
    "bp",
    "calendar",
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
