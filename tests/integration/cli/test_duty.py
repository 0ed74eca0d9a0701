"""A duty roster brought by a file, and the plan for danger: read once, mistakes told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grc.core.actor import Actor
from tests.integration.conftest import DEMO, Grc

TITLES = "Service;Identifiant;Début;Fin;Téléphone;Courriel"
GOOD = "crip;nadia;02/03/2026 18:00;03/03/2026 08:00;06 39 98 00 01;n@exemple-departement.fr"
BAD = (
    "nulle-part;nadia;02/03/2026 18:00;03/03/2026 08:00;0639980001;n@exemple-departement.fr",
    "crip;personne;02/03/2026 18:00;03/03/2026 08:00;0639980001;n@exemple-departement.fr",
    "crip;nadia;02/03/2026;03/03/2026 08:00;0639980001;n@exemple-departement.fr",
    "crip;nadia;04/03/2026 18:00;03/03/2026 08:00;0639980001;n@exemple-departement.fr",
    "crip;nadia;04/03/2026 18:00;05/03/2026 08:00;abc;n@exemple-departement.fr",
    "crip;nadia;04/03/2026 18:00;05/03/2026 08:00;0639980001;personne",
    "crip;nadia",
)


@pytest.fixture(params=["sqlite"])
def loaded_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Once: its SQL is the same everywhere."""
    import shutil

    from tests.rig import databases

    template: Path = request.getfixturevalue("loaded_sqlite")
    return databases.sqlite_url(Path(shutil.copy(template, tmp_path / "grc.db")))


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([TITLES, *lines]) + "\n", "utf-8")
    return path


def test_a_roster_is_read_once(grc: Grc, make_user: Callable[..., Actor], tmp_path: Path) -> None:
    make_user("nadia", agent="crip")
    path = table(tmp_path / "astreinte.csv", GOOD, *BAD)
    first = grc("duty", "load", path, "--json")
    assert (first.code, first.json["created"]) == (65, 1)
    assert [one["line"] for one in first.json["rejected"]] == [3, 4, 5, 6, 7, 8, 9]
    again = grc("duty", "load", table(path, GOOD), "--json")
    assert (again.code, again.json["unchanged"]) == (0, 1)
    moved = table(path, GOOD.replace("08:00", "09:00"))
    assert grc("duty", "load", moved, "--json").json["updated"] == 1


def test_the_plan_is_loaded_once(grc: Grc, tmp_path: Path) -> None:
    assert grc("danger", "load", DEMO / "danger.toml", "--json").json["danger"]["created"] == 1
    assert grc("danger", "load", DEMO / "danger.toml", "--json").json["danger"]["unchanged"] == 1
    path = tmp_path / "danger.toml"
    path.write_text('[duty]\nunit = "nulle-part"\n', "utf-8")
    assert grc("danger", "load", path).code == 65
    assert grc("danger", "load", tmp_path / "absent.toml").code != 0
