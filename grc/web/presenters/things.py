"""Small shapes templates know: a link, an act. See templates/_macros/ui.html."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """A link."""

    label: str
    url: str


@dataclass(frozen=True)
class Act:
    """Something a person can do: a page to open, or a form to send at once."""

    label: str
    url: str
    method: str = "get"
    icon: str | None = None
    key: str | None = None
    kind: str = "plain"
    modal: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    rare: bool = False  # behind "Autres actes", where there are many; its key answers all the same
