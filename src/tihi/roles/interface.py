"""What the OpenAPI document says beyond what the framework finds out by itself."""

import inspect
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from typing_extensions import override

from tihi.base.problem import Invalid
from tihi.facts.envelope import Outcome
from tihi.facts.outcomes import OutcomeData
from tihi.platform.http import Rights
from tihi.platform.log.outcomes import Missed

_Object = dict[str, Any]

PATH = "/api/docs"
_REF = "#/components/schemas/{name}"
_ATTRIBUTE = re.compile(r"^(\w+(?:, \w+)*): (.+?)(?=^\w+(?:, \w+)*: |\Z)", re.MULTILINE | re.DOTALL)
_INVALID = f"{Invalid.slug}: {Invalid.title}"
_ABOUT = """\
People sign in (`POST /api/v1/signin`) and keep the cookie that they get; each write of theirs
carries the header `x-tihi: 1`, so that no foreign page can make one. Other products bring
`Authorization: Bearer` with a key of their own. Every refusal is a problem (RFC 9457): `type` is
`urn:tihi:problem:<feature>/<what>`, `detail` says what happened. Beside what a route lists, any
may answer 413, 429, 500 or 503, the latter with `Retry-After`. `Outcome` and `Missed` come over
Socket.IO."""
_SCHEMES: _Object = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-tihi",
        "description": "Of a person who signed in; called `tihi` with --lan-http.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "Of another product; an administrator makes it.",
    },
}


def config(version: str) -> OpenAPIConfig:
    """Return how the document is made and served: by us alone, without a page of others."""
    return OpenAPIConfig(
        title="Tihi",
        version=version,
        description=_ABOUT,
        path=PATH,
        use_handler_docstrings=True,
        render_plugins=[_Document()],
    )


class _Document(JsonRenderPlugin):
    """Serves the whole document."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: bytes | None = None

    @override
    def render(self, request: Request[Any, Any, Any], openapi_schema: _Object) -> bytes:
        if self._kept is None:
            self._kept = msgspec.json.encode(whole(request.app))
        return self._kept


def whole(app: Litestar) -> _Object:
    """Return the document of `app`, complete."""
    document: _Object = app.openapi_schema.to_schema()
    schemas: _Object = document["components"]["schemas"]
    schemas |= pushed()
    for name, told in _told().items():
        for kind in told:
            if name in schemas and set(schemas[name].get("properties", {})) == _fields(kind):
                _describe(schemas[name], kind)
    document["components"]["securitySchemes"] = _SCHEMES
    for operation, rights in _operations(app, document["paths"]):
        _refuse_ill_formed(operation["responses"])
        operation["security"] = _security(rights)
    return document


def pushed() -> _Object:
    """Return the schemas of what the sockets push: each outcome, their union, what was missed."""
    kinds = sorted(OutcomeData.__subclasses__(), key=lambda kind: kind.type)
    _, schemas = msgspec.json.schema_components(
        [Outcome, Missed, *kinds], ref_template=_REF, schema_hook=_anything
    )
    envelope = schemas.pop("Outcome")
    told: _Object = {f"{kind.__name__}Outcome": _enveloped(envelope, kind) for kind in kinds}
    union: _Object = {"oneOf": [{"$ref": _REF.format(name=name)} for name in told]}
    return {**schemas, **told, "Outcome": union}


def _anything(_type: type) -> _Object:
    """Stand in for the envelope's data, which each kind puts its own in place of."""
    return {"title": "Data"}


def _enveloped(envelope: _Object, kind: type[OutcomeData]) -> _Object:
    """Return the schema of an outcome that carries `kind`."""
    of_kind: _Object = {
        "type": {"const": kind.type},
        "data": {"$ref": _REF.format(name=kind.__name__)},
    }
    properties: _Object = envelope["properties"] | of_kind
    return {**envelope, "title": f"{kind.__name__}Outcome", "properties": properties}


def _told() -> dict[str, list[type[msgspec.Struct]]]:
    """Return the nouns of all features by name, whose docstrings tell what they mean."""
    found: dict[str, list[type[msgspec.Struct]]] = {}
    open_ones: list[type[msgspec.Struct]] = [msgspec.Struct]
    while open_ones:
        for kind in open_ones.pop().__subclasses__():
            open_ones.append(kind)
            if kind.__module__.startswith("tihi."):
                found.setdefault(kind.__name__, []).append(kind)
    return found


def _fields(kind: type[msgspec.Struct]) -> set[str]:
    named = {field.encode_name for field in msgspec.structs.fields(kind)}
    tag = kind.__struct_config__.tag_field
    return named if tag is None else named | {tag}


def _describe(schema: _Object, kind: type[msgspec.Struct]) -> None:
    """Put the docstring of `kind` into its schema: what it is, and what each field means."""
    about, _, fields = inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:\n")
    schema["description"] = about
    for match in _ATTRIBUTE.finditer(inspect.cleandoc(fields)):
        for name in match[1].split(", "):
            if name in schema["properties"]:
                schema["properties"][name]["description"] = " ".join(match[2].split())


def _operations(app: Litestar, paths: _Object) -> Iterator[tuple[_Object, Rights]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            rights = handler.opt.get("rights")
            told = paths.get(re.sub(r":\w+}", "}", route.path), {})
            for method in handler.http_methods:
                if isinstance(rights, Rights) and method.lower() in told:
                    yield told[method.lower()], rights


def _refuse_ill_formed(responses: _Object) -> None:
    """Say what we answer to a request of another form, in place of the framework's own way."""
    if responses.pop("400", None) is None:
        return
    problem = {"schema": {"$ref": _REF.format(name="ProblemBody")}}
    told = responses.setdefault(
        "422", {"description": "", "content": {"application/problem+json": problem}}
    )
    said = [told["description"], _INVALID] if told["description"] else [_INVALID]
    told["description"] = "; ".join(said)


def _security(rights: Rights) -> list[_Object]:
    if rights.scope:
        return [{"key": []}]
    return [{"session": []}] if rights.roles or rights.half else []
