"""The description of the API (OpenAPI 3.1), made from the table of routes and its models."""

from collections.abc import Iterator
from typing import Any

from flask import Response, jsonify
from pydantic.json_schema import models_json_schema

from grc.catalogue.queries import snapshot as catalogue
from grc.channels import registry
from grc.core.settings import settings
from grc.organisation.queries import snapshot as organisation
from grc.staff.policy import Permission
from grc.web.api.models import REFERENCE, ProblemShown
from grc.web.api.phone import SIGNATURE, TIMESTAMP
from grc.web.api.problems import TYPE
from grc.web.api.routes import TABLE, Route, bp
from grc.web.api.views import sources
from grc.web.guard import needs

_SCHEMAS = "#/components/schemas/"
ALWAYS = (401, 403, 429, 503)  # what every route may refuse
SIGNED = (401, 503)  # and those that are signed
_WORDS = {
    200: "As asked.",
    201: "Kept, and new.",
    202: "Kept; it will be understood soon: see `url`.",
    400: "A parameter is wrong.",
    401: "No token or signature, or one that is not right: unknown, expired, revoked, too old.",
    403: "The token does not allow this.",
    404: "Not there, or not for this token.",
    409: "The key was used before, for other content.",
    413: "Too large; nothing was kept.",
    415: "Another type of content is expected.",
    422: "The content is not accepted; `errors` names the fields.",
    429: "Too fast: wait as long as Retry-After says.",
    503: "The database or the disk is away: try again as Retry-After says.",
}


@bp.get("/openapi.json", provide_automatic_options=False)
@needs(Permission.PUBLIC)
def openapi() -> Response:
    """The description, with the codes that are in use today."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """The whole description."""
    schemas = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {"title": "grc", "version": "1", "description": "See docs/api.md."},
        "servers": [{"url": f"{settings().base_url}{bp.url_prefix}"}],
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "signature": _SIGNATURE,
            },
        },
    }


_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": SIGNATURE,
    "description": "`sha256=` and, in hexadecimal, the HMAC-SHA256 (RFC 2104), with a secret of"
    f" GRC_PHONE_SECRETS, of the {TIMESTAMP}, a full stop, and the exact bytes of the body.",
}


def _schemas() -> dict[str, Any]:
    """Every model by name; what the catalogue knows today is listed."""
    given = {(one.body.model, "validation") for one in TABLE if one.body and one.body.model}
    shown = {(model, "serialization") for one in TABLE for model in one.answers.values()}
    every = sorted(given | shown, key=lambda pair: pair[0].__name__)
    every.append((ProblemShown, "serialization"))
    _, whole = models_json_schema(every, ref_template=_SCHEMAS + "{model}")  # type: ignore[arg-type]
    schemas: dict[str, Any] = whole["$defs"]
    _list(schemas["PostedRequest"]["properties"]["request_type"], sorted(catalogue().types))
    return schemas


def _list(schema: dict[str, Any], codes: list[str]) -> None:
    """Say which codes a text may be."""
    for one in schema.get("anyOf", [schema]):
        if one.get("type") == "string" and codes:
            one["enum"] = codes


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for one in TABLE:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    return paths


def _operation(one: Route) -> dict[str, Any]:
    scope = f" Scope: `{one.scope}`." if one.scope else ""
    operation: dict[str, Any] = {
        "operationId": one.view.__name__,
        "summary": " ".join((one.view.__doc__ or "").split()) + scope,
        "parameters": [*_path_parameters(one), *_query(one), *_headers(one)],
        "responses": {str(status): content for status, content in _responses(one)},
    }
    if one.is_signed:
        operation["security"] = [{"signature": []}]
    if one.body is not None:
        model = one.body.model
        schema = {"$ref": _SCHEMAS + model.__name__} if model else _BYTES
        content = {one.body.media_type: {"schema": schema}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


_BYTES = {"type": "string", "format": "binary", "minLength": 1}


def _path_parameters(one: Route) -> Iterator[dict[str, Any]]:
    for name in one.path_names:
        schema: dict[str, Any] = {"type": "string", "pattern": REFERENCE}
        if name == "channel":
            opened = settings().channels
            known = [known for known in registry.names() if registry.is_open(known, opened)]
            schema = {"type": "string", "enum": known}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query(one: Route) -> Iterator[dict[str, Any]]:
    for parameter in _parameters(one.query, "query"):
        if parameter["name"] == "source":
            _list(parameter["schema"], sources())
        if parameter["name"] == "unit":
            _list(parameter["schema"], sorted(unit.code for unit in organisation().units))
        yield parameter


def _headers(one: Route) -> Iterator[dict[str, Any]]:
    yield from _parameters(one.headers, "header")
    language = {"type": "string", "examples": ["fr", "en"]}
    yield {"name": "Accept-Language", "in": "header", "required": False, "schema": language}


def _parameters(model: Any, where: str) -> Iterator[dict[str, Any]]:
    if model is None:
        return
    whole = model.model_json_schema(ref_template=_SCHEMAS + "{model}")
    for name, schema in whole["properties"].items():
        schema.pop("title", None)
        said = schema.pop("description", "")
        required = name in whole.get("required", ())
        yield {
            "name": name,
            "in": where,
            "required": required,
            "description": said,
            "schema": _without_null(schema),
        }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is absent rather than null."""
    kinds = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return kinds[0] if len(kinds) == 1 else schema


def _responses(one: Route) -> Iterator[tuple[int, dict[str, Any]]]:
    for status, model in one.answers.items():
        yield status, _content(status, "application/json", model.__name__)
    for status in sorted({*(SIGNED if one.is_signed else ALWAYS), *one.refusals}):
        yield status, _content(status, TYPE, ProblemShown.__name__)


def _content(status: int, media_type: str, name: str) -> dict[str, Any]:
    content = {media_type: {"schema": {"$ref": _SCHEMAS + name}}}
    return {"description": _WORDS[status], "content": content}
