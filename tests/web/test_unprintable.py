"""Characters that no keyboard types come in with what is copied from elsewhere: PostgreSQL
refuses NUL, and nothing of what was typed beside it may be lost for it."""

from sqlalchemy import select

from grc.core.db import session
from grc.work.models import Note
from tests.web.conftest import Site

ODD = "Vu\x00 avec\x0b elle.\r\n\tÀ suivre\x07 \ufffe"


def test_they_are_left_out_of_what_is_typed_and_looked_for(both: Site) -> None:
    alice = both.as_("alice")
    assert alice.post(both.url("apa", "note"), text=ODD).status_code == 303
    notes = both.ask(lambda: list(session().scalars(select(Note.text))))
    assert notes == ["Vu avec elle.\r\n\tÀ suivre"]
    found = alice.get("/recherche?q=dos%00sier")
    assert both.cases["apa"] in found.text
    for url in (
        "/usagers?q=a%00b",
        "/contact/phone?q=%00",
        "/file?unit=apa%00",
        "/mes-demandes?%00=1",
    ):
        assert alice.get(url).status_code in (200, 404), url
    for url in ("/demandes/a%00b", "/saisie/ph%00one", "/demarches/a%00", "/suivi/%01"):
        assert alice.get(url).status_code == 404, url
