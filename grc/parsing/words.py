"""Marks French sentences said below `grc.core`, where they are translated when shown. Pure."""


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a French text for translation; return it unchanged."""
    return msgid
