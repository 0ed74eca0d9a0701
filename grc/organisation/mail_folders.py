"""`[mailboxes.fetch]` of organisation.toml: the IMAP folder, or the folder of files, that a
mailbox is fetched from. Pure.

The password is not there: see `grc.core.passwords`.
"""

from ipaddress import ip_address
from pathlib import PurePosixPath

from grc.channels.source import AFTERWARDS, SECURITIES, FileFolder, MailFolder
from grc.core.i18n import N_
from grc.core.toml_source import Row

PORTS = {"tls": 993, "starttls": 143, "none": 143}


def folder(mailbox: Row) -> MailFolder | FileFolder | None:
    """The folder of one mailbox, problems noted on its fields; None when nothing is fetched."""
    if not mailbox.has("fetch"):
        return None
    row = mailbox.row("fetch")
    return _files(row) if row.has("path") else _mail(row)


def _files(row: Row) -> FileFolder:
    found = FileFolder(row.text("path"))
    row.refuse_unknown()
    if not PurePosixPath(found.path).is_absolute():
        row.note("path", N_("donnez le chemin entier, depuis /"))
    return found


def _mail(row: Row) -> MailFolder:
    security = row.choice("security", SECURITIES, "tls")
    folder = MailFolder(
        host=row.text("host"),
        port=row.whole("port", PORTS.get(security, 993), minimum=1, maximum=65_535),
        security=security,
        user=row.text("user"),
        folder=row.text("folder", "INBOX"),
        after=row.choice("after", AFTERWARDS, "flag"),
        move_to=row.text("move_to", ""),
    )
    row.refuse_unknown()
    _check(row, folder)
    return folder


def _check(row: Row, folder: MailFolder) -> None:
    if folder.security == "none" and not is_this_machine(folder.host):
        row.note("security", N_("le mot de passe passerait en clair : tls ou starttls"))
    if folder.after == "move" and folder.move_to in ("", folder.folder):
        row.note("move_to", N_("donnez un autre dossier, où ranger ce qui est enregistré"))
    if folder.after == "flag" and folder.move_to:
        row.note("move_to", N_('ne sert qu\'avec after = "move"'))


def is_this_machine(host: str) -> bool:
    """True for an address that no network carries."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
