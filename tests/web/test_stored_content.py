"""What strangers write is shown, never run; what they send is saved, never opened."""

import re

import pytest

from grc.web.headers import FILE, FRAMING, MAIL, PAGE
from tests.web.conftest import PNG, Site

POLICY = "Content-Security-Policy"
RUNS = re.compile(r"<script>alert|onerror=\"?alert|javascript:alert|<img src=x", re.I)


@pytest.mark.parametrize("url", ["/file?unit=apa", "/recherche?q=APA", "hostile"])
@pytest.mark.parametrize("login", ["alice", "sonia"])
def test_nothing_hostile_runs(site: Site, login: str, url: str) -> None:
    browser = site.as_(login)
    page = browser.get(site.url("hostile") if url == "hostile" else url)
    assert "&lt;script&gt;" in page.text
    assert not RUNS.search(page.text)


def test_the_page_allows_no_script_but_ours(site: Site) -> None:
    headers = site.as_("alice").get(site.url("hostile")).headers
    assert headers[POLICY] == PAGE
    assert PAGE == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )


def test_mail_html_is_sanitised_and_boxed(site: Site) -> None:
    answer = site.as_("alice").get(site.url("hostile", "messages/1/html"))
    assert answer.headers[POLICY] == MAIL
    assert "sandbox" in MAIL
    assert "<b>tous</b>" in answer.text
    assert not RUNS.search(answer.text)
    assert "tracker.example" not in answer.text


def test_only_the_page_that_frames_mail_may_frame(site: Site) -> None:
    answer = site.as_("alice").get(site.url("hostile", "messages/1/mise-en-page"))
    assert answer.headers[POLICY] == FRAMING
    assert re.search(r"<iframe[^>]* sandbox [^>]*src=", answer.text)
    assert "bloqu" in answer.text


def test_attachments_are_saved_not_opened(site: Site) -> None:
    answer = site.as_("alice").get(site.url("hostile", "pieces/1"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers[POLICY] == FILE
    assert b"<svg" in answer.data


def test_only_harmless_attachments_are_looked_at(site: Site) -> None:
    browser = site.as_("alice")
    assert browser.get(site.url("hostile", "pieces/1/apercu")).status_code == 404
    picture = browser.get(site.url("hostile", "pieces/2/apercu"))
    assert (picture.mimetype, picture.data) == ("image/png", PNG)
    assert picture.headers[POLICY] == FILE


def test_a_text_is_looked_at_as_text(site: Site) -> None:
    answer = site.as_("alice").get(site.url("apa", "pieces/1/apercu"))
    assert (answer.content_type, answer.text) == ("text/plain; charset=utf-8", "certificat")


def test_the_original_is_bit_identical(both: Site) -> None:
    from tests.web.conftest import CASES

    answer = both.as_("alice").get(both.url("apa", "messages/1/original"))
    assert answer.data == CASES["apa"][1]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_numbers_that_do_not_exist_are_not_found(site: Site) -> None:
    browser = site.as_("alice")
    for act in ("pieces/9", "pieces/0", "messages/9/original", "messages/0/html", "suivi/7"):
        assert browser.get(site.url("apa", act)).status_code in {404, 200}, act
    assert browser.get(site.url("apa", "pieces/0")).status_code == 404


def test_pieces_of_another_case_are_out_of_reach(site: Site) -> None:
    assert site.as_("alice").get(site.url("other", "pieces/1")).status_code == 404


def test_a_damaged_file_is_never_handed_out(site: Site) -> None:
    from sqlalchemy import select

    from grc.cases.models import Attachment
    from grc.core import blobs
    from grc.core.db import session

    def damage() -> None:
        query = select(Attachment.sha256).where(Attachment.filename == "certificat.txt")
        path = blobs.store().path(session().scalars(query).one())
        kept = path.read_bytes()
        path.write_bytes(b"something else")
        restore.append(lambda: path.write_bytes(kept))

    restore: list = []  # type: ignore[type-arg]
    site.ask(damage)
    try:
        answer = site.as_("alice").get(site.url("apa", "pieces/1"))
        assert answer.status_code == 404
        assert b"something else" not in answer.data
    finally:
        restore[0]()


@pytest.mark.parametrize("url", ["/connexion", "/file", "/inconnu"])
def test_every_page_keeps_to_itself(site: Site, url: str) -> None:
    headers = site.as_("alice").get(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "camera=()" in headers["Permissions-Policy"]


def test_our_files_are_kept_by_browsers_under_their_version(site: Site) -> None:
    page = site.as_("alice").get("/file").text
    sheet = re.search(r'href="(/static/[0-9a-f]{8}/css/base\.css)"', page)
    assert sheet
    answer = site.as_(None).get(sheet[1])
    assert "immutable" in answer.headers["Cache-Control"]
    old = site.as_(None).get("/static/00000000/css/base.css")
    assert (old.status_code, old.headers["Cache-Control"]) == (200, "no-cache")
    assert site.as_(None).get("/static/x/../../config.py").status_code in {403, 404}


def test_https_pins_the_cookie_to_the_host(site: Site) -> None:
    from dataclasses import replace

    from grc.app import create_app

    settings = replace(
        site.app.extensions["grc.settings"], base_url="https://grc.example", env="production"
    )
    client = create_app(settings, nudges=False).test_client()
    answer = client.get("/connexion", base_url="https://grc.example")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-grc=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
