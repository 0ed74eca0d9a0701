"""The direction of imports, as `pyproject.toml` draws it."""

from importlinter.cli import lint_imports


def test_the_contracts_of_imports_are_kept(capsys: object) -> None:
    assert lint_imports(no_cache=True) == 0
