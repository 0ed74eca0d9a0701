"""Our stylesheets, scripts and icons, under an address that changes with their content.

`/static/<version>/css/base.css` may be kept for a year by the browser; the relative imports
of the scripts stay under the same version.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, send_from_directory, url_for
from markupsafe import Markup

from grc.core.settings import settings
from grc.staff.policy import Permission
from grc.web.guard import needs

bp = Blueprint("assets", __name__)
_YEAR = 31_536_000


def install(app: Flask) -> None:
    """Serve the files, and let `url_for('static', …)` of the templates name their version."""
    folder = Path(app.root_path) / "static"
    version = fingerprint(folder)
    app.extensions["grc.assets"] = version

    def _url_for(endpoint: str, **values: Any) -> str:
        if endpoint == "static":
            return f"/static/{version}/{values['filename']}"
        return url_for(endpoint, **values)

    @cache
    def _icon(name: str) -> Markup:
        use = f'<use href="/static/{version}/icons.svg#{name}"/>'
        return Markup(f'<svg class="icon" aria-hidden="true">{use}</svg>')  # noqa: S704 - our names

    app.jinja_env.globals.update(url_for=_url_for, icon=_icon)
    app.register_blueprint(bp)
    needs(Permission.PUBLIC)(app.view_functions["static"])  # Flask's own, without versions


def fingerprint(folder: Path) -> str:
    """Eight hexadecimal digits that change when any file does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


@bp.get("/static/<version>/<path:name>")
@needs(Permission.PUBLIC)
def file(version: str, name: str) -> Response:
    """One file; kept by browsers only when the version asked for is the present one."""
    present = version == current_app.extensions["grc.assets"]
    keep = present and settings().env != "development"
    folder = Path(current_app.root_path) / "static"
    response = send_from_directory(folder, name, max_age=_YEAR if keep else 0)
    response.headers["Cache-Control"] = (
        f"public, max-age={_YEAR}, immutable" if keep else "no-cache"
    )
    return response
