"""The OpenAPI document, made from the routes without any engine.

Beside the routes it tells what the sockets push, so that clients make all their types of it.
"""

import json

import msgspec
from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from tihi.facts.envelope import Outcome
from tihi.facts.outcomes import OutcomeData
from tihi.platform.log.outcomes import Missed
from tihi.roles import api

_Schemas = dict[str, dict[str, object]]

_REF = "#/components/schemas/{name}"


def openapi() -> str:
    """Return the document as JSON, in a stable order."""
    app = Litestar(
        route_handlers=api.ROUTES,
        dependencies={
            name: Provide(lambda: None, sync_to_thread=False)
            for name in ("call", "site", "answers", "pulse", "pace")
        },
        openapi_config=OpenAPIConfig(title="Tihi", version="1", use_handler_docstrings=True),
        logging_config=None,
    )
    document = app.openapi_schema.to_schema()
    document["components"]["schemas"] |= pushed()
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False)


def pushed() -> _Schemas:
    """Return the schemas of what the sockets push: each outcome, their union, what was missed."""
    kinds = sorted(OutcomeData.__subclasses__(), key=lambda kind: kind.type)
    _, schemas = msgspec.json.schema_components(
        [Outcome, Missed, *kinds], ref_template=_REF, schema_hook=_anything
    )
    envelope = schemas.pop("Outcome")
    told: _Schemas = {f"{kind.__name__}Outcome": _told(envelope, kind) for kind in kinds}
    union: dict[str, object] = {"oneOf": [{"$ref": _REF.format(name=name)} for name in told]}
    return {**schemas, **told, "Outcome": union}


def _anything(_type: type) -> dict[str, object]:
    """Stand in for the envelope's data, which each kind puts its own in place of."""
    return {"title": "Data"}


def _told(envelope: dict[str, object], kind: type[OutcomeData]) -> dict[str, object]:
    """Return the schema of an outcome that carries `kind`."""
    properties = msgspec.convert(envelope["properties"], dict[str, object])
    of_kind: dict[str, object] = {
        "type": {"const": kind.type},
        "data": {"$ref": _REF.format(name=kind.__name__)},
    }
    return {**envelope, "title": f"{kind.__name__}Outcome", "properties": properties | of_kind}
