"""The exercises as they are written in `exercises.toml`. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("exercises.toml")


@dataclass(frozen=True)
class Mail:
    """What somebody writes; `is_answer`: to our reply, on the same case."""

    name: str
    subject: str
    text: str
    is_answer: bool = False


@dataclass(frozen=True)
class Told:
    """What somebody says by telephone, or writes on paper."""

    name: str
    text: str
    subject: str = ""


@dataclass(frozen=True)
class ExerciseView:
    """One exercise. `needs` is a permission; words are (fr, en)."""

    code: str
    needs: str
    keys: Sequence[str]
    title: Mapping[str, str]
    goal: Mapping[str, str]
    why: Mapping[str, str]
    mails: Sequence[Mail] = ()
    call: Told | None = None
    letter: Told | None = None


@cache
def exercises() -> Mapping[str, ExerciseView]:
    """All of them by code, in their order."""
    read = tomllib.loads(FILE.read_text("utf-8"))["exercises"]
    return {one["code"]: _view(one) for one in read}


def _view(row: Mapping[str, Any]) -> ExerciseView:
    words = {
        name: {locale: row[f"{name}_{locale}"] for locale in ("fr", "en")}
        for name in ("title", "goal", "why")
    }
    return ExerciseView(
        code=row["code"],
        needs=row["needs"],
        keys=row["keys"],
        mails=[Mail(**one) for one in row.get("mails", ())],
        call=Told(**row["call"]) if "call" in row else None,
        letter=Told(**row["letter"]) if "letter" in row else None,
        **words,
    )
