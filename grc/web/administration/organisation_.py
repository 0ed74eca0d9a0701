"""What the département is made of: units, sites, territories; read, and taken away as a file."""

from typing import Any

from flask import Response, url_for

from grc.core.clock import paris_date
from grc.organisation.present import present
from grc.organisation.tables import Organisation, Unit
from grc.organisation.writing import to_toml
from grc.web.administration.blueprint import ADMIN, bp, shown
from grc.web.guard import needs
from grc.web.present import now

SECTION = "administration.organisation_"


@bp.get("/organisation")
@needs(ADMIN)
def organisation_() -> str:
    """What is in force today."""
    here = present()
    units = {one.code: one.name for one in here.units}
    communes = {one.insee: one.name for one in here.communes}
    return shown(
        "administration/organisation.html",
        SECTION,
        units=[{"row": one, "depth": depth} for one, depth in _tree(here)],
        sites=[
            {"row": one, "unit": units.get(one.unit, "–"), "commune": communes[one.commune]}
            for one in here.sites
        ],
        territories=_territories(here, units, communes),
        file_url=url_for("administration.organisation_file"),
    )


def _tree(here: Organisation) -> list[tuple[Unit, int]]:
    """Units, each under the one above it, and how deep."""
    below: dict[str, list[Unit]] = {}
    for one in here.units:
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
    found, today = [], paris_date(now())
    present_ranges = [place for place in here.ranges if place.holds(today)]
    for one in here.territories:
        if one.valid_to is not None and one.valid_to <= today:
            continue
        own = [place for place in present_ranges if place.territory == one.code]
        whole = sorted({communes[place.insee] for place in own if not place.street})
        parts = sum(1 for place in own if place.street)
        found.append({"row": one, "unit": units.get(one.unit, "–"), "whole": whole, "parts": parts})
    return found


@bp.get("/organisation.toml")
@needs(ADMIN)
def organisation_file() -> Response:
    """The same as the file that `grc organisation load` reads."""
    text = to_toml(present())
    answer = Response(text, mimetype="application/toml")
    answer.headers.set("Content-Disposition", "attachment", filename="organisation.toml")
    return answer
