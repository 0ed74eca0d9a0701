"""On which line each field of a TOML text is written. Pure.

`tomllib` gives values without line numbers; this small scanner finds the line of each table
header, key and array element, trusting that the text is valid.
"""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

_LINE_END = re.compile(r"\r?\n")  # TOML has no other, unlike str.splitlines
_HEADER = re.compile(r"\s*\[(\[?)\s*([\w.\-\" ]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\-\" ]+?)\s*=")
_MAY_GO_ON = re.compile(r"[\[{]|\"{3}|'{3}")  # else no list, and one line


def index_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of each header, key and first-level array element of valid TOML."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    prefix: Path = ()
    rest = iter(enumerate(_LINE_END.split(text), 1))
    for number, line in rest:
        if header := _HEADER.match(line):
            prefix = _enter(header[2], bool(header[1]), counts)
            lines[prefix] = number
            lines.setdefault(prefix[:-1] if header[1] else prefix, number)
        elif key := _KEY.match(line):
            path = (*prefix, *_parts(key[1]))
            lines[path] = number
            if _MAY_GO_ON.search(line):
                lines.update(_elements(path, number, line, rest))
    return lines


def _parts(name: str) -> list[str]:
    return [part.strip(' "') for part in name.split(".")]


def _enter(name: str, is_array: bool, counts: dict[Path, int]) -> Path:
    path: Path = ()
    parts = _parts(name)
    for depth, part in enumerate(parts, 1):
        path = (*path, part)
        if is_array and depth == len(parts):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _elements(
    path: Path, number: int, line: str, rest: Iterator[tuple[int, str]]
) -> Iterator[tuple[Path, int]]:
    """Consume the lines of a value that goes on, giving the line of each array element."""
    chunk, seen = line, 0
    while not _parses(chunk):
        length = _length(f"{chunk}\n]")
        for index in range(seen, length):
            yield (*path, index), number
        seen = max(seen, length)
        number, line = next(rest)
        chunk = f"{chunk}\n{line}"
    for index in range(seen, _length(chunk)):
        yield (*path, index), number


def _parses(chunk: str) -> bool:
    try:
        tomllib.loads(chunk)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _length(chunk: str) -> int:
    try:
        value: Any = tomllib.loads(chunk)
    except tomllib.TOMLDecodeError:
        return 0
    while isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return len(value) if isinstance(value, list) else 0
