"""The sources of the program as syntax trees, read once."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the program by its path from the root."""
    paths = sorted((ROOT / "grc").rglob("*.py"))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def calls(tree: ast.AST) -> list[ast.Call]:
    """Every call in a tree."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def name_of(node: ast.AST) -> str:
    """`a.b.c` for names and attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""
