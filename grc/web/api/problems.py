"""Every refusal below /api/ as a problem document (RFC 9457), in the language asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from grc.channels.posted import Problem
from grc.core.errors import Conflict, Forbidden, GrcError, InvalidInput, NotFound
from grc.core.i18n import N_, Text, translate
from grc.web.present import locale

TYPE = "application/problem+json"
PREFIX = "/api/"
TITLES: Mapping[int, str] = {
    400: N_("Requête mal formée"),
    401: N_("Jeton absent ou refusé"),
    403: N_("Ce jeton ne le permet pas"),
    404: N_("Introuvable"),
    405: N_("Méthode refusée à cette adresse"),
    409: N_("Clé déjà utilisée"),
    413: N_("Trop volumineux"),
    415: N_("Type de contenu refusé"),
    422: N_("Contenu refusé"),
    429: N_("Trop de requêtes"),
    500: N_("Erreur de notre côté"),
    503: N_("Indisponible un moment"),
}


class Refusal(Exception):
    """The answer to a request that is not carried out."""

    def __init__(
        self,
        status: int,
        text: Text | str,
        *problems: Problem,
        headers: Mapping[str, str] | None = None,
        code: str | None = None,
        **params: Any,
    ) -> None:
        super().__init__(str(status))
        self.status, self.code = status, code
        self.text = text if isinstance(text, Text) else Text(text, params)
        self.problems = problems
        self.headers = dict(headers or {})


def wanted() -> bool:
    """True when this request is made by a program, to the API."""
    return request.path.startswith(PREFIX)


def install(bp: Blueprint) -> None:
    """Answer what the views refuse; the rest comes through `web.errors`."""
    bp.register_error_handler(Refusal, _refusal)
    for kind, status in ((NotFound, 404), (Forbidden, 403), (Conflict, 409), (InvalidInput, 422)):
        bp.register_error_handler(kind, _refuser(status))


def _refuser(status: int) -> Any:
    def refuse(error: GrcError) -> Response:
        field = getattr(error, "field", None)
        problems = [Problem(field, error.text.msgid, error.text.params)] if field else []
        return answer(status, translate(error.text, locale()), problems)

    return refuse


def _refusal(refusal: Refusal) -> Response:
    detail = translate(refusal.text, locale())
    return answer(refusal.status, detail, refusal.problems, refusal.headers, code=refusal.code)


def of_http(error: HTTPException) -> Response:
    """What the framework refuses before any view: the length, the method, the address."""
    status = error.code or 500
    kept = {name: value for name, value in error.get_headers() if name == "Allow"}
    return answer(status, translate(N_("Rien n’a été enregistré."), locale()), headers=kept)


def answer(
    status: int,
    detail: str,
    problems: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
    reference: str | None = None,
    code: str | None = None,
) -> Response:
    """The problem document; `detail` is translated already, `code` is for programs."""
    language = locale()
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    errors = [
        {"field": one.field, "detail": translate(Text(one.msgid, one.params), language)}
        for one in problems
    ]
    body = {"type": "about:blank", "title": translate(title, language), "status": status}
    body |= {"detail": detail}
    body |= {"reference": reference} if reference else {}
    body |= {"code": code} if code else {}
    response = jsonify(body | ({"errors": errors} if errors else {}))
    response.status_code, response.content_type = status, TYPE
    response.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    response.headers.update(headers or {})
    return response
