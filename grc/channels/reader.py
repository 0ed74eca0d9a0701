"""Reads items with their adapter, in a process that may be killed."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from importlib.metadata import EntryPoint
from types import TracebackType
from typing import Any, Self, TypeVar

from grc.channels import answers, registry, wire
from grc.channels.protocol import Channel, ChannelError, Request
from grc.channels.splitter import Splitter
from grc.parsing.child import Child, ChildFailure
from grc.parsing.limits import DEFAULT, LimitExceeded, Limits, check_size

_FUNCTION = f"{__name__}:read_in_child"

Key = TypeVar("Key")
Result = tuple[Request, ...] | ChannelError


class Reader:
    """Turns raw items into requests. Use it as a context manager; threads may share it.

    `timeout` in seconds and `memory` in bytes bound the reading of one item.
    """

    def __init__(
        self,
        *,
        limits: Limits = DEFAULT,
        timeout: float = 20.0,
        memory: int = 512 * 1024 * 1024,
    ) -> None:
        self._limits = limits
        self._limit_values = asdict(limits)
        self._timeout = timeout
        self._memory = memory
        self._child = Child(timeout=timeout, memory=memory)
        self._idle: list[Child] = []  # of those that read ahead
        self.splitter = Splitter()  # its process starts when a whole file is to be split

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
        """End the reader processes; the next read starts another."""
        self._child.close()
        while self._idle:
            self._idle.pop().close()
        self.splitter.close()

    def read(self, channel: str, raw: bytes) -> tuple[Request, ...]:
        """The requests in one item. Raises ChannelError, or UnknownChannel."""
        parameters = self._parameters(channel)
        self._check(raw)
        try:
            return _result(*self._child.call(_FUNCTION, parameters, [raw]))
        except ChildFailure as failure:
            raise answers.of_failure(failure) from failure

    def read_ahead(
        self, channel: str, items: Iterable[tuple[Key, bytes]]
    ) -> Iterator[tuple[Key, Result]]:
        """Read many items in order, each `(key, raw)` giving `(key, requests or error)`.

        The next item is being read while the caller works on the one just given, so that
        an import keeps two processors busy. It has a process of its own until the last item.
        """
        parameters = self._parameters(channel)
        child = self._idle_child()
        pending: tuple[Key, ChannelError | None] | None = None
        try:
            for key, raw in items:
                finished = None if pending is None else _finish(child, *pending)
                pending = (key, self._begin(child, parameters, raw))
                if finished is not None:
                    yield finished
            if pending is not None:
                yield _finish(child, *pending)
        except BaseException:
            child.close()  # it may still be reading
            raise
        self._idle.append(child)

    def _idle_child(self) -> Child:
        try:
            return self._idle.pop()
        except IndexError:  # or another thread was quicker
            return Child(timeout=self._timeout, memory=self._memory)

    def _begin(self, child: Child, parameters: dict[str, Any], raw: bytes) -> ChannelError | None:
        """Send one item to `child`; the error is what prevented it."""
        try:
            self._check(raw)
            child.send(_FUNCTION, parameters, [raw])
        except ChildFailure as failure:
            return answers.of_failure(failure)
        except ChannelError as error:
            return error
        return None

    def _parameters(self, channel: str) -> dict[str, Any]:
        point = registry.entry_point(channel)
        return {"name": point.name, "value": point.value, "limits": self._limit_values}

    def _check(self, raw: bytes) -> None:
        try:
            check_size(len(raw), self._limits)
        except LimitExceeded as error:
            raise ChannelError(error.code, error.detail, params=error.params) from error


def _finish(child: Child, key: Key, error: ChannelError | None) -> tuple[Key, Result]:
    if error is not None:
        return key, error
    try:
        return key, _result(*child.receive())
    except ChildFailure as failure:
        return key, answers.of_failure(failure)
    except ChannelError as refused:
        return key, refused


def _result(answer: dict[str, Any], blobs: list[bytes]) -> tuple[Request, ...]:
    if "reason" in answer:
        answers.give_up(answer)
    return wire.decode(answer["requests"], blobs)


def read_in_child(
    parameters: dict[str, Any], blobs: list[bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    """What runs in the reader process: the adapter named by the parent."""
    channel = _channel(parameters["name"], parameters["value"], Limits(**parameters["limits"]))
    try:
        requests, attached = wire.encode(tuple(channel.read(blobs[0])))
    except ChannelError as error:
        return answers.refusal(error), []
    return {"requests": requests}, attached


@cache
def _channel(name: str, value: str, limits: Limits) -> Channel:
    return registry.build(EntryPoint(name, value, registry.GROUP), limits)
