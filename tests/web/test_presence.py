"""Who else has a case open: a courtesy of Redis, never told to who may not read the case."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from redis import Redis

from grc.core import clock
from grc.jobs import presence
from tests.rig.redis import RedisServer
from tests.web.conftest import Site


@pytest.fixture
def here(site: Site, redis_server: RedisServer) -> Iterator[Site]:
    """The back-office with a Redis."""
    redis = Redis.from_url(redis_server.url)
    redis.flushall()
    site.app.extensions["grc.redis"] = redis
    yield site
    redis.close()


def said(site: Site, login: str) -> str:
    return str(site.as_(login).get(site.url("apa", "presence")).json["sentence"])


def test_colleagues_see_who_is_there_and_who_writes(here: Site) -> None:
    alice, bob = here.as_("alice"), here.as_("bob")
    assert said(here, "alice") == ""
    assert "Alice a ouvert cette demande" in bob.get(here.url("apa")).text
    assert said(here, "alice") == "Bob a ouvert cette demande"
    bob.post(here.url("apa", "brouillon"), text="Je commence")
    assert said(here, "alice") == "Bob écrit une réponse"
    began = clock.now()
    with time_machine.travel(began + timedelta(seconds=presence.WRITING + 1)):
        assert said(here, "alice") == "Bob a ouvert cette demande"
    with time_machine.travel(began + timedelta(seconds=presence.LASTS + 1)):
        assert said(here, "alice") == ""  # he has left: his page asks no more
    assert alice.get(here.url("other", "presence")).json["count"] == 0


def test_outsiders_learn_nothing_and_nothing_of_persons_is_kept(here: Site) -> None:
    said(here, "alice")
    for login in ("oscar", "root"):
        assert here.as_(login).get(here.url("apa", "presence")).status_code in {403, 404}
    sonia = here.as_("sonia")
    assert sonia.get(here.url("named", "presence")).status_code == 200
    assert here.as_("alice").get(here.url("named", "presence")).status_code == 404
    redis: Redis = here.app.extensions["grc.redis"]
    for key in redis.keys("*"):
        assert b"Alice" not in b"".join(redis.hgetall(key))
        assert 0 < redis.ttl(key) <= 75


def test_without_redis_the_page_is_the_same(here: Site, redis_server: RedisServer) -> None:
    here.app.extensions["grc.redis"] = Redis.from_url("unix:///nowhere/s", socket_timeout=0.2)
    assert said(here, "alice") == ""
    assert here.as_("alice").get(here.url("apa")).status_code == 200
