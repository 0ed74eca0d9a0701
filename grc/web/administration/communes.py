"""The communes, searched by name, postcode or INSEE code: who serves each today, and then."""

from datetime import date

from flask import request, url_for

from grc.core.clock import paris_date
from grc.core.search import strip_accents
from grc.organisation.changing import spelled
from grc.organisation.communes import Commune
from grc.organisation.present import present
from grc.organisation.tables import Organisation
from grc.organisation.territory import Range
from grc.web.administration.blueprint import ADMIN, asked, bp, shown
from grc.web.administration.places import SECTION
from grc.web.guard import needs
from grc.web.present import now
from grc.web.words import _

MOST = 100


@bp.get("/organisation/communes")
@needs(ADMIN)
def communes() -> str:
    """Those that are searched for, or that a territory serves today or will."""
    here, today = present(), paris_date(now())
    found = _found(here, today)
    names = {one.code: one.name for one in here.territories}
    return shown(
        "administration/rows.html",
        SECTION,
        title=_("Communes"),
        note=_("Chaque nom mène à qui sert la commune, et à partir de quand. La liste elle-même "
               "vient du fichier."),
        columns=[_("Commune"), _("Code INSEE"), _("Codes postaux"), _("Aujourd’hui"), _("Ensuite")],
        lines=[_line(one, here, names, today) for one in found[:MOST]],
        given=request.args,
        territories=sorted(names.items(), key=lambda one: one[1]),
        left_out=max(0, len(found) - MOST),
    )  # fmt: skip


def _found(here: Organisation, today: date) -> list[Commune]:
    words, territory = _plain(asked("q")), asked("territoire")
    served = {one.insee for one in _coming(here, today) if one.territory == territory}
    found = (one for one in here.communes if not territory or one.insee in served)
    named = (one for one in found if words in _plain(_searched(one)))
    return sorted(named, key=lambda one: _plain(one.name))


def _plain(text: str) -> str:
    return strip_accents(text).casefold().replace("-", " ")


def _searched(one: Commune) -> str:
    return " ".join((one.name, *one.aliases, one.insee, *one.postcodes))


def _coming(here: Organisation, today: date) -> list[Range]:
    return [one for one in here.ranges if one.valid_to is None or one.valid_to > today]


def _line(
    one: Commune, here: Organisation, names: dict[str, str], today: date
) -> tuple[str, list[str]]:
    own = [place for place in _coming(here, today) if place.insee == one.insee]
    present_ = dict.fromkeys(names[place.territory] for place in own if place.holds(today))
    then = [
        _("%(name)s le %(day)s", name=names[place.territory], day=spelled(place.valid_from))
        for place in own
        if place.valid_from > today
    ]
    cells = [one.name, one.insee, ", ".join(one.postcodes)]
    told = [" · ".join(present_) or _("aucun"), " · ".join(then) or "–"]
    return url_for("administration.commune", code=one.insee), cells + told
