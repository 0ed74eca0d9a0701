"""Splits items into their parts, in a process that may be killed; a few hundred at a time.

The process keeps its place in the file, so that the next call goes on; one that was started
anew finds the place again by counting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from importlib.metadata import EntryPoint
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grc.channels import answers, registry
from grc.channels.past import TOGETHER, Account, Part, Parts, splitting
from grc.channels.protocol import ChannelError
from grc.parsing.child import Child, ChildFailure
from grc.parsing.limits import DEFAULT

TIMEOUT = 60.0  # seconds: a large workbook is opened as a whole
MEMORY = 1 << 30  # bytes
_FUNCTION = f"{__name__}:parts_in_child"


class Splitter:
    """A reader process for whole files. Use it as a context manager."""

    def __init__(self) -> None:
        self._child = Child(timeout=TIMEOUT, memory=MEMORY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process; the next call starts another."""
        self._child.close()

    def parts(
        self,
        channel: str,
        path: Path,
        guide: Mapping[str, Any],
        *,
        after: int,
        most: int = TOGETHER,
    ) -> Sequence[Part]:
        """The parts of a file that follow the first `after`; fewer than `most` at its end.

        Raises as `split`.
        """
        return list(self.split(channel, path, guide, after=after, most=most).parts)

    def split(
        self,
        channel: str,
        path: Path,
        guide: Mapping[str, Any],
        *,
        after: int,
        most: int = TOGETHER,
    ) -> Parts:
        """The same, with the account of the whole when its end was reached.

        Raises ChannelError when the file cannot be split, or UnknownChannel.
        """
        point = registry.entry_point(channel)
        parameters = {
            "name": point.name,
            "value": point.value,
            "path": str(path),
            "guide": dict(guide),
            "after": after,
            "most": most,
        }
        try:
            answer, blobs = self._child.call(_FUNCTION, parameters, [])
        except ChildFailure as failure:
            raise answers.of_failure(failure) from failure
        if "reason" in answer:
            answers.give_up(answer)
        heads = zip(answer["parts"], blobs, strict=True)
        found = (Part(name, raw, at and datetime.fromisoformat(at)) for (name, at), raw in heads)
        return Parts(tuple(found), _account(answer["account"]))


def _account(told: Mapping[str, Any] | None) -> Account | None:
    if told is None:
        return None
    lists = {name: tuple(told[name]) for name in ("separators", "blanks")}
    return Account(total=told["total"], used=told["used"], **lists)


class _Place:
    """Where the process is in one file."""

    def __init__(self) -> None:
        self.key: Any = None
        self.done = 0
        self.parts: Iterator[Part | Account] = iter(())

    def go_to(self, key: Any, parts: Iterator[Part | Account], after: int) -> None:
        """Start a file, after what is already stored."""
        self.key, self.parts, self.done = key, parts, after


_place = _Place()


def parts_in_child(
    parameters: dict[str, Any], _blobs: list[bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    """What runs in the process: the next parts of the file named by the parent."""
    key = [parameters[name] for name in ("name", "value", "path", "guide")]
    try:
        if _place.key != key or _place.done != parameters["after"]:
            channel = splitting(_channel(parameters["name"], parameters["value"]))
            if channel is None:
                raise TypeError(f"{parameters['name']} splits nothing")
            after = parameters["after"]
            parts = channel.parts(Path(parameters["path"]), parameters["guide"], after)
            _place.go_to(key, parts, after)
        made = list(islice(_place.parts, parameters["most"]))
    except ChannelError as error:
        _place.key = None
        return answers.refusal(error), []
    found = [part for part in made if isinstance(part, Part)]
    account = next((asdict(part) for part in made if isinstance(part, Account)), None)
    _place.done += len(found)
    if account is not None or len(made) < parameters["most"]:
        _place.key = None  # the end: asked again, it is told again, with the account
    heads = [[part.name, part.dated_at and part.dated_at.isoformat()] for part in found]
    return {"parts": heads, "account": account}, [part.raw for part in found]


@cache
def _channel(name: str, value: str) -> object:
    return registry.build(EntryPoint(name, value, registry.GROUP), DEFAULT)
