"""The blueprint, its frame, and what its answers say to browsers and to search engines."""

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from grc.channels import registry
from grc.channels.web import WebChannel
from grc.core.settings import settings
from grc.staff import throttle
from grc.web import present
from grc.web.forms.base import Form

bp = Blueprint("public", __name__)
LARGEST = 60_000_000  # bytes of a form: what is over 25 MB is given back to be chosen again
MOST_FIELDS = 500
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


class TooManyFields(RequestEntityTooLarge):
    """A form with more fields than any of ours has."""


class PublicForm(Form):
    """A form of somebody nobody knows: no session, so no token of one."""

    class Meta:
        csrf = False


def install(app: Flask) -> None:
    """Let public forms bring files; must come before anything that reads them."""
    app.before_request(_make_room)


def _make_room() -> None:
    if request.blueprint == bp.name and request.method == "POST":
        request.max_content_length = LARGEST


@bp.before_request
def _count_fields() -> None:
    if request.method != "POST":
        return
    try:
        count = len(request.form)
    except RequestEntityTooLarge:  # its bytes, or its parts: the framework counts both
        if (request.content_length or 0) > LARGEST:
            raise
        raise TooManyFields from None
    if count > MOST_FIELDS:
        raise TooManyFields


@bp.after_request
def _strict(response: Response) -> Response:
    """No script at all. Only what can be asked may be kept by the browser, which then gives
    back what was typed, and found by search engines."""
    response.headers["Content-Security-Policy"] = POLICY
    if response.status_code == 429:
        response.headers["Retry-After"] = "900"  # as the sentence on the page
    is_offer = request.endpoint in ("public.home", "public.form") and response.status_code == 200
    response.headers["Cache-Control"] = "private, no-cache" if is_offer else "no-store"
    if not is_offer:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def is_open() -> bool:
    """False when GRC_CHANNELS lets nothing come in by these pages; following goes on."""
    return registry.is_open(WebChannel.name, settings().channels)


def render(template: str, **context: Any) -> str:
    """A page in the public frame."""
    return render_template(
        template,
        language=present.locale(),
        home_url=url_for("public.home"),
        follow_url=url_for("public.follow"),
        privacy_url=url_for("public.privacy"),
        **context,
    )


def mark(*parts: str) -> str:
    """The pseudonym under which something done from this address is counted."""
    return throttle.pseudonym("public", *parts, throttle.site_of(request.remote_addr or ""))


def keys() -> tuple[str, ...]:
    """The keys that sign secrets."""
    return settings().token_keys
