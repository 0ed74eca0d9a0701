"""What every test may use: the servers of `tests/rig` and the rule against skips."""

pytest_plugins = ("tests.rig.no_skips", "tests.rig.fixtures")
