"""The adapters installed on this machine, found by the entry point group `grc.channels`.

An entry point is a callable that takes `Limits` and returns a `Channel`; its name is the
channel's name. Installing a package is enough to add a channel.
"""

import logging
from collections.abc import Collection, Iterable
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from grc.channels.protocol import Channel, Typed, typed
from grc.parsing.limits import DEFAULT, Limits
from grc.parsing.words import N_

log = logging.getLogger("grc.channels")
GROUP = "grc.channels"


class RegistryError(Exception):
    """The installed channels contradict each other: the program must not start. `detail` says
    so in French, where the named `params` remain to be filled in."""

    def __init__(self, detail: str, **params: str) -> None:
        super().__init__(detail % params)
        self.detail = detail
        self.params = params


class UnknownChannel(LookupError):
    """No adapter of that name is installed; `detail` and `params` as for RegistryError."""

    detail = N_("Le canal « %(name)s » n'est pas installé ; installés : %(known)s.")

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.params = {"name": name, "known": ", ".join(known) or "–"}
        super().__init__(self.detail % self.params)


class ClosedChannel(UnknownChannel):
    """GRC_CHANNELS leaves this channel out: nothing comes in by it."""

    detail = N_("Le canal « %(name)s » est fermé par GRC_CHANNELS ; ouverts : %(known)s.")


@cache
def installed() -> dict[str, EntryPoint]:
    """Entry points by channel name. Raises RegistryError when two share a name."""
    return by_name(entry_points(group=GROUP))


def by_name(points: object) -> dict[str, EntryPoint]:
    """Index entry points, refusing duplicates rather than letting one silently win."""
    found: dict[str, EntryPoint] = {}
    for point in cast("list[EntryPoint]", points):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise RegistryError(
                N_(
                    "Deux canaux s'appellent « %(name)s » : %(one)s et %(other)s ; désinstallez"
                    " l'un des deux."
                ),
                name=point.name,
                one=_origin(other),
                other=_origin(point),
            )
    return dict(sorted(found.items()))


def _origin(point: EntryPoint) -> str:
    return f"{point.value} ({package(point)})"


def package(point: EntryPoint) -> str:
    """The package that brings a channel, with its version: "grc 0.1.0"."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else "?"


def names() -> list[str]:
    """The installed channel names, sorted."""
    return list(installed())


def entry_point(name: str) -> EntryPoint:
    """The entry point of a channel. Raises UnknownChannel."""
    try:
        return installed()[name]
    except KeyError:
        raise UnknownChannel(name, names()) from None


def demand(name: str, opened: Collection[str]) -> EntryPoint:
    """The entry point of a channel by which something may come in: all of them when `opened`
    (the setting GRC_CHANNELS) is empty. Raises UnknownChannel, ClosedChannel."""
    found = entry_point(name)
    if not is_open(name, opened):
        raise ClosedChannel(name, opened)
    return found


def is_open(name: str, opened: Collection[str]) -> bool:
    """True when GRC_CHANNELS lets things come in by this channel."""
    return not opened or name in opened


@cache
def get(name: str, limits: Limits = DEFAULT) -> Channel:
    """The channel of that name. Raises UnknownChannel, or RegistryError when it lies about
    its name."""
    return build(entry_point(name), limits)


def build(point: EntryPoint, limits: Limits) -> Channel:
    """Load an entry point and make its channel."""
    channel = cast("Channel", point.load()(limits))
    if channel.name != point.name:
        raise RegistryError(
            N_("Le canal %(value)s est déclaré « %(name)s » et se nomme « %(other)s »."),
            value=point.value,
            name=point.name,
            other=channel.name,
        )
    return channel


@cache
def look(name: str) -> Channel | None:
    """The channel of that name, to show what it brought; None when it is no longer installed
    or does not load: cases outlive adapters."""
    try:
        return get(name)
    except UnknownChannel:
        return None
    except Exception:
        log.exception("channel %s does not load", name)
        return None


def typed_channels(opened: Collection[str]) -> list[Typed]:
    """The open channels whose items agents may type, by name; not those of the mail room."""
    found = (look(name) for name in names() if is_open(name, opened))
    return [form for channel in found if channel and (form := typed_anywhere(channel))]


def typed_anywhere(channel: Channel) -> Typed | None:
    """The channel itself when its form has no place of its own."""
    return None if getattr(channel, "mail_room", False) else typed(channel)


def label(name: str) -> str:
    """What screens call a channel; one that is gone goes by its name."""
    channel = look(name)
    return channel.label if channel else name
