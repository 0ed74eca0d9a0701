"""What every test may use: the servers of `tests/rig`, both languages, the rule against skips."""

pytest_plugins = ("tests.rig.no_skips", "tests.rig.texts", "tests.rig.fixtures")
