"""What PostgreSQL is told about plans: one for all values, but where the value decides."""

import pytest
from sqlalchemy import text

from grc.core.db import is_postgresql, planned_for_its_values, session


def _mode() -> str:
    return str(session().scalar(text("SHOW plan_cache_mode")))


@pytest.mark.usefixtures("app")
def test_only_what_is_asked_inside_is_planned_for_its_values() -> None:
    if not is_postgresql():
        with planned_for_its_values():
            assert session().scalar(text("SELECT 1")) == 1
        return
    assert _mode() == "force_generic_plan"
    with planned_for_its_values():
        assert _mode() == "force_custom_plan"
    assert _mode() == "force_generic_plan"
