"""The table of routes: each says who may, what it takes, what it gives and what it refuses.

The server checks requests by it, and `openapi` describes it: nothing is written twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ValidationError

from grc.channels.posted import Problem, Refused, refused
from grc.core.i18n import N_
from grc.staff.policy import Permission
from grc.staff.tokens import Bearer, Scope
from grc.web.api import door
from grc.web.api.models import as_json
from grc.web.api.problems import Refusal
from grc.web.guard import needs

bp = Blueprint("api", __name__, url_prefix="/api/v1")
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Body:
    """What is sent: its type, and its greatest length in bytes."""

    media_type: str
    largest: int
    model: type[BaseModel] | None = None  # None: bytes that nobody looks at here


@dataclass(frozen=True)
class Call:
    """One request whose parameters were checked."""

    bearer: Bearer
    query: Any = None  # of the route's model
    headers: Any = None


@dataclass(frozen=True)
class Answer:
    """What a view gives."""

    body: BaseModel
    status: int = 200
    location: str | None = None


View = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """One line of the table."""

    method: str
    path: str  # as OpenAPI writes it: /cases/{reference}
    view: Callable[..., Any]
    scope: Scope | None  # None: any valid token
    answers: dict[int, type[BaseModel]]
    refusals: tuple[int, ...]
    query: type[BaseModel] | None
    headers: type[BaseModel] | None
    body: Body | None
    path_names: tuple[str, ...] = field(default=())
    is_signed: bool = False  # with a secret both know, instead of showing a token


TABLE: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    scope: Scope | None,
    answers: dict[int, type[BaseModel]],
    refusals: tuple[int, ...] = (),
    query: type[BaseModel] | None = None,
    headers: type[BaseModel] | None = None,
    body: Body | None = None,
) -> Callable[[View], View]:
    """Put a view into the table and behind its address."""

    def put(view: View) -> View:
        names = tuple(part[1:-1] for part in path.split("/") if part.startswith("{"))
        one = Route(method, path, view, scope, answers, refusals, query, headers, body, names)
        TABLE.append(one)
        bp.add_url_rule(
            path.replace("{", "<").replace("}", ">"),
            endpoint=view.__name__,
            view_func=needs(Permission.SCRIPT)(_carrier(one)),
            methods=[method],
            provide_automatic_options=False,
        )
        return view

    return put


def _carrier(one: Route) -> Callable[..., Response]:
    def carry_out(**path: str) -> Response:
        bearer = door.enter(one.scope)
        query = _checked(one.query, request.args.to_dict(flat=False))
        headers = _checked(one.headers, _headers(one.headers))
        if one.body is not None:
            _check_body(one.body)
        return _written(one.view(Call(bearer, query, headers), **path))

    return carry_out


def _written(answer: Answer) -> Response:
    response = jsonify(as_json(answer.body))
    response.status_code = answer.status
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response


def _headers(model: type[BaseModel] | None) -> dict[str, list[str]]:
    names = [str(info.alias) for info in model.model_fields.values()] if model else []
    return {name: request.headers.getlist(name) for name in names if name in request.headers}


def _checked(model: type[Model] | None, given: dict[str, list[str]]) -> Model | None:
    """The parameters of a request, each given once. Raises Refusal 400."""
    text = N_("Un paramètre n'est pas accepté.")
    if model is None:
        if given:
            unknown = Problem(next(iter(given))[:40], N_("Ce champ n'existe pas."), {})
            raise Refusal(400, text, unknown)
        return None
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        raise Refusal(400, text, Problem(twice[0][:40], N_("Donné deux fois."), {}))
    try:
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise Refusal(400, text, *refused(error).problems) from None


def _check_body(body: Body) -> None:
    """Look at the type and the announced length before a byte is read."""
    request.max_content_length = body.largest
    if request.mimetype != body.media_type or "Content-Encoding" in request.headers:
        text = N_("Envoyez le corps en %(type)s, sans codage : Content-Type: %(type)s")
        raise Refusal(415, text, headers={"Accept-Post": body.media_type}, type=body.media_type)
    if (request.content_length or 0) > body.largest:
        raise too_large(body.largest)


def too_large(largest: int) -> Refusal:
    """The refusal of a body over the limit."""
    return Refusal(413, N_("%(most)s Mo au plus."), most=largest >> 20)


def refuse_body(error: Refused) -> Refusal:
    """The refusal of a body whose content is not right, naming the fields."""
    return Refusal(
        422, N_("Cette demande n'est pas acceptée : rien n'a été gardé."), *error.problems
    )
