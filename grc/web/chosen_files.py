"""The files of a form that joins some: those that stay, in their order, and those brought now."""

from flask import request

from grc.cases.opening import NewFile
from grc.work import enclosing

_STEPS = {"haut": -1, "bas": 1}


def received() -> list[NewFile]:
    """The files chosen in this form. Raises InvalidInput naming the one that is refused."""
    given = [one for one in request.files.getlist("files") if one.filename]
    return [enclosing.received(one.filename or "", one.read()) for one in given]


def numbers(name: str) -> list[int]:
    """The numbers of a field that may be there several times."""
    return [int(one) for one in request.form.getlist(name) if one.isdecimal() and len(one) < 19]


def kept() -> list[int]:
    """The files that stay, as the form has them, the one that is moved a place up or down."""
    order = numbers("kept")
    for name, step in _STEPS.items():
        for one in numbers(name):
            if one in order:
                here = order.index(one)
                order.insert(max(here + step, 0), order.pop(here))
    return order


def moved() -> int | None:
    """The file that this form moves: the page is shown again, at its new place."""
    return next((number for name in _STEPS for number in numbers(name)), None)


def where_moved(url: str) -> str:
    """The page of the files again, when this form moved one; else nothing."""
    return f"{url}?place={moved()}" if moved() else ""


def just_moved() -> int | None:
    """The file that was moved by the form before this page."""
    told = request.args.get("place", "")
    return int(told) if told.isdecimal() and len(told) < 19 else None
