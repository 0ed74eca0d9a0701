"""Texts are typed with the keys of a keyboard and shown as print would set them. Pure."""

import re
from functools import lru_cache

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_UNIT = re.compile(
    r"((?<!\w)\d+|%\(\w+\)[sd]) (?=(?:j|d|h|min|s|o|B|[kMG][oB]|€|%%)(?![\w\u2019']))"
)
_SPACE = re.compile(r" (?=[:;!?»])|(?<=«) ")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|%\()")


@lru_cache(maxsize=4096)
def printed(text: str) -> str:
    """No line begins with `:` or `»`, none ends with `«`; a number keeps its unit beside it;
    apostrophes are curly."""
    return _UNIT.sub("\\1\N{NO-BREAK SPACE}", _APOSTROPHE.sub("’", _SPACE.sub(_NARROW, text)))
