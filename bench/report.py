"""The table of a run."""

from collections.abc import Sequence

from bench.measure import Measure

HEAD = (
    "measure", "database", "n", "median ms", "p95 ms", "CPU ms (10–90 %)", "of it backend",
    "SQL", "per s", "fsync ms", "yardstick ms", "target", "", "",
)  # fmt: skip
# CPU milliseconds a page, or how many a second.
TARGETS: dict[str, tuple[str, float]] = {
    "queue page": ("cpu", 20),
    "case page": ("cpu", 15),
    "search, 4 % of cases": ("cpu", 60),
    "search, rare word": ("cpu", 15),
    "statistics by period": ("cpu", 100),
    "statistics by channel": ("cpu", 100),
    "statistics by nature": ("cpu", 100),
    "mail to routed case": ("rate", 100),
    "grc receive, 4 at once": ("rate", 20),
    "API over HTTP, 1 at once": ("rate", 150),
    "API over HTTP, 8 at once": ("rate", 250),
}
MOST_STATEMENTS = 12  # of a queue page
PAGE, FIGURES, HEAVY = 20.0, 100.0, 40.0  # CPU milliseconds of the pages of `bench.tour`
_PAGES = (("page statistiques", FIGURES), ("page chiffres-cles", FIGURES),
          ("page usager-1000", HEAVY), ("page demande-1000", HEAVY),
          ("page demande-5000", HEAVY), ("page ", PAGE))  # fmt: skip


def target_of(name: str) -> tuple[str, float] | None:
    """What is promised of a measure: a kind and a limit."""
    pages = (("cpu", limit) for start, limit in _PAGES if name.startswith(start))
    return TARGETS.get(name) or next(pages, None)


def table(measures: Sequence[Measure]) -> str:
    """All measures as aligned text."""
    rows = [HEAD, *map(_row, measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _row(found: Measure) -> tuple[str, ...]:
    target = target_of(found.name)
    shown = "" if target is None else ("≤ " if target[0] == "cpu" else "≥ ") + f"{target[1]:g}"
    return (
        found.name,
        found.database,
        str(found.times),
        f"{found.median:.1f}",
        "" if found.rate else f"{found.p95:.1f}",
        f"{found.cpu:.1f}" + ("" if found.rate else f" ({found.cpu_low:.1f}–{found.cpu_high:.1f})"),
        f"{found.backend_cpu:.1f}" if found.backend_cpu else "",
        f"{found.statements:.1f}" if found.statements else "",
        f"{found.rate:.0f}" if found.rate else "",
        f"{found.fsync:.2f}",
        f"{found.yardstick:.1f}",
        shown,
        verdict(found),
        found.note,
    )


def verdict(found: Measure) -> str:
    """Whether the target is met; empty when there is none."""
    target = target_of(found.name)
    if target is None:
        return ""
    kind, limit = target
    met = found.cpu <= limit if kind == "cpu" else (found.rate or 0) >= limit
    if found.name == "queue page":
        met = met and found.statements <= MOST_STATEMENTS
    return "ok" if met else "missed"
