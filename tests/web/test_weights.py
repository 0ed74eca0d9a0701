"""What grows with a case or a base does not make its pages slower or heavier."""

import re

from sqlalchemy import text

from grc.core.db import transaction
from tests.web.conftest import Site
from tests.web.test_guard import statements

LONG = 200  # messages: more than a page reads from the database

SAYS = """INSERT INTO message (case_id, direction, channel, automatic, sender, recipients, subject,
    text, quoted_text, warnings, sent_at, recorded_at)
  SELECT case_id, direction, channel, automatic, sender, recipients, subject, :text, '', warnings,
    sent_at, recorded_at FROM message WHERE id = (SELECT min(id) FROM message WHERE case_id = 1)"""


def _talk(site: Site) -> None:
    def say() -> None:
        with transaction() as current:
            current.execute(text(SAYS), [{"text": f"Parole {n:03}."} for n in range(LONG)])

    site.ask(say)


def _said(page: str) -> list[str]:
    return re.findall(r"Parole \d\d\d\.", page)


def test_a_long_conversation_is_read_from_its_end_and_weighs_little(both: Site) -> None:
    browser, url = both.as_("alice"), both.url("apa")
    browser.get(url)
    with statements() as short:
        assert browser.get(url).status_code == 200
    _talk(both)
    with statements() as long:
        page = browser.get(url)
    assert _said(page.text) == [f"Parole {n:03}." for n in range(LONG - 25, LONG)]
    assert len(long) == len(short) + 1  # those not read are counted
    assert len(page.data) < 60_000
    numbers = re.findall(r"/messages/(\d+)/original", page.text)
    whole = browser.get(f"{url}?tout=1").text
    assert len(_said(whole)) == LONG
    assert re.findall(r"/messages/(\d+)/separer", page.text)[-1] == str(LONG + 1), numbers
    assert re.findall(r"/messages/(\d+)/separer", whole)[-1] == str(LONG + 1)
