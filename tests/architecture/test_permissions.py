"""The policy is applied twice: on the route, and in every use-case a person may call."""

import ast

import pytest

from tests.architecture.sources import calls, modules, name_of

STAGES = (
    "grc/appointments/agenda.py",
    "grc/appointments/visits.py",
    "grc/bulk/leaving.py",
    "grc/bulk/service.py",
    "grc/correspondence/delegating.py",
    "grc/correspondence/leaving.py",
    "grc/correspondence/signing.py",
    "grc/correspondence/writing.py",
    "grc/finding/exports.py",
    "grc/finding/views.py",
    "grc/intake/quarantine.py",
    "grc/intake/service.py",
    "grc/mailroom/access.py",
    "grc/mailroom/correcting.py",
    "grc/mailroom/elsewhere.py",
    "grc/mailroom/enclosures.py",
    "grc/mailroom/handing.py",
    "grc/mailroom/hints.py",
    "grc/mailroom/indexing.py",
    "grc/mailroom/returned.py",
    "grc/recovery/service.py",
    "grc/routing/activating.py",
    "grc/routing/drafting.py",
    "grc/routing/service.py",
    "grc/routing/trying.py",
    "grc/staff/absences.py",
    "grc/staff/accounts.py",
    "grc/staff/links.py",
    "grc/staff/loading.py",
    "grc/staff/service.py",
    "grc/webhooks/service.py",
    "grc/work/canned.py",
    "grc/work/drafts.py",
    "grc/work/mentions.py",
    "grc/work/papers.py",
    "grc/work/service.py",
)
WITHOUT = {  # what only machines call, and why
    "refusal": "says why not, does nothing",
    "store": "what arrives is taken in whoever brings it",
    "store_alone": "as `store`",
    "drop": "one's own draft only",
    "in_the_name_of": "of who has demanded the letter, see there",
    "enclose": "of who has demanded the letter, see `indexing.confirm`",
    "correct": "of who holds the envelope, see `correcting.held`",
    "withdraw": "of who takes the letter back, see `elsewhere.take_back`",
    "given": "filters by what the actor may know, see `access.knows`",
    "leave": "of who has demanded the letter, see `indexing.confirm`",
    "start_again": "of who has demanded the move, see `reroute`; or the program, see `closing`",
    "done": "says who, does nothing",
    "examples": "filters by what the actor may read",
    "seen": "her own views and those of her units",
    "removed": "those she may change",
    "view_of": "as `seen`",
    "may_change": "says who, does nothing",
    "short": "finds by `visible_to`",
    "mine": "what she asked for",
    "export_of": "what she asked for",
    "cases_of": "of who asked for it, by `visible_to`",
    "unread": "filters by what the actor may read",
    "waiting": "filters by the actor's own units",
    "count": "filters by the actor's own units",
}


def use_cases(path: str) -> dict[str, ast.FunctionDef]:
    """The public functions of a module that say who acts."""
    return {
        node.name: node
        for node in modules()[path].body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "actor" in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    }


@pytest.mark.parametrize("path", STAGES)
def test_a_use_case_asks_the_policy(path: str) -> None:
    asking = (
        "demand",
        "demand_reader",
        "_demand",
        "_held",
        "demand_quarantined",
        "letter_for",
        "allowed",
        "units",
        "_seen_by",
        "of_units",
    )
    silent = [
        name
        for name, function in use_cases(path).items()
        if name not in WITHOUT
        and not any(name_of(call.func).rpartition(".")[2] in asking for call in calls(function))
    ]
    assert not silent
