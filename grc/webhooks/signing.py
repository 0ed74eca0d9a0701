"""Signatures of what is told, as the Standard Webhooks specification (1.0.0) writes them. Pure.

A secret is derived from a key of the settings and from the random key of a webhook, so that
the database alone signs nothing, and there is nothing to encrypt.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX = "whsec_"  # those who look for leaked secrets know it


def derive(token_key: str, key: str) -> bytes:
    """The 32 bytes with which a webhook signs."""
    return hmac.new(token_key.encode(), f"webhook:{key}".encode(), hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """A secret as it is told to who writes the receiver."""
    return PREFIX + base64.b64encode(secret).decode()


def headers(uid: str, at: int, body: bytes, secrets: Iterable[bytes]) -> dict[str, str]:
    """The three headers: `at` in seconds since 1970; a signature by each secret."""
    content = f"{uid}.{at}.".encode() + body
    signatures = (hmac.new(secret, content, hashlib.sha256).digest() for secret in secrets)
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join("v1," + base64.b64encode(s).decode() for s in signatures),
    }
