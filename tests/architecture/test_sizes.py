"""Small functions, small files; every public one says what it is for."""

import ast
from collections.abc import Iterator
from statistics import median

from tests.architecture.sources import ROOT, modules

LONGEST_FUNCTION, LONGEST_FILE, LONGEST_ADAPTER = 50, 300, 120
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield f"{path}:{node.name}", node


def lines(path: str) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())


def test_no_function_is_long_and_most_are_short() -> None:
    sizes = {name: (node.end_lineno or 0) - node.lineno + 1 for name, node in functions()}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}
    assert median(sizes.values()) <= 9


def test_no_file_is_long() -> None:
    sizes = {path: lines(path) for path in modules()}
    assert not {p: size for p, size in sizes.items() if size > LONGEST_FILE}


def test_an_adapter_is_one_small_file() -> None:
    assert lines("grc/channels/email.py") <= LONGEST_ADAPTER


def test_every_public_function_and_class_is_explained() -> None:
    bare = []
    for path, tree in modules().items():
        for node in tree.body:
            public = isinstance(node, ast.ClassDef | Function) and node.name[0] != "_"
            if public and not ast.get_docstring(node):  # type: ignore[arg-type]
                bare.append(f"{path}:{node.name}")  # type: ignore[attr-defined]
    assert not bare


def test_every_module_says_what_it_is() -> None:
    assert not [
        path for path, tree in modules().items() if tree.body and not ast.get_docstring(tree)
    ]


def test_the_packages_import_nothing_on_the_way() -> None:
    """An `__init__` that imports ties everything into one knot. The edges may list theirs."""
    edges = ("grc/web/", "grc/cli/", "grc/jobs/", "grc/demo/")
    tied = [
        path
        for path, tree in modules().items()
        if path.endswith("__init__.py")
        and not path.startswith(edges)
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
    ]
    assert not tied
