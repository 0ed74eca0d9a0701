"""The `grc` command: reads settings, builds the application, runs one command.

`grc receive` must be quick (a mail server runs it once per message), so it is tried before
anything heavy is imported.
"""

import sys

TYPE_CHECKING = False  # importing `typing` would cost a third of the start of `grc receive`
if TYPE_CHECKING:
    from flask import Flask

    from grc.core.settings import Settings


def main() -> None:
    """Entry point of the `grc` command; exits with the codes of docs/command-line.md."""
    if sys.argv[1:2] == ["receive"] and "--help" not in sys.argv:
        from grc.core.handover import hand_over

        hand_over(sys.argv[2:])
    from grc.core.loading import loading

    with loading():
        from grc.cli import cli
        from grc.cli.program import Program

    cli.main(obj=Program(_settings, _app))


def _settings() -> "Settings":
    from config import from_env

    return from_env()


def _app(settings: "Settings", *, nudges: bool = True) -> "Flask":
    from grc.core.loading import loading

    with loading():
        from grc.app import create_app

        if settings.training:
            from grc.training import mark

            mark.demand(settings)
        return create_app(settings, nudges=nudges, pages=False)


if __name__ == "__main__":
    main()
