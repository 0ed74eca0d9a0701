"""Settings: nonsense is refused with a sentence that names the variable, in both languages."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest

from config import SettingsError, from_env
from grc.core.settings import Settings

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "settings.md"
NAME = re.compile(r"\bGRC_[A-Z]+(?:_[A-Z]+)*\b")
KEY = "k" * 32
PRODUCTION = {
    "GRC_ENV": "production",
    "GRC_DATABASE_URL": "postgresql://grc@db/grc",
    "GRC_REDIS_URL": "redis://queue:6379/0",
    "GRC_SMTP_URL": "smtp://relay",
    "GRC_MAIL_FROM": "contact@hauts.example",
    "GRC_MAIL_DOMAIN": "hauts.example",
    "GRC_BASE_URL": "https://grc.hauts.example",
    "GRC_SECRET_KEY": KEY,
    "GRC_TOKEN_KEYS": KEY,
}


def settings(var: Path, **given: str) -> Settings:
    """Settings from these variables alone."""
    return from_env({"GRC_VAR": str(var), **given}, env_file=var / "none")


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    made = settings(tmp_path / "var")
    assert made.database_url == f"sqlite:///{tmp_path}/var/grc.db"
    assert made.blob_url == f"file://{tmp_path}/var/blobs"
    assert (made.redis_url, made.smtp_url, made.locale) == ("embedded", "console:", "fr")
    assert (made.reopen_days, made.access_log_months) == (60, 12)


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path)
    assert first == second
    assert first.secret_key not in first.token_keys
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_programs_that_start_together_have_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: settings(tmp_path), range(16)))
    assert len({one.token_keys for one in made}) == 1
    assert sorted(path.name for path in (tmp_path / "keys").iterdir()) == [
        "grc_secret_key",
        "grc_token_keys",
    ]


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "GRC_ENV"])
def test_production_guesses_nothing(tmp_path: Path, name: str) -> None:
    assert settings(tmp_path, **PRODUCTION).production
    with pytest.raises(SettingsError, match=f"^{name}=.* : .* / ") as refused:
        settings(tmp_path, **{**PRODUCTION, name: ""})
    assert any(word in str(refused.value) for word in ("obligatoire", "attendu", "exemple"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRC_MAIL_FROM", "Accueil <a@Exemple-departement.fr>"),
        ("GRC_MAIL_DOMAIN", "EXEMPLE-departement.fr"),
        ("GRC_BASE_URL", "http://127.0.0.1:8000/"),
    ],
)
def test_production_refuses_the_values_of_the_example(
    tmp_path: Path, name: str, value: str
) -> None:
    assert settings(tmp_path, **{name: value})
    with pytest.raises(SettingsError, match=f"^{name}=.*exemple.* / .*example"):
        settings(tmp_path, **{**PRODUCTION, name: value})


def test_production_sends_nothing_only_when_told_so(tmp_path: Path) -> None:
    told = {**PRODUCTION, "GRC_SMTP_URL": "console:"}
    assert settings(tmp_path, **told).smtp_url == "console:"


def test_old_token_keys_are_kept_after_the_new_one(tmp_path: Path) -> None:
    made = settings(tmp_path, GRC_TOKEN_KEYS=f"{'n' * 32}, {KEY}")
    assert made.token_keys == ("n" * 32, KEY)


def test_a_comma_is_part_of_the_secret_key(tmp_path: Path) -> None:
    assert settings(tmp_path, GRC_SECRET_KEY=f"{KEY},x").secret_key == f"{KEY},x"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GRC_ENV", "prod"),
        ("GRC_LOCALE", "de"),
        ("GRC_VAR", "what?"),
        ("GRC_DATABASE_URL", "mysql://u@h/db"),
        ("GRC_DATABASE_URL", "postgresql://u@h:port/db"),
        ("GRC_DATABASE_URL", "postgresql://u@h"),
        ("GRC_DATABASE_URL", "sqlite://"),
        ("GRC_DATABASE_URL", "sqlite:///:memory:"),
        ("GRC_DATABASE_URL", "postgresql://["),
        ("GRC_REDIS_URL", "localhost:6379"),
        ("GRC_REDIS_URL", "redis://h:six/0"),
        ("GRC_REDIS_URL", "unix://socket"),
        ("GRC_BLOB_URL", "/var/blobs"),
        ("GRC_BLOB_URL", "s3://bucket"),
        ("GRC_SMTP_URL", "localhost:25"),
        ("GRC_SMTP_URL", "smtp://"),
        ("GRC_SMTP_URL", "smtp://h:x"),
        ("GRC_SMTP_URL", "smtp://h?tls=maybe"),
        ("GRC_MAIL_FROM", "nobody"),
        ("GRC_MAIL_FROM", "a@b.fr\nBcc: c@d.fr"),
        ("GRC_MAIL_DOMAIN", "not a domain"),
        ("GRC_BASE_URL", "grc.example"),
        ("GRC_BASE_URL", "https://"),
        ("GRC_REOPEN_DAYS", "0"),
        ("GRC_REOPEN_DAYS", "soixante"),
        ("GRC_CHANNELS", "minitel"),
        ("GRC_CHANNELS", "email phone"),
        ("GRC_ACCESS_LOG_MONTHS", "5"),
        ("GRC_ACCESS_LOG_MONTHS", "37"),
        ("GRC_EXCEPTIONAL_HOURS", "0"),
        ("GRC_EXCEPTIONAL_HOURS", "25"),
        ("GRC_DPO_EMAIL", "nobody"),
    ],
)
def test_nonsense_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, **{name: value})
    sentence = str(refused.value)
    assert sentence.startswith(f"{name}=")
    assert " / " in sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [("", ()), (" , ", ()), ("email", ("email",)), (" phone,email,phone ", ("phone", "email"))],
)
def test_the_channels_that_are_open(tmp_path: Path, given: str, kept: tuple[str, ...]) -> None:
    assert settings(tmp_path, GRC_CHANNELS=given).channels == kept


@pytest.mark.parametrize("name", ["GRC_SECRET_KEY", "GRC_TOKEN_KEYS"])
def test_a_short_key_is_refused_and_not_shown(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="32") as refused:
        settings(tmp_path, **{name: "hush"})
    assert "hush" not in str(refused.value)


def test_passwords_are_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        settings(tmp_path, GRC_DATABASE_URL="mysql://u:hush@h/db")
    assert "hush" not in str(refused.value)


def test_a_relative_database_is_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = settings(tmp_path, GRC_DATABASE_URL="sqlite:///here.db")
    assert made.database_url == f"sqlite:///{tmp_path}/here.db"


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="GRC_VAR="):
        settings(tmp_path / "file")


def test_the_file_says_what_the_environment_does_not(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# comment\n\nGRC_LOCALE = \"en\"\nGRC_MAIL_DOMAIN='a.fr'\n")
    made = from_env({"GRC_VAR": str(tmp_path), "GRC_MAIL_DOMAIN": "b.fr"}, env_file=file)
    assert (made.locale, made.mail_domain) == ("en", "b.fr")


@pytest.mark.parametrize("content", [b"GRC_LOCALE", b"GRC_LOCALE=\xff"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\n" + content)
    with pytest.raises(SettingsError, match=r"\.env.* / "):
        from_env({"GRC_VAR": str(tmp_path)}, env_file=file)


def used() -> set[str]:
    """Every variable of ours that something in the repository reads or sets."""
    places = ("grc", "scripts", "deploy", "tests/rig", "tests/faults", "bench")
    files = [ROOT / "config.py", ROOT / "Makefile"]
    files += [path for place in places for path in (ROOT / place).rglob("*") if path.is_file()]
    texts = (path.read_text("utf-8", "ignore") for path in files if path.suffix != ".pyc")
    return {name for text in texts for name in NAME.findall(text)}


def test_every_setting_is_documented_and_nothing_else() -> None:
    assert used() == set(NAME.findall(DOCUMENT.read_text("utf-8")))


def test_every_field_has_its_variable() -> None:
    documented = set(NAME.findall(DOCUMENT.read_text("utf-8")))
    given = {field.name for field in fields(Settings)} - {"origins"}  # where the others come from
    assert {f"GRC_{name.upper()}" for name in given} <= documented
