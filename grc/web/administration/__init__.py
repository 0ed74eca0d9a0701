"""Administration: accounts and roles, delegations of signature, tokens, texts, settings."""

from grc.web.administration import (
    delegations,
    environment,
    leave,
    load,
    natures,
    organisation_,
    tokens,
    user,
    users,
)
from grc.web.administration.blueprint import bp

__all__ = [
    "bp",
    "delegations",
    "environment",
    "leave",
    "load",
    "natures",
    "organisation_",
    "tokens",
    "user",
    "users",
]
