"""What axe finds broken on a page, and nothing else.

Left to itself it describes every element that passes every rule, and all of that crosses from the
browser to the test: most of the time of a page.
"""

from typing import TYPE_CHECKING

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

IS_THERE = "typeof axe === 'object'"
FIND = """
(options) => axe.run(options).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`)))
"""


def findings(page: "Page", *only: str, without: str = "") -> list[str]:
    """The rules that a page breaks, with the elements: of all rules, only these, all but one."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = list(only)
    if without:
        options["rules"] = {without: {"enabled": False}}
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(FIND, options)
    return found
