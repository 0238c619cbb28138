"""The browser's files: packed ahead, cached for good or asked for afresh."""

from collections.abc import Iterator
from gzip import compress, decompress
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.testing import TestClient

from tihi.base.problem import Problem
from tihi.platform.http import on_problem
from tihi.roles import pages

SCRIPT = b"export const height = 3724;" * 40
PAGE = b"<!doctype html><title>Tihi</title>"


@pytest.fixture
def visitor(tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "index-1a2b.js").write_bytes(SCRIPT)
    (assets / "index-1a2b.js.gz").write_bytes(compress(SCRIPT))
    (assets / "index-1a2b.js.br").write_bytes(b"as brotli would have it")
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "worker.js").write_bytes(SCRIPT)
    app = Litestar(
        pages.handlers(tmp_path),
        exception_handlers={Problem: on_problem},
        compression_config=CompressionConfig(backend="gzip", exclude_opt_key=pages.PACKED),
        openapi_config=None,
    )
    with TestClient(app) as client:
        yield client


@pytest.mark.parametrize(
    ("takes", "gets"),
    [("gzip, deflate, br, zstd", "br"), ("gzip;q=0.8", "gzip"), ("identity", None), ("", None)],
)
def test_a_file_goes_out_in_the_smallest_form_that_is_taken(
    visitor: TestClient[Litestar], takes: str, gets: str | None
) -> None:
    with visitor.stream("GET", "/assets/index-1a2b.js", headers={"accept-encoding": takes}) as got:
        body = b"".join(got.iter_raw())

    assert got.headers.get("content-encoding") == gets
    assert got.headers["vary"] == "accept-encoding"
    if gets == "gzip":
        assert decompress(body) == SCRIPT, "packed once, not twice"
    if gets is None:
        assert body == SCRIPT


def test_what_bears_its_hash_is_kept_for_good_and_the_rest_is_asked_for(
    visitor: TestClient[Litestar],
) -> None:
    assert "immutable" in visitor.get("/assets/index-1a2b.js").headers["cache-control"]
    for path in ("/", "/today", "/worker.js"):
        assert visitor.get(path).headers["cache-control"] == "no-cache"


def test_any_path_of_the_app_gets_the_app(visitor: TestClient[Litestar]) -> None:
    assert visitor.get("/courses/9f").content == PAGE
    assert visitor.get("/worker.js").content == SCRIPT


@pytest.mark.parametrize("path", ["/assets/gone-9z.js", "/assets/index-1a2b.js.br", "/api/v1/no"])
def test_what_is_not_there_is_not_the_app(visitor: TestClient[Litestar], path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_whoever_has_the_page_is_told_so(visitor: TestClient[Litestar]) -> None:
    tag = visitor.get("/").headers["etag"]

    again = visitor.get("/", headers={"if-none-match": tag})

    assert (again.status_code, again.content) == (304, b"")
