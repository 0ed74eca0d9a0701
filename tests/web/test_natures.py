"""Natures of request and the organisation, as administrators see and change them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from grc.catalogue.queries import current_type
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.audit import AuditRow, Remark
from grc.core.db import session, transaction
from grc.organisation import files
from grc.organisation.present import present
from grc.organisation.service import load
from grc.organisation.writing import to_toml
from grc.work.of_a_nature import open_cases
from tests.web.conftest import PEOPLE, Browser, Site
from tests.web.test_administration import audited
from tests.web.test_exceptional import hire
from tests.web.test_guard import statements

N = "/administration/natures"


def code_of(site: Site) -> str:
    """A nature that is not the one of all others."""
    page = site.as_("root").get(N).text
    return next(one for one in re.findall(rf'{N}/([\w-]+)"', page) if one != "autre")


def fields(site: Site, code: str, **more: str) -> dict[str, str]:
    kind: Any = site.ask(lambda: current_type(code))
    return {
        "label_fr": kind.label_fr, "label_en": kind.label_en, "unit": kind.unit_code,
        "delay_days": str(kind.delay_days or ""), "delay_source": kind.delay_source,
        "level": kind.level, "version": str(kind.version), "silence": kind.silence,
        "silence_months": str(kind.silence_months or ""), "appeal": kind.appeal,
        "silence_source": kind.silence_source,
    } | more  # fmt: skip


def send(root: Browser, url: str, given: dict[str, str]) -> Any:
    """Look, then confirm what was looked at."""
    looked = root.post(url, **given)
    assert looked.status_code == 200, looked.text
    assert "Ce qui va changer" in looked.text
    seal = re.search(r'name="looked"[^>]*value="([^"]+)"', looked.text)
    assert seal
    return root.post(url, **given, looked=seal[1], go="1")


def test_a_change_is_looked_at_then_audited_with_old_and_new(both: Site) -> None:
    root, code = both.as_("root"), code_of(both)
    given = fields(both, code, delay_days="77", delay_source="Charte", level="named")
    before: Any = both.ask(lambda: current_type(code))
    assert root.post(f"{N}/{code}", **given, go="1").status_code == 200  # never looked at
    assert both.ask(lambda: current_type(code)) == before
    assert send(root, f"{N}/{code}", given).status_code == 303
    after: Any = both.ask(lambda: current_type(code))
    assert (after.delay_days, after.level, after.version) == (77, "named", before.version + 1)
    assert (after.keywords, after.form, after.documents) == (
        before.keywords, before.form, before.documents,
    )  # fmt: skip
    told = {data["what"]: (data["old"], data["new"]) for _name, data in audited(both, "reference:")}
    assert told["niveau de secret"] == (before.level, "named")
    assert told["délai en jours"] == (str(before.delay_days or "–"), "77")


def test_never_less_secret_without_a_reason(site: Site) -> None:
    root, code = site.as_("root"), code_of(site)
    send(root, f"{N}/{code}", fields(site, code, level="named"))
    refused = root.post(f"{N}/{code}", **fields(site, code, level="restricted"))
    assert refused.status_code == 422
    assert "demande une raison" in refused.text
    why = fields(site, code, level="restricted", reason="Décision du 3 mars")
    assert send(root, f"{N}/{code}", why).status_code == 303

    def _reasons() -> list[str]:
        rows = session().query(Remark.text).join(AuditRow, AuditRow.remark_id == Remark.id)
        return [text for (text,) in rows.filter(AuditRow.event == "reference:changed")]

    assert site.ask(_reasons) == ["Décision du 3 mars"]


def test_two_administrators(site: Site) -> None:
    root, code = site.as_("root"), code_of(site)
    other, mine = fields(site, code, label_fr="Le leur"), fields(site, code, label_fr="Le mien")
    assert send(root, f"{N}/{code}", other).status_code == 303
    late = send(root, f"{N}/{code}", mine)
    assert late.status_code == 409
    assert "Le leur" in late.text
    assert 'value="Le mien"' in late.text


def test_closed_and_opened_again(site: Site) -> None:
    root, code = site.as_("root"), code_of(site)
    version = fields(site, code)["version"]
    assert "Demandes ouvertes" in root.get(f"{N}/{code}/fermer").text
    assert root.post(f"{N}/{code}/fermer", version=version).status_code == 303
    assert site.ask(lambda: current_type(code)) is None
    assert root.post(f"{N}/{code}/rouvrir", version=version).status_code == 303
    assert site.ask(lambda: current_type(code)) is not None
    other = fields(site, "autre")["version"]
    root.post(f"{N}/autre/fermer", version=other)
    assert site.ask(lambda: current_type("autre")) is not None


def test_the_count_leaves_reserved_cases_out(both: Site) -> None:
    def _counts() -> tuple[int, int]:
        from grc.cases.models import Case

        rows = session().query(Case.request_type, Case.level).filter(Case.request_type.is_not(None))
        code = next(kind for kind, level in rows if level == "named")
        return open_cases(code), sum(kind == code and level != "named" for kind, level in rows)

    found, told = both.ask(_counts)
    assert found == told


def test_only_administrators(site: Site) -> None:
    code = code_of(site)
    urls = (N, f"{N}/{code}", f"{N}/{code}/fermer")
    urls += ("/administration/organisation", "/administration/organisation.toml")
    browsers = [site.as_(login) for login in PEOPLE if login != "root"]
    browsers += [hire(site, role, "tri", role) for role in ("auditor", "reader", "mail_room")]
    for browser in browsers:
        assert {browser.get(url).status_code for url in urls} == {403}
        assert browser.post(f"{N}/{code}/fermer", version="1").status_code == 403
    root = site.as_("root")
    for url in urls:
        with statements() as seen:
            assert root.get(url).status_code == 200
        assert len(seen) <= 12, (url, seen)


def test_the_file_of_the_organisation_loads_again_and_changes_nothing(both: Site) -> None:
    def _again() -> Any:
        found = files.read(to_toml(present()))
        with transaction():
            return load(found, actor=SYSTEM, now=clock.now() + timedelta(minutes=1))

    report = both.ask(_again)
    assert (report.created, report.updated, report.retired) == ([], [], [])
    assert "[[units]]" in both.as_("root").get("/administration/organisation.toml").text


@pytest.mark.parametrize("wrong", [{"delay_days": "12", "delay_source": ""}, {"unit": "nulle"}])
def test_a_nature_is_judged_as_in_a_file(site: Site, wrong: dict[str, str]) -> None:
    root, code = site.as_("root"), code_of(site)
    assert root.post(f"{N}/{code}", **fields(site, code, **wrong)).status_code == 422
