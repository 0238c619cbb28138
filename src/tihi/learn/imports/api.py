"""HTTP for imports."""

import asyncio
from typing import Annotated

from litestar import post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery

from tihi.base.value import Value
from tihi.learn.imports import service
from tihi.learn.imports.model import FileReport, ImportReport, NothingToImport, UnreadableFile
from tihi.platform.http import STAFF, Given, may, problems

LARGEST_REQUEST = 20 * 1024 * 1024
# One at a time: more would take the cores from people who are answering.
_GATE = asyncio.Semaphore(1)


class Uploads(Value):
    """A form with one file or several; a bare list would fail on a form without any."""

    files: list[UploadFile]


@post(
    "/api/v1/imports",
    opt=may(STAFF),
    status_code=200,
    responses=problems(NothingToImport, UnreadableFile),
    request_max_body_size=LARGEST_REQUEST,
)
async def import_files(
    call: Given,
    data: Annotated[Uploads, Body(media_type=RequestEncodingType.MULTI_PART)],
    strict: FromQuery[bool] = False,  # noqa: FBT002  # a query parameter has no position
    dry_run: FromQuery[bool] = False,  # noqa: FBT002  # likewise
) -> ImportReport:
    """Import GIFT files, and CSV tables of misconceptions, sent as `files`.

    What cannot be taken is refused by line while the rest goes in; with `strict` a file
    with a refused line is left out whole. Each file is one transaction. With `dry_run`
    nothing is stored, and the report says what would be.
    """
    files = [service.decode(one.filename, await one.read()) for one in data.files]
    tables = [file for file in files if service.is_table(file.name)]
    questions = [file for file in files if file not in tables]
    async with _GATE:
        found = await service.read_apart(questions, tables, strict=strict)
    if dry_run:
        async with call.db.tx(call.actor.org_id) as tx:
            return ImportReport(files=await service.compare(tx, found))
    reports: list[FileReport] = []
    for file, content in found:
        async with call.db.tx(call.actor.org_id) as tx:
            reports.append(await service.take(tx, file, content, now=call.clock.now()))
    return ImportReport(files=reports)


handlers = [import_files]
