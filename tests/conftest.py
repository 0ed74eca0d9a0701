"""What every test may use: the servers of `tests/rig`, both languages, the rule against skips,
the order of tests."""

pytest_plugins = (
    "tests.rig.no_skips",
    "tests.rig.order",
    "tests.rig.gathering",
    "tests.rig.journeys",
    "tests.rig.texts",
    "tests.rig.fixtures",
)
