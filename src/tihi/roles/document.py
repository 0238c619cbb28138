"""The OpenAPI document, made from the routes without any engine."""

import json

from litestar import Litestar
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

from tihi.roles import api


def openapi() -> str:
    """Return the document as JSON, in a stable order."""
    app = Litestar(
        route_handlers=api.ROUTES,
        dependencies={
            name: Provide(lambda: None, sync_to_thread=False)
            for name in ("call", "site", "answers")
        },
        openapi_config=OpenAPIConfig(title="Tihi", version="1", use_handler_docstrings=True),
        logging_config=None,
    )
    return json.dumps(app.openapi_schema.to_schema(), indent=1, sort_keys=True, ensure_ascii=False)
