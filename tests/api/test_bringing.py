"""What programs bring: kept exactly, once, before the answer."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from grc.app import create_app
from grc.cases.models import Case, Party
from grc.citizens.models import Citizen, CitizenKey
from grc.core import blobs
from grc.core.db import session
from grc.intake.models import Item
from tests.api.conftest import Make, Script, script
from tests.integration.conftest import mail, make_settings
from tests.web.conftest import Site

BODY = {
    "sent_at": "2026-03-02T09:15:00+01:00",
    "subject": "Dossier d'APA",
    "text": "Je demande un dossier d'APA pour ma mère à Antony.",
    "writer": {"name": "Jeanne Karim", "email": "jeanne@courriel.example"},
    "request_type": "apa",
    "commune": "92002",
}
PARTY = {
    "role": "beneficiary",
    "name": "Marie Karim",
    "birth_name": "Durand",
    "birth_date": "1938-05-12",
    "phone": "01 44 55 66 77",
    "external_numbers": [{"kind": "caf", "value": " 1234567 "}],
}
LETTER = mail("Un dossier d'APA à Antony.", message_id="api@courriel.example")


def count(site: Site, model: type) -> int:
    return int(site.ask(lambda: session().scalar(select(func.count()).select_from(model))))


def test_an_item_is_kept_bit_for_bit_and_becomes_a_case(both: Site) -> None:
    gateway = script(both, "gateway", "raw:write")
    answer = gateway.raw("email", LETTER, "42")
    assert answer.status_code == 201
    told = answer.json
    assert answer.headers["Location"] == told["url"]
    assert (told["outcome"], told["source"], told["already_known"]) == ("waiting", "files", False)
    assert both.ask(lambda: blobs.store().read(told["sha256"])) == LETTER
    both.work()
    then = gateway.get(told["url"]).json
    assert (then["outcome"], then["case"][:2]) == ("opened", "D-")


def test_the_same_key_is_the_same_item_and_never_another(both: Site) -> None:
    gateway = script(both, "gateway", "raw:write")
    first, before = gateway.raw("email", LETTER, "42").json, count(both, Item)
    again = gateway.raw("email", LETTER, "42")
    assert (again.status_code, again.json["already_known"]) == (200, True)
    assert again.json["reference"] == first["reference"]
    other = gateway.raw("email", LETTER + b"\r\n", "42")
    assert (other.status_code, other.mimetype) == (409, "application/problem+json")
    assert count(both, Item) == before


def test_without_a_key_the_same_bytes_are_the_same_item(api: Make) -> None:
    gateway = api("gateway", "raw:write")
    assert [gateway.raw("email", LETTER).status_code for _ in range(2)] == [201, 200]


def test_the_keys_of_two_tokens_never_meet(api: Make) -> None:
    one, two = api("one", "raw:write"), api("two", "raw:write")
    assert one.raw("email", LETTER, "42").status_code == 201
    assert two.raw("email", LETTER + b"\r\n", "42").status_code == 201


def test_a_posted_request_becomes_a_case_of_its_person(both: Site) -> None:
    portal = script(both, "portail", "requests:write")
    answer = portal.request(BODY)
    assert (answer.status_code, answer.json["channel"]) == (202, "api")
    assert portal.request(BODY).json["already_known"]
    assert portal.request(BODY | {"text": "Autre."}).status_code == 409
    both.work()
    told = portal.get(answer.headers["Location"]).json
    assert told["outcome"] == "opened"
    case = both.ask(lambda: session().scalars(select(Case).order_by(Case.id.desc())).first())
    assert case.reference == told["case"]
    assert (case.channel, case.source, case.request_type, case.commune, case.citizen_match) == (
        "api",
        "portail",
        "apa",
        "92002",
        "matched",
    )
    assert case.received_at.isoformat() == "2026-03-02T08:15:00+00:00"


def test_people_are_found_again_by_what_is_told_of_them(both: Site) -> None:
    """They end where the people of an imported table end: parties, known by keys."""
    portal = script(both, "portail", "requests:write")
    writer = {"name": "Jeanne Karim", "birth_date": "1962-11-03"}
    late = PARTY | {"role": "representative", "name": "Paul Karim", "birth_date": "2031-01-01"}
    portal.request(BODY | {"writer": writer, "parties": [PARTY, late]}, "1")
    again = {"name": "Jeanne KARIM", "birth_date": "1962-11-03", "email": "j@courriel.example"}
    by_key = {"role": "beneficiary", "name": "Marie Karim"}
    by_key["external_numbers"] = PARTY["external_numbers"]
    portal.request(BODY | {"writer": again, "parties": [by_key], "subject": "Autre"}, "2")
    both.work()

    def people() -> list[tuple[Any, ...]]:
        query = (
            select(Party, Citizen)
            .join(Case, Case.id == Party.case_id)
            .outerjoin(Citizen, Citizen.id == Party.citizen_id)
            .where(Case.channel == "api")
            .order_by(Party.id)
        )
        return [
            (party.role, party.is_correspondent, party.citizen_id, citizen and citizen.birth_date)
            for party, citizen in session().execute(query)
        ]

    jeanne, marie, paul, again_jeanne, again_marie = both.ask(people)
    assert jeanne[:2] == ("applicant", True)
    assert jeanne[3] == date(1962, 11, 3)
    assert marie[:2] == ("beneficiary", False)
    assert marie[3] == date(1938, 5, 12)
    assert (paul[0], paul[3]) == ("representative", None)  # born after she asked: not believed
    assert again_jeanne[2:] == jeanne[2:]
    assert again_marie[2:] == marie[2:]
    page = both.ask(lambda: session().get_one(Citizen, marie[2]).birth_name)
    assert page == "Durand"


def test_people_told_of_a_case_under_way_take_part_once(site: Site, api: Make) -> None:
    portal = api("portail", "requests:write")
    url = portal.request(BODY).headers["Location"]
    site.work()
    reference = portal.get(url).json["case"]
    for key in ("again", "and again"):
        told = BODY | {"text": f"Suite de {reference}, {key}.", "parties": [PARTY]}
        url = portal.request(told, key.replace(" ", "-")).headers["Location"]
        site.work()
        assert portal.get(url).json["outcome"] == "appended"
    query = select(Party.role).join(Case, Case.id == Party.case_id).where(Case.channel == "api")
    roles = site.ask(lambda: session().scalars(query.order_by(Party.id)).all())
    assert list(roles) == ["applicant", "beneficiary"]


def taking_part(site: Site) -> list[tuple[str, int | None]]:
    """(role, citizen) of everybody in the one case of a program, as they came."""
    query = select(Party.role, Party.citizen_id).join(Case, Case.id == Party.case_id)
    query = query.where(Case.channel == "api").order_by(Party.id)
    return site.ask(lambda: [tuple(row) for row in session().execute(query)])


def told_again(site: Site, portal: Script, *parties: dict[str, Any]) -> list[int]:
    """A request, then one message more for each of these parties: how many people there are
    after the request and after each."""
    url = portal.request(BODY | {"parties": [parties[0]]}, "0").headers["Location"]
    site.work()
    reference, people = portal.get(url).json["case"], [count(site, Citizen)]
    for number, party in enumerate(parties[1:], start=1):
        told = BODY | {"text": f"Suite de {reference}, {number}.", "parties": [party]}
        url = portal.request(told, str(number)).headers["Location"]
        site.work()
        assert portal.get(url).json["outcome"] == "appended"
        people.append(count(site, Citizen))
    return people


def test_a_name_alone_told_again_is_the_same_person(site: Site, api: Make) -> None:
    portal = api("portail", "requests:write")
    bare = {"role": "beneficiary", "name": "Sans Rien"}
    representative = bare | {"role": "representative"}
    known = bare | {"name": "SANS  RIEN", "birth_date": "1938-05-12"}
    namesake = bare | {"birth_date": "1961-01-30"}  # the son, who has his father's name
    people = told_again(site, portal, bare, bare, representative, known, namesake)
    jeanne, father, *more = taking_part(site)
    assert (jeanne[0], father[0]) == ("applicant", "beneficiary")
    assert more == [("representative", father[1]), ("beneficiary", more[1][1])]
    assert more[1][1] not in (None, father[1], jeanne[1])
    assert people == [people[0]] * 4 + [people[0] + 1]
    born = site.ask(lambda: session().get_one(Citizen, father[1]).birth_date)
    assert born == date(1938, 5, 12)


def test_a_name_is_the_same_however_it_is_written(site: Site, api: Make) -> None:
    portal = api("portail", "requests:write")
    names = ("Maria Karimova", "MARIA KARIMOVA", "Maria  KARIMOVA")
    told = [PARTY | {"name": name, "external_numbers": [], "phone": None} for name in names]
    people = told_again(site, portal, *told)
    assert len(taking_part(site)) == 2
    assert len(set(people)) == 1


def test_the_writer_named_again_is_one_more_role_or_none(site: Site, api: Make) -> None:
    portal = api("portail", "requests:write")
    named = [{"role": role, "name": "jeanne KARIM"} for role in ("representative", "applicant")]
    before = count(site, Citizen)
    portal.request(BODY | {"parties": named})
    site.work()
    told = taking_part(site)
    assert [role for role, _ in told] == ["applicant", "representative"]
    assert told[0][1] == told[1][1] is not None
    assert count(site, Citizen) == before + 1


def test_a_word_of_a_name_is_a_key_once(site: Site, api: Make) -> None:
    portal = api("portail", "requests:write")
    told = {"name": "Zelda Karimova", "birth_name": "Karimova karimova", "birth_date": "1950-01-02"}
    portal.request(BODY | {"writer": told})
    site.work()
    query = select(CitizenKey.key).join(Citizen, Citizen.id == CitizenKey.citizen_id)
    query = query.where(Citizen.name == "Zelda Karimova", CitizenKey.kind == "name")
    keys = site.ask(lambda: session().scalars(query).all())
    assert sorted(keys) == ["karimova", "zelda"]


def test_what_was_posted_is_the_item_bit_for_bit(site: Site, api: Make) -> None:
    raw = b'{"text": "b", "subject":"a",\n"sent_at":"2026-03-02T09:15:00Z" }'
    told = api("portail", "requests:write").request(raw).json
    assert site.ask(lambda: blobs.store().read(told["sha256"])) == raw


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"sent_at": None}, "sent_at", "Une date avec son fuseau est attendue"),
        ({"sent_at": "2026-03-02T09:15:00"}, "sent_at", "Une date avec son fuseau"),
        ({"subject": 12}, "subject", "Un texte est attendu."),
        ({"subject": "  "}, "subject", "Ce n'est pas écrit comme attendu"),
        ({"text": "x" * 20_001}, "text", "Trop long : 20000 caractères au plus."),
        ({"colour": "blue"}, "colour", "Ce champ n'existe pas."),
        ({"writer": {"email": "nobody"}}, "writer/email", "Ce n'est pas écrit comme attendu"),
        ({"request_type": "licorne"}, "request_type", "Cette nature de demande n'existe pas."),
        ({"writer": {"birth_date": "12/05/1950"}}, "writer/birth_date", "Une date est attendue"),
        ({"parties": [PARTY | {"birth_date": 1950}]}, "parties/0/birth_date", "Une date est"),
        ({"parties": [PARTY, {"role": "beneficiary"}]}, "parties/1/name", "Ce champ manque."),
        (
            {"parties": [PARTY | {"role": "judge"}]},
            "parties/0/role",
            "connues : applicant, beneficiary, representative.",
        ),
        (
            {"parties": [PARTY | {"external_numbers": [{"kind": "email", "value": "a"}]}]},
            "parties/0/external_numbers/0/kind",
            "Ce nom ne peut pas être celui d'un numéro.",
        ),
        ({"parties": [PARTY] * 11}, "parties", "Trop d'éléments : 10 au plus."),
        (
            {"files": [{"filename": "a", "data": "JVBERi0"}]},
            "files/0/data",
            "Ce n'est pas écrit comme attendu",
        ),
    ],
)
def test_a_wrong_field_is_named(
    site: Site, api: Make, change: dict[str, Any], field: str, words: str
) -> None:
    before = count(site, Item)
    answer = api("portail", "requests:write").request(BODY | change)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert [problem["field"] for problem in answer.json["errors"]] == [field]
    assert words in answer.json["errors"][0]["detail"]
    assert count(site, Item) == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"text":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"{" + b",".join(b'"f%d":1' % n for n in range(10_000)) + b"}",
        b'{"text":"a","text":"b"}',
        b'{"text":"\\ud800"}',
        b'{"text":NaN}',
        b'{"sent_at":' + b"9" * 6000 + b"}",
        b'{"text":"\xe9"}',
    ],
    ids=range(11),
)
def test_bodies_no_honest_program_sends(api: Make, body: bytes) -> None:
    answer = api("portail", "requests:write").request(body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert len(answer.json.get("errors", ())) <= 20


def test_the_language_is_the_one_asked_for(api: Make) -> None:
    portal = api("portail", "requests:write")
    answer = portal.request({}, headers={"Accept-Language": "en-GB"})
    assert answer.headers["Content-Language"] == "en"
    assert answer.json["title"] == "Content refused"
    assert answer.json["errors"][0] == {"field": "sent_at", "detail": "This field is missing."}


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["errors"][0]["field"] if "errors" in answer.json else ""


def test_what_is_wrong_around_an_item(api: Make) -> None:
    gateway = api("gateway", "raw:write")
    assert refused(gateway.raw("email", b"")) == (422, "")
    assert refused(gateway.raw("pigeon", b"x")) == (404, "")
    assert refused(gateway.raw("email", b"x", query_string="source=nowhere")) == (422, "source")
    assert refused(gateway.raw("email", b"x", query_string="colour=1")) == (400, "colour")
    assert refused(gateway.raw("email", b"x", query_string="source=apa&source=tri")) == (
        400,
        "source",
    )
    assert refused(gateway.raw("email", b"x", "clé")) == (400, "Idempotency-Key")
    assert refused(gateway.raw("email", b"x", "k" * 201)) == (400, "Idempotency-Key")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "message/rfc822"},
        {"Content-Encoding": "gzip"},
    ],
)
def test_another_type_of_content(api: Make, headers: dict[str, str]) -> None:
    answer = api("gateway", "raw:write").raw("email", LETTER, headers=headers)
    assert (answer.status_code, answer.headers["Accept-Post"]) == (415, "application/octet-stream")


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/raw/email", "application/octet-stream"), ("/requests", "application/json")],
)
def test_a_body_over_the_limit_is_refused_before_it_is_read(
    api: Make, path: str, kind: str
) -> None:
    class Never:
        def read(self, _size: int = -1) -> bytes:
            raise AssertionError("was read")

    answer = api("any", "raw:write", "requests:write").send(
        "POST",
        path,
        headers={"Idempotency-Key": "1"},
        content_type=kind,
        environ_overrides={"CONTENT_LENGTH": str(200 << 20), "wsgi.input": Never()},
    )
    assert answer.status_code == 413, answer.text
    assert "Mo au plus" in answer.json["detail"]


def test_a_database_that_is_away_says_when_to_come_again(tmp_path: Path) -> None:
    away = make_settings("postgresql+psycopg://127.0.0.1:1/away", tmp_path)
    client = create_app(away, nudges=False).test_client()
    answer = Script(client, "grc_any").raw("email", LETTER)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_closed_channel_takes_nothing(site: Site, api: Make) -> None:
    settings = site.app.extensions["grc.settings"]
    site.app.extensions["grc.settings"] = replace(settings, channels=("phone",))
    both = api("gateway", "raw:write", "requests:write")
    assert both.raw("email", LETTER).status_code == 404
    assert both.request(BODY).status_code == 404


def test_of_contents_sent_at_once_under_one_key_one_is_kept(both: Site) -> None:
    gateway = script(both, "gateway", "raw:write")
    gateway.raw("email", LETTER)  # the use of the token is noted
    bodies = [LETTER + b"\r\n" * (number // 2 + 1) for number in range(6)]

    def send(body: bytes) -> int:
        other = Script(both.app.test_client(), gateway.secret)
        return other.raw("email", body, "42").status_code

    with ThreadPoolExecutor(len(bodies)) as threads:
        found = sorted(threads.map(send, bodies))
    assert found == [200, 201, 409, 409, 409, 409]
