"""How long a failing step waits: longer each time, five days of a mail server's absence."""

from datetime import timedelta

from grc.core.steps import BACK_OFF
from grc.pipeline import STEPS


def wait(attempt: int) -> timedelta:
    return timedelta(minutes=BACK_OFF[min(attempt, len(BACK_OFF)) - 1])


def test_each_wait_is_longer_than_the_one_before() -> None:
    assert list(BACK_OFF) == sorted(set(BACK_OFF))


def test_a_mail_server_may_be_away_for_about_five_days() -> None:
    total = sum((wait(n) for n in range(1, STEPS["send"].max_attempts)), timedelta())
    assert timedelta(days=4, hours=12) <= total <= timedelta(days=5, hours=12)


def test_a_poison_mail_is_set_aside_within_minutes() -> None:
    total = sum((wait(n) for n in range(1, STEPS["understand"].max_attempts)), timedelta())
    assert total <= timedelta(minutes=15)
