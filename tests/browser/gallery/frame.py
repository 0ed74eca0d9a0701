"""What every page of the gallery shares: navigation, search, user."""

from types import SimpleNamespace as Thing
from typing import Any


def act(label: str, url: str = "#", method: str = "get", **more: Any) -> Thing:
    """Return something a person can do (see templates/_macros/ui.html)."""
    defaults = {"icon": None, "key": None, "kind": "plain", "modal": False, "fields": {}}
    defaults["rare"] = False
    return Thing(label=label, url=url, method=method, **(defaults | more))


def target(label: str, url: str = "#") -> Thing:
    """Return a link."""
    return Thing(label=label, url=url)


NAV = [
    ("work", "/mine", "Mes demandes", "inbox", "12", "d"),
    ("queue", "/queue", "Ma file", "queue", "48", "f"),
    ("to_route", "/to-route", "À affecter", "route", "7", "o"),
    ("quarantine", "/quarantine", "À examiner", "examine", "4", "e"),
    ("health", "/health", "Réception", "pulse", None, "s"),
    ("recovery", "/recovery", "Recouvrement", "recovery", "9", "r"),
]


def nav(current: str | None) -> list[Thing]:
    """Return the navigation with one entry marked as current."""
    names = ("endpoint", "url", "label", "icon", "count", "key")
    return [Thing(**dict(zip(names, e, strict=True)), current=e[0] == current) for e in NAV]


def frame(current: str | None = None, **more: Any) -> dict[str, Any]:
    """Return the variables of base.html, with those of one page added."""
    shared = {
        "nav": nav(current),
        "search": Thing(url="/search", query=""),
        "intake": [
            act("Appel", "#", icon="phone", key="a"),
            act("Visite", "#", icon="visit", key="v"),
            act("Courrier", "#", icon="letter"),
        ],
        "user": Thing(
            name="Camille Diallo",
            unit="Autonomie 12",
            key="u1",
            logout_url="/logout",
            account_url=None,
        ),
        "help": target("Aide", "/help"),
        "footer_links": [target("Accessibilité : partiellement conforme"), target("Aide")],
    }
    return shared | more
