"""The shared fixtures themselves: everything else rests on them."""

from collections.abc import Callable

from flask import Flask

from grc.core.actor import Actor
from grc.organisation.queries import snapshot
from tests.integration.conftest import mail


def test_the_demo_organisation_is_loaded(app: Flask) -> None:
    assert snapshot().triage.code == "tri"
    assert len(snapshot().communes.by_insee) == 36


def test_an_account_has_its_unit(app: Flask, make_user: Callable[..., Actor]) -> None:
    alice = make_user("alice", agent="apa")
    assert alice.roles == {snapshot().unit("apa").id: frozenset({"agent"})}


def test_a_message_is_bytes_with_crlf_free_headers() -> None:
    assert b"Message-ID: <un@courriel.example>\n" in mail()
