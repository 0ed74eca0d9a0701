"""Who each case of a list is for or from."""

from collections.abc import Sequence

from sqlalchemy import select

from grc.cases.models import Case, Party
from grc.cases.seen import lists
from grc.citizens.models import Citizen
from grc.core.db import among, session


def names_of(cases: Sequence[Case]) -> dict[int, str]:
    """Who each case is for or from, by case id."""
    ids = [case.id for case in cases]
    for case in cases:
        lists(case.id, case.level)
    query = (
        select(Party.case_id, Citizen.name, Party.name, Party.organisation)
        .outerjoin(Citizen, Citizen.id == Party.citizen_id)
        .where(among(Party.case_id, ids), Party.is_correspondent)
    )
    rows = session().execute(query) if ids else ()
    return {row[0]: row[1] or row[3] or row[2] or "" for row in rows}
