"""What a token may read: no more than an agent of its units, and no named case at all."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from grc.cases.models import Case
from grc.cases.queries import by_reference
from grc.cases.service import handling_of, set_level, set_status
from grc.cases.states import Status
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow
from grc.core.db import execute, session, transaction
from grc.staff import tokens
from grc.staff.models import AccessLog, Token
from tests.api.conftest import Make, Script, script
from tests.integration.conftest import mail
from tests.rig.plans import plans
from tests.web.conftest import GARBAGE, Site


def set_to(site: Site, name: str, level: str) -> None:
    def change() -> None:
        with transaction():
            case = by_reference(site.cases[name])
            assert case is not None
            set_level(case, level, actor=SYSTEM, now=clock.now())

    site.ask(change)


def answered(reference: str) -> None:
    """What is learnt of a case after its items came in."""
    with transaction():
        case = by_reference(reference)
        assert case is not None
        handling = handling_of(case, SYSTEM)
        set_status(case, handling, Status.IN_PROGRESS, actor=SYSTEM, now=clock.now())
        case.subject = "Signalement"


def readable(one: Script) -> set[str]:
    return {case["reference"] for case in one.get("/cases").json["cases"]}


def test_a_token_reads_what_an_agent_of_its_units_reads(both: Site) -> None:
    set_to(both, "other", "restricted")
    apa = script(both, "apa", "cases:read", units=("apa",))
    above = script(both, "autonomie", "cases:read", units=("autonomie",))
    elsewhere = script(both, "crip", "cases:read", units=("crip",))
    every = script(both, "all", "cases:read", all_units=True)
    known = both.cases
    assert {known["apa"], known["other"], known["hostile"]} <= readable(apa)
    assert {known["apa"], known["other"]} <= readable(above)
    assert known["other"] not in readable(elsewhere)
    assert {known["apa"], known["other"], known["lost"]} <= readable(every)
    for one in (apa, above, elsewhere, every):
        assert known["named"] not in readable(one)
        absent = one.get(f"/cases/{known['named']}")
        missing = one.get("/cases/D-2026-9999999-X")
        assert absent.status_code == missing.status_code == 404
        assert absent.json == missing.json
    assert elsewhere.get(f"/cases/{known['other']}").status_code == 404


def test_reading_a_restricted_case_is_written_down(both: Site) -> None:
    set_to(both, "other", "restricted")
    apa = script(both, "apa", "cases:read", units=("apa",))
    apa.get(f"/cases/{both.cases['apa']}")
    assert apa.get(f"/cases/{both.cases['other']}").status_code == 200
    rows = both.ask(lambda: session().scalars(select(AccessLog)).all())
    token = both.ask(lambda: session().scalars(select(Token.id)).one())
    assert [(row.user_id, row.token_id, row.what) for row in rows] == [(None, token, "api")]


def test_a_case_is_told_with_its_messages(api: Make, site: Site) -> None:
    told = api("apa", "cases:read", units=("apa",)).get(f"/cases/{site.cases['apa']}").json
    assert (told["unit"], told["status"], told["channel"]) == ("apa", "received", "email")
    (message,) = told["messages"]
    assert (message["direction"], message["number"]) == ("in", 1)
    assert "dossier d'APA" in message["text"]
    assert [file["filename"] for file in message["attachments"]] == ["certificat.txt"]
    assert "notes" not in told
    assert "id" not in told["citizen"]


def test_pages_follow_each_other_while_cases_are_opened(api: Make, site: Site) -> None:
    reader = api("all", "cases:read", "raw:write", all_units=True)
    everything = [case["reference"] for case in reader.get("/cases").json["cases"]]
    seen, cursor = [], ""
    while True:
        page = reader.get(f"/cases?limit=1{cursor}").json
        seen += [case["reference"] for case in page["cases"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        if len(seen) == 1:
            reader.raw("email", mail("Nouveau.", message_id="late@courriel.example"))
            site.work()
    assert seen == everything
    assert len(seen) > 2


def test_lists_are_narrowed(api: Make, site: Site) -> None:
    reader = api("all", "cases:read", all_units=True)
    of_apa = reader.get("/cases?unit=apa&status=received").json["cases"]
    assert {case["unit"] for case in of_apa} == {"apa"}
    assert reader.get("/cases?status=closed").json == {"cases": [], "next": None}
    assert reader.get("/cases?unit=licorne").status_code == 422
    for wrong in ("status=x", "limit=0", "limit=201", "limit=a", "cursor=%20", "cursor=x", "a=1"):
        assert reader.get(f"/cases?{wrong}").status_code == 400, wrong


def test_an_item_is_shown_to_who_brought_it_and_to_who_reads_its_case(
    api: Make, site: Site
) -> None:
    owner, other = api("owner", "raw:write"), api("other", "raw:write")
    reader = api("reader", "cases:read", all_units=True)
    url = owner.raw("email", mail("APA", message_id="x@courriel.example")).json["url"]
    assert [one.get(url).status_code for one in (owner, other, reader)] == [200, 404, 404]
    site.work()
    assert [one.get(url).status_code for one in (owner, other, reader)] == [200, 404, 200]
    reference = owner.get(url).json["case"]
    site.cases["new"] = reference
    set_to(site, "new", "named")
    assert reader.get(url).status_code == 404


def test_who_brought_an_item_is_told_the_same_before_and_after_its_case_is_secret(
    both: Site,
) -> None:
    owner = script(both, "owner", "raw:write")
    first = owner.raw("email", mail("APA", message_id="x@courriel.example")).json["url"]
    both.work()
    both.cases["new"] = owner.get(first).json["case"]
    again = mail("APA, suite", message_id="y@courriel.example", references="x@courriel.example")
    second = owner.raw("email", again).json["url"]
    both.work()
    before = [owner.get(url).json for url in (first, second)]
    assert [one["outcome"] for one in before] == ["opened", "appended"]
    assert {one["case"] for one in before} == {both.cases["new"]}
    set_to(both, "new", "named")
    both.ask(lambda: answered(both.cases["new"]))
    assert [owner.get(url).json for url in (first, second)] == before


def test_known_bytes_find_the_case_of_nobody_else(both: Site) -> None:
    owner, other = script(both, "owner", "raw:write"), script(both, "other", "raw:write")
    reads = script(both, "reads", "raw:write", "cases:read", all_units=True)
    letter = mail("APA", message_id="x@courriel.example")
    first = owner.raw("email", letter, key="1").json["url"]
    both.work()
    both.cases["new"] = owner.get(first).json["case"]
    told = []
    for level in ("normal", "named"):
        set_to(both, "new", level)
        copies = [one.raw("email", letter, key=level).json["url"] for one in (owner, other, reads)]
        both.work()
        found = [one.get(url).json for one, url in zip((owner, other, reads), copies, strict=True)]
        told.append([(one["outcome"], one["case"], one["case_url"]) for one in found])
    mine = both.cases["new"]
    copy = "duplicate"
    assert told[0] == [(copy, mine, f"/api/v1/cases/{mine}"), *[(copy, None, None)] * 2]
    assert told[1] == told[0]


def test_what_cannot_be_understood_says_why(api: Make, site: Site) -> None:
    owner = api("owner", "raw:write")
    url = owner.raw("email", GARBAGE + b"!").json["url"]
    site.work()
    told = owner.get(url, headers={"Accept-Language": "fr"}).json
    assert (told["outcome"], told["case"]) == ("quarantined", None)
    assert told["sentence"]
    assert owner.get("/items/E-2026-0000001-?").status_code == 404
    assert owner.get("/items/1").status_code == 404


def test_who_may_not_come_in(site: Site, api: Make) -> None:
    stranger = site.app.test_client()
    for header in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer grc_é"}):
        answer = stranger.get("/api/v1/cases", headers=header)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    narrow = api("narrow", "raw:write", channel="phone")
    assert narrow.get("/cases").status_code == 403
    assert narrow.request({}).status_code == 403
    assert narrow.raw("email", b"x").status_code == 403
    assert narrow.raw("phone", b"x").status_code == 201


def test_a_session_is_no_token_and_a_token_no_session(site: Site, api: Make) -> None:
    assert site.as_("sonia").get("/api/v1/cases").status_code == 401
    page = api("all", "cases:read", all_units=True).client.get("/")
    assert page.status_code == 302


def test_an_ended_token_opens_nothing(both: Site) -> None:
    one = script(both, "one", "cases:read", all_units=True)
    two = script(both, "two", "cases:read", all_units=True)

    def end() -> None:
        now = clock.now()
        with transaction():
            tokens.revoke("one", actor=SYSTEM, now=now)
            execute(update(Token).where(Token.name == "two").values(expires_at=now))

    assert [script.get("/cases").status_code for script in (one, two)] == [200, 200]
    both.ask(end)
    assert [script.get("/cases").status_code for script in (one, two)] == [401, 401]
    acts = both.ask(
        lambda: session().scalars(
            select(AuditRow.event).where(AuditRow.subject_kind == "token").order_by(AuditRow.id)
        )
    ).all()
    assert acts == ["token:added", "token:added", "token:revoked"]


def test_the_last_use_is_known_to_the_minute(site: Site, api: Make) -> None:
    one = api("one", "cases:read", all_units=True)

    def used() -> object:
        return site.ask(lambda: session().scalars(select(Token.used_at)).one())

    def earlier(by: timedelta) -> None:
        with transaction():
            execute(update(Token).values(used_at=clock.now() - by))

    assert used() is None
    one.get("/cases")
    first = used()
    one.get("/cases")
    assert first is not None
    assert used() == first
    site.ask(lambda: earlier(timedelta(seconds=61)))
    one.get("/cases")
    assert used() > first  # type: ignore[operator]


def test_a_script_that_asks_too_fast_is_told_when_to_come_again(site: Site, api: Make) -> None:
    settings = site.app.extensions["grc.settings"]
    site.app.extensions["grc.settings"] = replace(settings, api_rate=1)
    one = api("one", "cases:read", all_units=True)
    answers = [one.get("/cases") for _ in range(4)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert late
    assert answers[0].status_code == 200
    assert int(late[0].headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", ["/api/", "/api/v1/licorne", "/api/v2/cases"])
def test_nothing_below_api_is_a_page(site: Site, path: str) -> None:
    for browser in (site.app.test_client(), site.as_("sonia").client):
        answer = browser.get(path)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_another_method_says_which_are_allowed(api: Make) -> None:
    answer = api("one", "cases:read", all_units=True).send("DELETE", "/cases")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "GET" in answer.headers["Allow"]


def test_headers_are_strict_and_no_cookie_is_set(api: Make, site: Site) -> None:
    one = api("one", "cases:read", all_units=True)
    for path in ("/cases", "/cases/x", "/openapi.json", f"/cases/{site.cases['apa']}"):
        headers = one.get(path).headers
        assert "Set-Cookie" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_unexpected_failure_is_a_problem_with_a_number(site: Site, api: Make) -> None:
    def break_it() -> None:
        with transaction():
            execute(update(Case).values(status="no such status"))

    site.ask(break_it)
    site.app.testing = False
    answer = api("one", "cases:read", all_units=True).get("/cases")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert len(answer.json["reference"]) == 8


def test_a_unit_with_few_cases_is_not_looked_for_among_all(both: Site) -> None:
    reader = script(both, "all", "cases:read", all_units=True)
    for query in ("unit=apa", "unit=apa&cursor=c9999", "unit=apa&status=received"):
        with plans() as seen:
            assert reader.get(f"/cases?{query}").status_code == 200
        told = "\n".join(seen)
        assert "ix_handling_unit_case" in told, told
        assert not re.search(r"(SCAN|Seq Scan on) (handling|\"?case\"?)\b", told), told
