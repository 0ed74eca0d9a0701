"""The `grc` command."""


def main() -> None:
    """Entry point of the `grc` command."""
