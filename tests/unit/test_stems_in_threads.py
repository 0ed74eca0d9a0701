"""Stems are the same from many threads: the stemmer itself keeps state."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from grc.core import search

WORDS = [
    start + end
    for start in ("nation", "autonom", "continu", "personnal", "solidar", "accompagn")
    for end in ("alisations", "ements", "ies", "issantes", "ation", "eux", "er")
]


@pytest.fixture
def eager_switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_switching")
def test_threads_do_not_mix_their_words() -> None:
    stem = search._stem.__wrapped__  # the cache would hide the race
    expected = [stem(word) for word in WORDS]
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: [stem(word) for word in WORDS], range(60)))
    assert all(run == expected for run in runs)
