"""The example of production settings is one the program accepts, once its secrets are made."""

from pathlib import Path

import pytest

import config

EXAMPLE = Path(__file__).parents[2] / "deploy" / "grc.env.example"
SECRETS = ("GRC_SECRET_KEY", "GRC_TOKEN_KEYS")


@pytest.fixture
def example() -> dict[str, str]:
    """The variables of the example, read as the program reads them."""
    return dict(config._dotenv(EXAMPLE))


def test_it_is_complete_once_the_secrets_are_made(example: dict[str, str], tmp_path: Path) -> None:
    made = dict.fromkeys(SECRETS, "s" * 64)
    settings = config.from_env({**example, **made}, env_file=tmp_path / "none")
    assert settings.production
    assert settings.redis_url.startswith("unix://")


@pytest.mark.parametrize("secret", SECRETS)
def test_it_holds_no_secret(example: dict[str, str], tmp_path: Path, secret: str) -> None:
    made = {name: "s" * 64 for name in SECRETS if name != secret}
    with pytest.raises(config.SettingsError, match=secret):
        config.from_env({**example, **made}, env_file=tmp_path / "none")
