"""The OpenAPI 3.1 document, made from the same table as the routes."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web

from gateway.web import shape
from gateway.web.operation import PUBLIC, Ask, Operation
from gateway.web.origins import SAFE_METHODS
from gateway.web.problems import MEDIA

Json = dict[str, Any]
API_VERSION = "1.0"
PATH_PART = re.compile(r"\{([a-z_]+)(?::(?:[^{}]|\{[^{}]*\})*)?\}")
PRIMITIVES: dict[object, Json] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}
PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457. `title` is Chinese or English by Accept-Language.",
    "required": ["type", "title", "status", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Never renamed."},
        "instance": {"type": "string", "description": "The request's id, as in X-Request-Id."},
        "retry_after_seconds": {"type": "number"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "zh", "en"],
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "zh": {"type": "string"},
                    "en": {"type": "string"},
                },
            },
        },
    },
}


def document(operations: Sequence[Operation]) -> Json:
    """The whole document."""
    schemas: Json = {"Problem": PROBLEM}
    paths: Json = {}
    for operation in operations:
        path = PATH_PART.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "12345 Hotline Gateway",
            "version": API_VERSION,
            "description": "12345 热线网关接口。Unsafe methods must come from the same origin.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "hotline_session"},
                "visit": {"type": "apiKey", "in": "cookie", "name": "hotline_visit"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }


def _operation(operation: Operation, schemas: Json) -> Json:
    content: Json = {
        "operationId": _id(operation),
        "tags": [operation.tag],
        "summary": operation.summary_zh,
        "description": operation.summary,
        "responses": _responses(operation, schemas),
        "security": _security(operation),
        "x-right": operation.policy.value,
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PATH_PART.findall(operation.path)
    ]
    if operation.query is not None:
        asked = shape.schema(operation.query)
        parameters += [
            {"name": name, "in": "query", "required": name in asked["required"], "schema": one}
            for name, one in asked["properties"].items()
        ]
    parameters += [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in operation.headers
    ]
    if parameters:
        content["parameters"] = parameters
    if operation.raw:
        content["requestBody"] = {"required": True, "content": {operation.raw: {}}}
    if operation.body is not None:
        schemas[operation.body.__name__] = shape.schema(operation.body)
        content["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _ref(operation.body.__name__)}},
        }
    return content


def _security(operation: Operation) -> list[Json]:
    if operation.guard is not None:
        return [*([] if operation.from_servers else [{"visit": []}]), {"token": []}]
    if operation.policy is PUBLIC:
        return []
    return [{"session": []}, *([{"token": []}] if operation.bearer else [])]


def _responses(operation: Operation, schemas: Json) -> Json:
    good: Json = {"description": HTTPStatus(operation.status).phrase}
    if operation.answer is not None:
        good["content"] = {"application/json": {"schema": answer_schema(operation.answer, schemas)}}
    elif operation.status == HTTPStatus.OK:
        good["content"] = {operation.media: {}}
    statuses = set(operation.problems)
    if operation.policy is not PUBLIC:
        statuses |= {401, 403, 503}
    if operation.socket:
        statuses |= {400, 503}
    if operation.method not in SAFE_METHODS or operation.socket:
        statuses.add(403)
    if operation.body is not None:
        statuses |= {408, 413, 415, 422}
    if operation.query is not None:
        statuses.add(422)
    responses: Json = {str(operation.status): good}
    for status in operation.also:
        responses[str(status)] = good | {"description": HTTPStatus(status).phrase}
    for status in sorted(statuses):
        responses[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA: {"schema": _ref("Problem")}},
        }
    return responses


def answer_schema(hint: Any, schemas: Json) -> Json:
    """The JSON Schema of an answer's type; every TypedDict becomes a component."""
    if hint in PRIMITIVES:
        return PRIMITIVES[hint]
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if typing.is_typeddict(hint):
        if hint.__name__ not in schemas:
            schemas[hint.__name__] = {}
            fields = typing.get_type_hints(hint)
            schemas[hint.__name__] = {
                "type": "object",
                "description": inspect.getdoc(hint),
                "additionalProperties": False,
                "required": sorted(fields),
                "properties": {name: answer_schema(one, schemas) for name, one in fields.items()},
            }
        return _ref(hint.__name__)
    if origin is list:
        return {"type": "array", "items": answer_schema(parts[0], schemas)}
    if origin is dict:
        return {"type": "object", "additionalProperties": answer_schema(parts[1], schemas)}
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [answer_schema(one, schemas) for one in parts]}
    raise TypeError(hint)


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _id(operation: Operation) -> str:
    words = re.findall(r"[a-z]+", PATH_PART.sub(r"\1", operation.path.removeprefix("/api/v1")))
    return "_".join([operation.method.lower(), *words])


class DocumentApi:
    """/api/openapi.json, which describes itself too."""

    def __init__(self, others: Sequence[Operation]) -> None:
        self._document = document((*others, *self.operations()))

    def operations(self) -> tuple[Operation, ...]:
        """What can be asked here."""
        return (
            Operation(
                method="GET",
                path="/api/openapi.json",
                policy=PUBLIC,
                handler=self.document,
                summary="This document",
                summary_zh="接口文档",
                tag="document",
                personal=False,
            ),
        )

    async def document(self, ask: Ask) -> web.StreamResponse:
        """The document."""
        del ask
        return web.json_response(self._document)
