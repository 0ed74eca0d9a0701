"""Training sends nothing, touches nothing real, and says so."""

import shutil
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest

from config import from_env
from grc.app import create_app
from grc.core import clock
from grc.core.actor import SYSTEM
from grc.core.db import db, transaction
from grc.core.errors import SettingsError
from grc.core.settings import Settings
from grc.correspondence.layout import Sheet, printed
from grc.outbox.sending import transport
from grc.staff.service import add_user
from grc.training import mark
from grc.webhooks import delivering
from tests.integration.conftest import Grc, make_settings, running
from tests.rig import databases
from tests.rig.receiver import Receiver
from tests.rig.smtp import SmtpServer

KEY = "k" * 32
DAY = date(2026, 3, 2)
REAL = {
    "GRC_DATABASE_URL": "postgresql://grc@db/real",
    "GRC_BLOB_URL": "file:///srv/real",
    "GRC_REDIS_URL": "redis://real:6379/0",
    "GRC_SMTP_URL": "smtp://relay",
    "GRC_DPO_EMAIL": "dpo@hauts.example",
    "GRC_PHONE_SECRETS": KEY,
    "GRC_WEBHOOK_NETWORKS": "10.0.0.0/8",
    "GRC_MAILBOX_PASSWORDS": "/srv/passwords",
    "GRC_MAILBOX_PASSWORD_APA": "secret",
    "GRC_SECRET_KEY": KEY,
    "GRC_TOKEN_KEYS": KEY,
}


def read(var: Path, **given: str) -> Settings:
    return from_env({"GRC_VAR": str(var), "GRC_TRAINING": "1", **given}, env_file=var / "none")


def test_training_sees_nothing_of_the_real_installation(tmp_path: Path) -> None:
    made, plain = read(tmp_path / "var", **REAL), read(tmp_path / "var")
    assert made.training
    assert made == plain  # as if nothing of it had been told
    assert made.var == tmp_path / "var-training"
    assert made.database_url == f"sqlite:///{tmp_path}/var-training/grc.db"
    assert KEY not in (made.secret_key, *made.token_keys)
    assert not (tmp_path / "var").exists()
    assert read(made.var) == made  # a child process is told the folder itself


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"GRC_ENV": "production"}, "GRC_TRAINING=1"),
        ({"GRC_TRAINING": "yes"}, "GRC_TRAINING=yes"),
        (
            {"GRC_TRAINING_DATABASE_URL": "postgresql://grc@db/real", **REAL},
            "GRC_TRAINING_DATABASE_URL=",
        ),
    ],
)
def test_training_is_refused_where_it_could_do_harm(
    tmp_path: Path, given: dict[str, str], name: str
) -> None:
    with pytest.raises(SettingsError, match=f"^{name}.* / "):
        read(tmp_path, **given)


def test_a_database_of_real_people_is_refused(loaded_url: str, tmp_path: Path) -> None:
    real = make_settings(loaded_url, tmp_path)
    with running(real):
        with transaction():
            add_user("alice", "Alice", None, [], actor=SYSTEM, now=clock.now())
        training = replace(real, training=True)
        with pytest.raises(SettingsError, match="vraies données"):
            mark.demand(training)
        mark.demand(real)
        for _ in range(2):
            with transaction():
                mark.put(clock.now())
        mark.demand(training)


def test_doctor_says_what_a_database_is_for(grc: Grc) -> None:
    assert grc("doctor", "--json").json["training"] is False
    with transaction():
        mark.put(clock.now())
    told = grc("doctor", "--json").json
    assert told["training"] is True
    assert [one["severity"] for one in told["findings"] if one["check"] == "training"] == ["error"]


def test_an_empty_database_may_be_trained_on(tmp_path: Path) -> None:
    mark.demand(replace(make_settings(f"sqlite:///{tmp_path}/none.db", tmp_path), training=True))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("is_training", [True, False])
def test_no_mail_reaches_a_real_server(
    sqlite_url: str, tmp_path: Path, smtp_server: SmtpServer, is_training: bool
) -> None:
    told = make_settings(sqlite_url, tmp_path)
    told = replace(told, smtp_url=smtp_server.url, training=is_training)
    message = EmailMessage()
    message["From"], message["To"] = "a@exemple.example", "b@exemple.example"
    with create_app(told, nudges=False, pages=False).app_context():
        transport().send(message)
        db.engine.dispose()
    assert smtp_server.attempts == (0 if is_training else 1)


def test_no_webhook_is_posted(sqlite_url: str, tmp_path: Path) -> None:
    told = make_settings(sqlite_url, tmp_path)
    told = replace(told, training=True, webhook_networks=("127.0.0.0/8",))
    with Receiver() as receiver, create_app(told, nudges=False, pages=False).app_context():
        assert delivering._post(receiver.url, b"{}", {}).is_taken
        db.engine.dispose()
    assert not receiver.got


@pytest.mark.parametrize("is_training", [True, False])
def test_every_kind_of_page_says_that_nothing_is_real(
    loaded_sqlite: Path, tmp_path: Path, is_training: bool
) -> None:
    url = databases.sqlite_url(Path(shutil.copy(loaded_sqlite, tmp_path / "grc.db")))
    made = create_app(replace(make_settings(url, tmp_path), training=is_training), nudges=False)
    client = made.test_client()
    for path in ("/connexion", "/demarches", "/suivi", "/absente"):
        text = client.get(path, headers={"Accept-Language": "fr"}).text
        assert ("Rien n’est envoyé, rien n’est réel." in text) is is_training, path


def test_a_letter_is_marked_across_each_page() -> None:
    letter = Sheet("L-1", ("Service",), ("Mme Martin",), (), "Objet", "Texte\n\n" * 80, ("A",), DAY)
    marked = printed(replace(letter, watermark="ENTRAÎNEMENT"))
    with pypdfium2.PdfDocument(marked) as pages:
        assert len(pages) > 1
        assert all("ENTRAÎNEMENT" in page.get_textpage().get_text_range() for page in pages)
    with pypdfium2.PdfDocument(printed(letter)) as pages:
        assert not any("ENTRA" in page.get_textpage().get_text_range() for page in pages)
