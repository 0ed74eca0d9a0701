"""Every page with realistic content and without a database: to look at and to test.

``python -m tests.browser.gallery`` serves it; ``--shots FOLDER`` takes the pictures.
"""

from pathlib import Path

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from markupsafe import Markup

from . import cases, forms, intake, lists
from .words import FILTERS

ROOT = Path(__file__).resolve().parents[3]
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
PAGES = {
    "queue": ("work/queue.html", lists.queue),
    "mine": ("work/queue.html", lists.mine),
    "to-route": ("work/queue.html", lists.to_route),
    "case": ("cases/case.html", cases.case),
    "sent": ("cases/case.html", cases.sent),
    "anonymous": ("cases/case.html", cases.anonymous_case),
    "act": ("cases/act.html", forms.act_page),
    "refused": ("cases/act.html", forms.refused_act),
    "conflict": ("cases/conflict.html", cases.conflict),
    "quarantine": ("intake/quarantine.html", intake.quarantine),
    "quarantine/item": ("intake/quarantine_item.html", intake.quarantine_item),
    "health": ("intake/health.html", intake.health),
    "recovery": ("recovery/actions.html", lists.recovery),
    "login": ("auth/login.html", forms.login),
    "help": ("help/sheet.html", forms.help_sheet),
    "error": ("errors/error.html", forms.error),
}


def create_gallery() -> Flask:
    """Return the gallery as an application."""
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(SECRET_KEY="gallery", BABEL_DEFAULT_LOCALE="fr")
    Babel(app)
    CSRFProtect(app)
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["form_key"] = lambda: "00000000-0000-4000-8000-000000000000"
    app.jinja_env.globals["icon"] = _icon
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.after_request(_guard)
    app.add_url_rule("/<path:name>", "page", _page, methods=["GET", "POST"])
    app.add_url_rule("/preferences", "preferences", _preferences, methods=["POST"])
    app.add_url_rule("/draft", "draft", lambda: ("", 204), methods=["POST"])
    app.add_url_rule("/logout", "logout", lambda: "Au revoir", methods=["POST"])
    app.add_url_rule("/poll", "poll", _poll)
    return app


def _icon(name: str) -> Markup:
    use = f'<use href="/static/icons.svg#{name}"></use>'
    return Markup(f'<svg class="icon" aria-hidden="true">{use}</svg>')  # noqa: S704 - our names


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CSP
    return response


def _page(name: str) -> str | tuple[str, int]:
    if name not in PAGES:
        return "", 404
    template, context = PAGES[name]
    chosen = request.cookies
    preferences = {
        "theme": chosen.get("theme", "auto"),
        "density": chosen.get("density", "comfortable"),
        "shortcuts": chosen.get("shortcuts", "on") == "on",
        "url": "/preferences",
    }
    return render_template(template, preferences=preferences, **context())


def _preferences() -> Response:
    response = redirect(request.referrer or "/queue")
    for name in ("theme", "density", "shortcuts"):
        response.set_cookie(name, request.form[name], samesite="Lax")
    return response


def _poll() -> Response:
    response = jsonify(count=3, sentence="3 nouvelles demandes", counts={"queue": "51"})
    response.set_etag("three")
    return response.make_conditional(request)
