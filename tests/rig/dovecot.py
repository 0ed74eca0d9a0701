"""A Dovecot of our own: real IMAP on the loopback, unprivileged, mail in a temporary folder."""

import grp
import imaplib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.rig.processes import Process, family_of
from tests.rig.servers import Server
from tests.rig.smtp import free_port
from tests.rig.waiting import PATIENCE

PASSWORD = "sésame-ouvre-toi"
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
listen = 127.0.0.1
protocols = imap
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
verbose_proctitle = yes
auth_failure_delay = 0 secs
shutdown_clients = yes
mail_max_userip_connections = 50
imap_capability = {capability}
passdb {{
  driver = static
  args = password={{PLAIN}}{password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
}}
"""


def binary() -> str | None:
    """Full path of the server program, or None when there is none."""
    return shutil.which("dovecot", path=os.pathsep.join(["/usr/sbin", os.environ["PATH"]]))


def server_user() -> pwd.struct_passwd:
    """Mail is never read as root; Debian's package brings users that own nothing."""
    return pwd.getpwnam("dovenull") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


class DovecotServer(Server):
    """One server; any user exists, with PASSWORD, and an INBOX that is empty at first.

    `without`: names of capabilities that it does not offer.
    """

    def __init__(self, *, without: Iterable[str] = ()) -> None:
        super().__init__("imap")
        self.port, self.tls_port = free_port(), free_port()
        self._without = tuple(without)
        self._write()
        user = server_user()
        for path in (self.folder, *self.folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
        argv = [binary() or "dovecot", "-F", "-c", str(self.folder / "dovecot.conf")]
        if os.geteuid() == 0:
            become = ["--reuid", user.pw_name, "--regid", str(user.pw_gid), "--clear-groups"]
            argv = ["setpriv", *become, "--pdeathsig", "KILL", *argv]
        self._process = Process(argv, ready=self._accepts)

    def _write(self) -> None:
        self.certificate = self.folder / "cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost",
             "-keyout", self.folder / "key.pem", "-out", self.certificate],
            check=True, capture_output=True,
        )  # fmt: skip
        user = server_user()
        offered = ["IMAP4rev1", "LITERAL+", "UIDPLUS", "IDLE", "MOVE"]
        capability = " ".join(word for word in offered if word not in self._without)
        config = CONFIG.format(
            folder=self.folder,
            user=user.pw_name,
            group=grp.getgrgid(user.pw_gid).gr_name,
            port=self.port,
            tls_port=self.tls_port,
            password=PASSWORD,
            capability=capability,
        )
        (self.folder / "dovecot.conf").write_text(config)

    @property
    def processes(self) -> str:
        """What its processes are doing, as they say."""
        found = []
        for pid in family_of(self._process.pid):
            with suppress(OSError):
                found.append(Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" "))
        return b"\n".join(found).decode()

    @contextmanager
    def client(self, user: str = "contact") -> Iterator[IMAPClient]:
        """Somebody at a mail program, their INBOX open."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=PATIENCE) as client:
            client.normalise_times = False
            client.plain_login(user, PASSWORD)
            client.select_folder("INBOX")
            yield client

    def deliver(self, *raws: bytes, user: str = "contact", at: datetime | None = None) -> None:
        """Put messages into an INBOX, in this order; `at` is when the server took them in."""
        with self.client(user) as client:
            for raw in raws:
                client.append("INBOX", raw, msg_time=at or datetime.now(UTC))

    def renumber(self, user: str) -> None:
        """Lose what says which UID a message has: the folder begins anew."""
        for pattern in ("dovecot-uidlist", "dovecot.index*"):
            for path in (self.folder / "mail" / user).glob(pattern):
                path.unlink()

    def hide(self, user: str, part: bytes) -> None:
        """Make the message that holds these bytes unreadable to the server."""
        (path,) = (p for p in self._files(user) if part in p.read_bytes())
        path.chmod(0)

    def _files(self, user: str) -> list[Path]:
        return [path for path in (self.folder / "mail" / user).glob("*/*") if ",S=" in path.name]

    def _accepts(self, _process: Process) -> bool:
        try:
            with self.client("nobody"):
                return True
        except (OSError, imaplib.IMAP4.error):
            return False
