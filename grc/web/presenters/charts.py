"""Bars of a chart as rectangles: where each stands, in units of a picture. Pure.

A picture is only the second way to read numbers: a table of the same stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 100
_LEAST = 4
_SCALES = (1, 10, 100, 1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Bar:
    """A rectangle: from the left and from the top, its width and height."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawn:
    """Series of bars side by side; `top` is the number the upper edge stands for."""

    width: float
    top: int
    series: Sequence[Sequence[Bar]]


def bars(values: Sequence[int], *, step: float = 60, width: float = 40) -> Drawn:
    """One bar for each number."""
    top = nice(max(values, default=0))
    found = [_bar(n * step + (step - width) / 2, one, width, top) for n, one in enumerate(values)]
    return Drawn(len(values) * step, top, [found])


def pairs(values: Sequence[tuple[int, int]], *, step: float = 20, width: float = 8) -> Drawn:
    """Two bars for each pair, side by side."""
    top = nice(max((max(pair) for pair in values), default=0))
    edge = (step - 2 * width - 1) / 2
    left = [_bar(n * step + edge, one, width, top) for n, (one, _) in enumerate(values)]
    right = [
        _bar(n * step + edge + width + 1, one, width, top) for n, (_, one) in enumerate(values)
    ]
    return Drawn(len(values) * step, top, [left, right])


def _bar(x: float, value: int, width: float, top: int) -> Bar:
    height = round(HEIGHT * value / top, 1)
    return Bar(round(x, 1), round(HEIGHT - height, 1), width, height)


def nice(most: int) -> int:
    """The first of 4, 6, 8, 10, 20, 30, 40, 50, 60, 80, 100, 200… that is no smaller than a number:
    half of it, which stands beside the middle line, is a whole number."""
    steps = (digit * scale for scale in _SCALES for digit in (1, 2, 3, 4, 5, 6, 8))
    return next((step for step in steps if step >= max(most, _LEAST) and step % 2 == 0), most)
