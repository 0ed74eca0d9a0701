"""Routing asked again, once a person has told more: what follows from the nature follows it."""

from grc.cases.service import amend
from grc.core import clock
from grc.core.db import transaction
from grc.routing import service as routing
from tests.integration.pipeline.desk import Desk

UNKNOWN = "Le xylophone du zygomatique est mauve."


def test_another_nature_is_another_deadline(desk: Desk) -> None:
    case = desk.open(UNKNOWN, subject="Bonjour")
    assert (case.request_type, desk.handling(case).to_route) == (None, True)
    before = desk.handling(case).due_on
    with transaction():
        case = desk.case(case.id)
        amend(case, subject="Recours contre un refus de RSA")
        routing.route_anew(case, now=clock.now())
    case = desk.case(case.id)
    (running,) = [one for one in desk.deadlines(case) if one.met_at is None]
    assert case.request_type is not None
    assert desk.handling(case).due_on == running.due_on != before
