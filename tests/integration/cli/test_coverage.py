"""Counts brought by a file: read once, mistakes told by their line."""

from pathlib import Path
from typing import Any

from tests.integration.conftest import Grc


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(["Date;Mesure;Nombre;Lieu", *lines]) + "\n", "utf-8")
    return path


def test_a_file_of_counts_is_read_once_and_its_mistakes_are_told(grc: Grc, tmp_path: Path) -> None:
    good = "02/03/2026;Appels décrochés;1 204;Ligne 1", "03/03/2026;letters;88;"
    bad = "04/03/2026;fumée;1;", "demain;letters;1;", "05/03/2026;letters;beaucoup;"
    path = table(tmp_path / "comptages.csv", *good, *bad)
    first = grc("coverage", "import", path, "--json")
    told = {name: first.json[name] for name in ("created", "updated", "unchanged")}
    assert (first.code, told) == (65, {"created": 2, "updated": 0, "unchanged": 0})
    assert [one["line"] for one in first.json["rejected"]] == [4, 5, 6]
    assert "fumée" in first.json["rejected"][0]["sentence"]
    again = grc("coverage", "import", table(path, *good), "--json")
    assert (again.code, again.json["unchanged"]) == (0, 2)
    ways: list[dict[str, Any]] = grc("coverage", "show", "--year", "2026", "--json").json["ways"]
    assert {one["measure"]: one["counted"] for one in ways} == {
        "answered": 1204, "letters": 88, "visitors": 0, "files": 0,
    }  # fmt: skip
    assert "1204" in grc("coverage", "show", "--year", "2026").out


def test_a_file_that_is_no_table_is_refused(grc: Grc, tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("a;b\n1;2\n", "utf-8")
    done = grc("coverage", "import", path)
    assert done.code == 64
    assert "date" in done.err
    assert grc("coverage", "import", tmp_path / "absent.csv").code == 64
