"""The `grc` command: reads settings, builds the application, runs one command.

`grc receive` must be quick (a mail server runs it once per message), so it is tried before
anything heavy is imported.
"""

import sys


def main() -> None:
    """Entry point of the `grc` command; exits with the codes of docs/command-line.md."""
    if sys.argv[1:2] == ["receive"]:
        from grc.cli.receive import hand_over

        hand_over(sys.argv[2:])
    from config import SettingsError, from_env
    from grc.cli import cli

    try:
        cli(obj=from_env)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(64)


if __name__ == "__main__":
    main()
