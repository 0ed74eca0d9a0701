"""The adapters installed on this machine, found by the entry point group `grc.channels`.

An entry point is a callable that takes `Limits` and returns a `Channel`; its name is the
channel's name. Installing a package is enough to add a channel.
"""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from grc.channels.protocol import Channel
from grc.parsing.limits import DEFAULT, Limits

GROUP = "grc.channels"


class RegistryError(Exception):
    """The installed channels contradict each other: the program must not start."""


class UnknownChannel(LookupError):
    """No adapter of that name is installed. `name` and `known` help to say so."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"canal inconnu : {name} (installés : {', '.join(known) or 'aucun'})")
        self.name = name
        self.known = known


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
                f"deux adaptateurs s'appellent « {point.name} » : {other.value} et "
                f"{point.value} ; désinstallez l'un des deux"
            )
    return dict(sorted(found.items()))


def names() -> list[str]:
    """The installed channel names, sorted."""
    return list(installed())


def entry_point(name: str) -> EntryPoint:
    """The entry point of a channel. Raises UnknownChannel."""
    try:
        return installed()[name]
    except KeyError:
        raise UnknownChannel(name, names()) from None


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
            f"l'adaptateur {point.value} est déclaré « {point.name} » et se nomme "
            f"« {channel.name} »"
        )
    return channel


def label(name: str) -> str:
    """What screens call a channel. Cases outlive adapters: one that is no longer installed
    goes by its name."""
    return get(name).label if name in installed() else name
