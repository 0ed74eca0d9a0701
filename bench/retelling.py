"""The same mail from other people: how a sample becomes as many cases as one likes. Pure.

Season 0 is the mail as invented. In season 1 and later each writer has another address, with
a number of her own in it, and each message another Message-ID. The texts stay.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from grc.demo.mailgen import Mail
from grc.demo.people import Person


class Retelling:
    """One season over a fixed list of mail."""

    def __init__(self, season: int, mails: Sequence[Mail]) -> None:
        self.season = season
        writers = dict.fromkeys(mail.person.email for mail in mails if mail.person)
        self._codes = {email: f"{season}{number:06d}" for number, email in enumerate(writers)}

    def code(self, email: str) -> str:
        """The number in a writer's new address: a word that nothing else has."""
        return self._codes.get(email, "") if self.season else ""

    def address(self, email: str) -> str:
        """The address of a writer in this season."""
        if not self.season or email not in self._codes:
            return email
        local, _, host = email.rpartition("@")
        return f"{local}.{self._codes[email]}@{host}"

    def message_id(self, rfc_id: str) -> str:
        """The Message-ID of a message in this season."""
        return f"{self.season}.{rfc_id}" if self.season and rfc_id else rfc_id

    def locator(self, locator: str) -> str:
        """Where the message is found in its source."""
        return f"{self.season}/{locator}" if self.season else locator

    def raw(self, mail: Mail) -> bytes:
        """The bytes: new addresses and identifiers in the headers, the same body."""
        if not self.season or mail.person is None:
            return mail.raw
        head, blank, body = mail.raw.partition(b"\n\n")
        for old, new in self._changes(mail, mail.person):
            head = head.replace(f"<{old}>".encode(), f"<{new}>".encode())
        return head + blank + body

    def _changes(self, mail: Mail, person: Person) -> list[tuple[str, str]]:
        ids = [rfc_id for rfc_id in (mail.message_id, mail.reply_to) if rfc_id]
        changes = [(rfc_id, self.message_id(rfc_id)) for rfc_id in ids]
        return [*changes, (person.email, self.address(person.email))]

    def mail(self, mail: Mail) -> Mail:
        """The mail as told in this season."""
        return replace(mail, locator=self.locator(mail.locator), raw=self.raw(mail))


def sha256(raw: bytes) -> str:
    """The name of these bytes in the blob store."""
    return hashlib.sha256(raw).hexdigest()
