"""What every answer says to the browser: nothing loads from elsewhere, nothing is kept."""

from flask import Flask, Response, request

from grc.core.settings import settings

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
FRAMING = f"{PAGE}; frame-src 'self'"  # the one page that frames the HTML of a mail
MAIL = "default-src 'none'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'"
OURS = "default-src 'none'; frame-ancestors 'none'"  # a document we made, shown in the browser
FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
POLICY = "Content-Security-Policy"
_YEAR = 31_536_000


def install(app: Flask) -> None:
    """Add the headers to every answer; a view may have set a policy or a lifetime of its own."""
    app.after_request(_add)


def _add(response: Response) -> Response:
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(POLICY, PAGE)
    if request.endpoint != "assets.file":
        response.headers.setdefault("Cache-Control", "no-store")
    if settings().base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    return response
