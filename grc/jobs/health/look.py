"""What the checks fill in: facts for whoever watches, findings for whoever must act."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.core.i18n import Text
from grc.core.settings import Settings


@dataclass(frozen=True)
class Finding:
    """Something to do. `severity` is error when requests may be lost or stand still, else
    warning."""

    check: str
    severity: str
    text: Text


@dataclass
class Look:
    """One look at an installation, at one moment."""

    settings: Settings
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def error(self, check: str, msgid: str, **params: Any) -> None:
        """Note what must be done now."""
        self.findings.append(Finding(check, "error", Text(msgid, params)))

    def warn(self, check: str, msgid: str, **params: Any) -> None:
        """Note what should be done soon."""
        self.findings.append(Finding(check, "warning", Text(msgid, params)))
