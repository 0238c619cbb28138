"""The OpenAPI document, made from the routes without any engine."""

import json

from litestar import Litestar
from litestar.di import Provide

from tihi.roles import api, interface


def openapi() -> str:
    """Return the document as JSON, in a stable order."""
    app = Litestar(
        route_handlers=api.ROUTES,
        dependencies={
            name: Provide(lambda: None, sync_to_thread=False)
            for name in ("call", "site", "answers", "pulse", "pace")
        },
        openapi_config=interface.config("1"),
        logging_config=None,
    )
    return json.dumps(interface.whole(app), indent=1, sort_keys=True, ensure_ascii=False)
