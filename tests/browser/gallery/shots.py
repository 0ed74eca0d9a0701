"""Pictures of every page at 1440 and 390 px, light and dark."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.rig.chromium import launched

from . import PAGES, create_gallery

WATCH_CSP = """
window.violations = [];
document.addEventListener(
  'securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


@contextmanager
def served() -> Iterator[str]:
    """Serve the gallery on a free port of the loopback; give its address."""
    server = make_server("127.0.0.1", 0, create_gallery(), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def open_page(
    browser: Browser, width: int = 1440, scheme: str = "light", **options: object
) -> Page:
    """Return an empty page that records what the content security policy refuses."""
    phone = width < 700
    context = browser.new_context(
        viewport={"width": width, "height": 844 if phone else 900},
        is_mobile=phone,
        has_touch=phone,
        color_scheme=scheme,
        locale="fr-FR",
        **options,
    )
    context.add_init_script(WATCH_CSP)
    return context.new_page()


def take(folder: Path, names: list[str], full: bool) -> None:
    """Write one picture per page, width and colour scheme."""
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, launched() as browser:
        for width in (1440, 390):
            for scheme in ("light", "dark"):
                page = open_page(browser, width, scheme)
                for name in names or list(PAGES):
                    page.goto(f"{address}/{name}")
                    page.screenshot(
                        path=folder / f"{name.replace('/', '-')}-{width}-{scheme}.png",
                        full_page=full,
                    )
                page.context.close()
