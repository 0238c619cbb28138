"""The browser's files: built once, served with immutable caching; unknown paths get the app."""

from importlib import resources
from pathlib import Path

from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import FromPath
from litestar.router import Router
from litestar.static_files import create_static_files_router

from tihi.base.problem import Missing
from tihi.platform.http import ANYONE

_YEAR_S = 31_536_000
_NOT_BUILT = (
    b"<!doctype html><html lang='en-NZ'><title>Tihi</title>"
    b"<p>The pages are not built. Run <code>make web</code>, then start again."
)


def folder() -> Path:
    """Return where the built files are."""
    return Path(str(resources.files("tihi").joinpath("static")))


def handlers() -> list[BaseRouteHandler | Router]:
    """Return the routes of the browser's files."""
    return [*_assets(), _app_route()]


def _assets() -> list[Router]:
    assets = folder() / "assets"
    if not assets.is_dir():
        return []
    return [
        create_static_files_router(
            path="/assets",
            directories=[assets],
            cache_control=CacheControlHeader(max_age=_YEAR_S, public=True, immutable=True),
            opt=ANYONE,
            include_in_schema=False,
        )
    ]


def _app_route() -> HTTPRouteHandler:
    index = folder() / "index.html"
    page = index.read_bytes() if index.is_file() else _NOT_BUILT

    @get(["/", "/{path:path}"], opt=ANYONE, include_in_schema=False, sync_to_thread=False)
    def app(path: FromPath[str] = "/") -> Response[bytes]:
        if path.startswith(("/api/", "/health/", "/assets/", "/socket.io")):
            raise Missing
        return Response(page, media_type="text/html", headers={"cache-control": "no-cache"})

    return app
