"""`grc routing`: what is in force goes out as a file, and comes back as nothing new."""

from pathlib import Path

from tests.integration.conftest import DEMO, Grc


def test_what_is_exported_loads_back_without_a_change(grc: Grc, tmp_path: Path) -> None:
    for name in ("organisation.toml", "catalogue.toml"):
        (tmp_path / name).write_text((DEMO / name).read_text("utf-8"), "utf-8")
    out = tmp_path / "routing.toml"
    assert grc("routing", "export", "--output", out).code == 0
    assert grc("routing", "export").out == out.read_text("utf-8")
    done = grc("organisation", "load", tmp_path, "--json").json["routing"]
    assert (done["created"], done["updated"], done["retired"]) == (0, 0, 0)
    (only,) = grc("routing", "versions", "--json").json["versions"]
    assert (only["number"], only["author"]) == (1, "import:system")
    out.write_text(out.read_text("utf-8").replace("Boîte APA", "Boîte de l'APA"), "utf-8")
    grc("organisation", "load", tmp_path)
    latest, first = grc("routing", "versions", "--json").json["versions"]
    assert latest["author"].startswith("import:cli:")
    assert grc("routing", "export", "--version", first["number"]).out.count("Boîte APA") == 1
    assert "  import:" in grc("routing", "versions").out
    assert grc("routing", "export", "--version", 9).code != 0
