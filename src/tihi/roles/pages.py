"""The browser's files: built and packed once, read once, served from memory.

Names under `/assets` hold the hash of what they name, so they are cached for good. Any other
path gets the app, which is asked for afresh and mostly answered with 304.
"""

import mimetypes
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from importlib import resources
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from tihi.base.problem import Missing
from tihi.base.value import Value
from tihi.platform.http import ANYONE

PACKED = "packed"
"""The `opt` of a route whose replies are compressed already."""

_FOR_GOOD = "public, max-age=31536000, immutable"
_AFRESH = "no-cache"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_OPEN: dict[str, Any] = {**ANYONE, PACKED: True}
_NAMED = ("/worker.js",)
_NOT_BUILT = (
    b"<!doctype html><html lang='en-NZ'><title>Tihi</title>"
    b"<p>The pages are not built. Run <code>make web</code>, then start again."
)


class Packed(Value):
    """A file as it is, and as it is in each encoding that makes it smaller."""

    media_type: str
    plain: bytes
    encoded: Mapping[str, bytes]
    tag: str


def folder() -> Path:
    """Return where the built files are."""
    return Path(str(resources.files("tihi").joinpath("static")))


def handlers(built: Path | None = None) -> list[BaseRouteHandler]:
    """Return the route of the browser's files, which are in `built` or in our own folder."""
    home = built or folder()
    index = home / "index.html"
    page = packed(index) if index.is_file() else _not_built()
    assets = _files(home, "assets")
    named = {name: packed(path) for name in _NAMED if (path := home / name[1:]).is_file()}

    @get(["/", "/{path:path}"], opt=_OPEN, include_in_schema=False, sync_to_thread=False)
    def app(request: Request[Any, Any, Any], path: FromPath[str] = "/") -> Response[bytes]:
        if path in assets:
            return answer(assets[path], request, _FOR_GOOD)
        if path.startswith(("/api/", "/health/", "/assets/", "/socket.io")):
            raise Missing
        return answer(named.get(path, page), request, _AFRESH)

    return [app]


def packed(path: Path) -> Packed:
    """Return the file at `path` with the encodings that the build put beside it."""
    plain = path.read_bytes()
    beside = {name: path.with_name(path.name + ending) for name, ending in _ENCODINGS}
    return Packed(
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        plain=plain,
        encoded={name: file.read_bytes() for name, file in beside.items() if file.is_file()},
        tag=f'W/"{sha256(plain).hexdigest()[:20]}"',
    )


def answer(file: Packed, request: Request[Any, Any, Any], caching: str) -> Response[bytes]:
    """Return `file` in the smallest encoding that `request` takes, or 304 if it has it."""
    headers = {"cache-control": caching, "etag": file.tag, "vary": "accept-encoding"}
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    taken = {
        part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")
    }
    for name, body in file.encoded.items():
        if name in taken:
            headers["content-encoding"] = name
            return Response(body, media_type=file.media_type, headers=headers)
    return Response(file.plain, media_type=file.media_type, headers=headers)


def _files(home: Path, under: str) -> dict[str, Packed]:
    endings = tuple(ending for _, ending in _ENCODINGS)
    found = home / under
    return {
        f"/{under}/{path.name}": packed(path)
        for path in (found.iterdir() if found.is_dir() else ())
        if not path.name.endswith(endings)
    }


def _not_built() -> Packed:
    return Packed(media_type="text/html", plain=_NOT_BUILT, encoded={}, tag='W/"not-built"')
