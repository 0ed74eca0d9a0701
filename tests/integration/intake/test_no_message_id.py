"""Messages without a Message-ID are told apart by their bytes alone."""

from pathlib import Path

from flask import Flask

from tests.integration.conftest import Grc, mail


def test_two_different_messages_without_message_id_open_two_cases(
    grc: Grc, app: Flask, tmp_path: Path
) -> None:
    (tmp_path / "mail").mkdir()
    for name in ("Anne Roy <anne@courriel.example>", "Paul Mas <paul@courriel.example>"):
        raw = mail(f"Bonjour,\n\nUne question de {name}.", sender=name, message_id=None)
        (tmp_path / "mail" / name[:4]).write_bytes(raw)
    report = grc("import", "email", tmp_path / "mail", "--json").json
    assert report["outcomes"]["opened"] == 2
    assert report["outcomes"]["duplicate"] == 0
