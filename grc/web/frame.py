"""The frame around a page: navigation, search, the person, what was just taken over."""

from typing import Any

from flask import render_template, session, url_for

from grc.core.settings import settings
from grc.finding.question import LONGEST
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import CONTENT, Permission, allowed
from grc.web import once, returning
from grc.web.nav import alarm, entries, forms, tabs
from grc.web.present import locale, now
from grc.web.presenters.things import Target
from grc.web.session import Account, known, who
from grc.web.words import _, ngettext


def render(template: str, *, current: str | None = None, **context: Any) -> str:
    """A page with its frame, for a signed-in person; `current` is an entry of the navigation."""
    person = who()
    nav = entries(person.actor, now(), current)
    frame: dict[str, Any] = {
        "language": locale(),
        "nav": nav,
        "alarm": alarm(nav),
        "nav_tabs": tabs(nav),
        "intake": forms(person.actor),
        "search": box() if allowed(person.actor, Permission.CASE_READ) else None,
        "user": _user(person),
        "preferences": preferences(person) | {"url": url_for("preferences.save")},
        "help": Target(_("Aide"), url_for("help.sheet")),
        "footer_links": [Target(_("Aide"), url_for("help.sheet"))],
        "ringing": _ringing(person),
        "danger": _danger(person),
        "drafts_done": session.pop("drafts_done", None),
        "acted": once.acted(),
    }
    return render_template(template, **(frame | context))


def _danger(person: Account) -> str | None:
    """Where danger is said, from every page."""
    return url_for("danger.page") if allowed(person.actor, Permission.DANGER) else None


def _ringing(person: Account) -> str | None:
    """Where the page asks who is calling, for who takes calls at a telephone she has told."""
    hears = person.extension and settings().phone_secrets
    if not (hears and allowed(person.actor, Permission.CASE_WRITE)):
        return None
    return url_for("call_backs.ringing", retour=returning.here() or None)


def box(query: str = "") -> dict[str, Any]:
    """The search box of the top bar."""
    return {"url": url_for("search.results"), "query": query, "longest": LONGEST}


def bare(template: str, **context: Any) -> str:
    """A page without navigation: login, errors. Asks the database nothing."""
    person = known()
    shown = preferences(person) if person else {}
    return render_template(template, language=locale(), preferences=shown, **context)


def preferences(person: Account) -> dict[str, Any]:
    """How this person wants pages to look."""
    density = "compact" if person.compact else "comfortable"
    return {"theme": person.theme, "density": density, "shortcuts": person.shortcuts}


def _user(person: Account) -> dict[str, Any]:
    units = organisation()
    own = sorted(units.unit_by_id(unit).short_name for unit in person.actor.units(*CONTENT))
    rest = len(own) - 2
    more = " " + ngettext("et %(num)s autre", "et %(num)s autres", rest) if rest > 0 else ""
    shown = ", ".join(own[:2]) + more
    return {
        "name": person.name,
        "unit": shown,
        "key": f"u{person.id}",
        "logout_url": url_for("auth.logout"),
        "account_url": url_for("preferences.page"),
    }
