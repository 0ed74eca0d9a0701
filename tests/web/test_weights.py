"""What grows with a case or a base does not make its pages slower or heavier."""

import re

from sqlalchemy import select, text

from grc.cases.models import Attachment, Message
from grc.core.db import add_all, transaction
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


def test_a_long_mail_with_many_files_is_shown_whole_and_weighs_little(both: Site) -> None:
    lines = [f"{n:03} {'Je vous écris au sujet de ma demande & de ses pièces. ' * 2}"[:78]
             for n in range(200)]  # fmt: skip
    names = [f"Justificatif de domicile et de ressources numéro {n:02}.pdf" for n in range(30)]

    def write() -> None:
        with transaction() as current:
            mail = current.scalars(select(Message).where(Message.case_id == 1)).first()
            assert mail is not None
            mail.text = "\n".join(lines)
            blob = current.execute(text("SELECT sha256 FROM blob LIMIT 1")).scalar_one()
            same = {"message_id": mail.id, "sha256": blob, "size": 123_456, "inline": False}
            more = {"content_type": "application/pdf", "content_id": None}
            add_all(Attachment, [{"filename": name} | same | more for name in names])

    both.ask(write)
    page = both.as_("alice").get(both.url("apa"))
    assert all(f"{n:03} Je vous" in page.text for n in range(200))
    assert all(page.text.count(f">{name}<") == 1 for name in names)
    assert len(page.data) < 60_000
