"""What the invented people write about, topic by topic. Pure.

A topic is a nature of request with ready-made parts; one is drawn from each list. Braces
are filled with invented details: {child}, {amount}, {day}, {town}, {street}, {number}, {age}.
"""

from dataclasses import dataclass

from grc.demo import topics_family, topics_life, topics_rights


@dataclass(frozen=True)
class Topic:
    """`code` is a request type of the demo catalogue, `box` the mailbox it may be sent to."""

    code: str
    box: str
    weight: int
    subjects: tuple[str, ...]
    facts: tuple[str, ...]
    details: tuple[str, ...]
    asks: tuple[str, ...]


def _read(text: str) -> tuple[Topic, ...]:
    """Blocks separated by blank lines: `code box weight`, then S, F, D and A lines."""
    topics = []
    for block in text.strip().split("\n\n"):
        head, *lines = block.splitlines()
        code, box, weight = head.split()
        parts: dict[str, list[str]] = {"S": [], "F": [], "D": [], "A": []}
        for line in lines:
            parts[line[0]].append(line[2:])
        lists = (tuple(parts[mark]) for mark in "SFDA")
        topics.append(Topic(code, box, int(weight), *lists))
    return tuple(topics)


TOPICS = _read("\n\n".join(m.TEXT.strip() for m in (topics_family, topics_life, topics_rights)))
