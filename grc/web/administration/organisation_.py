"""What the département is made of: units, sites, territories; where each is changed, and the
file that says the same."""

from typing import Any

from flask import Response, url_for

from grc.core.clock import paris_date
from grc.organisation.present import present
from grc.organisation.tables import ClosedDay, Organisation, Unit
from grc.organisation.territory import Range
from grc.organisation.writing import to_toml
from grc.web.administration.blueprint import ADMIN, asked, bp, shown
from grc.web.guard import needs
from grc.web.present import now
from grc.web.presenters.lists import Choice

SECTION = "administration.organisation_"
_NEXT = 5  # closed days


@bp.get("/organisation")
@needs(ADMIN)
def organisation_() -> str:
    """What is in force today; each thing leads to the page that changes it."""
    here = present()
    is_closed = asked("etat") == "closed"
    units = {one.code: one.name for one in here.units}
    communes = {one.insee: one.name for one in here.communes}
    return shown(
        "administration/organisation.html",
        SECTION,
        units=[
            {"row": one, "depth": depth, "url": url_for("administration.unit_", code=one.code)}
            for one, depth in (_closed(here) if is_closed else _tree(here))
        ],
        sites=[
            {
                "row": one,
                "unit": units.get(one.unit, "–"),
                "commune": communes[one.commune],
                "url": url_for("administration.site", code=one.code),
            }
            for one in here.sites
            if one.active != is_closed
        ],
        territories=[] if is_closed else _territories(here, units, communes),
        closings=_closings(here),
        is_closed=is_closed,
        other_url=url_for(SECTION, etat=None if is_closed else "closed"),
        file_url=url_for("administration.organisation_file"),
    )


def _closings(here: Organisation) -> list[ClosedDay]:
    """The next days that somebody or everybody is not there."""
    return [one for one in here.closed_days if one.on >= paris_date(now())][:_NEXT]


def _closed(here: Organisation) -> list[tuple[Unit, int]]:
    return [(one, 0) for one in here.units if not one.active]


def _tree(here: Organisation) -> list[tuple[Unit, int]]:
    """Units, each under the one above it, and how deep."""
    below: dict[str, list[Unit]] = {}
    for one in here.units:
        if not one.active:
            continue
        below.setdefault(one.parent, []).append(one)

    def _walk(parent: str, depth: int) -> list[tuple[Unit, int]]:
        return [
            line
            for one in below.get(parent, [])
            for line in ((one, depth), *_walk(one.code, depth + 1))
        ]

    return _walk("", 0)


def _territories(
    here: Organisation, units: dict[str, str], communes: dict[str, str]
) -> list[dict[str, Any]]:
    today = paris_date(now())
    present_ranges = [place for place in here.ranges if place.holds(today)]
    return [
        {
            "row": one,
            "unit": units.get(one.unit, "–"),
            "url": url_for("administration.territory", code=one.code),
            **_ground([place for place in present_ranges if place.territory == one.code], communes),
        }
        for one in here.territories
        if one.valid_to is None or one.valid_to > today
    ]


def _ground(own: list[Range], communes: dict[str, str]) -> dict[str, Any]:
    """Communes by name, each with its page; those served in part after the whole ones."""

    def _links(insee: set[str]) -> list[Choice]:
        named = sorted((communes[one], one) for one in insee)
        return [
            Choice(name, url_for("administration.commune", code=one), current=False)
            for name, one in named
        ]

    whole = {place.insee for place in own if not place.street}
    return {"whole": _links(whole), "parts": _links({place.insee for place in own} - whole)}


@bp.get("/organisation.toml")
@needs(ADMIN)
def organisation_file() -> Response:
    """The same as the file that `grc organisation load` reads."""
    text = to_toml(present(taken_at=now()))
    answer = Response(text, mimetype="application/toml")
    answer.headers.set("Content-Disposition", "attachment", filename="organisation.toml")
    return answer
