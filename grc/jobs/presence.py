"""Who has a case open now: ids and times in Redis, gone after a minute. Without Redis, nobody.

It is a courtesy and never a rule: nothing waits for it, no page fails without it. Names are
not kept there; whoever asks has been asked first whether she may read the case.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError

from grc.jobs.queue import Silence

LASTS = 75  # seconds: a page asks every 20 to 40
WRITING = 30  # seconds after the last words
_silence = Silence()


@dataclass(frozen=True)
class Present:
    """Somebody who has the case open."""

    user_id: int
    writes: bool


def here(case_id: int, user_id: int, now: datetime) -> list[Present]:
    """Say that a person has a case open; who else has."""
    found = _tell(case_id, {f"{user_id}": now.timestamp()})
    return _others(found, user_id, now.timestamp())


def write(case_id: int, user_id: int, now: datetime) -> None:
    """Say that a person writes a reply there."""
    _tell(case_id, {f"{user_id}": now.timestamp(), f"w{user_id}": now.timestamp()})


def _tell(case_id: int, told: dict[str, float]) -> dict[bytes, bytes]:
    redis: Redis | None = current_app.extensions.get("grc.redis")
    if redis is None or _silence.is_kept:
        return {}
    key = f"grc:presence:{case_id}"
    try:
        with redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, mapping={name: f"{at:.0f}" for name, at in told.items()})
            pipe.expire(key, LASTS)
            pipe.hgetall(key)
            return cast(dict[bytes, bytes], pipe.execute()[-1])
    except (RedisError, OSError):
        _silence.begin()
        return {}


def _others(found: dict[bytes, bytes], user_id: int, now: float) -> list[Present]:
    times = {name.decode(): float(at) for name, at in found.items()}
    present = (int(name) for name, at in times.items() if name.isdecimal() and now - at < LASTS)
    return [
        Present(one, now - times.get(f"w{one}", 0) < WRITING)
        for one in sorted(present)
        if one != user_id
    ]
