"""HTTP for the record."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.params import FromQuery, Parameter

from tihi.base.ids import AccountId
from tihi.people.audit import service
from tihi.people.audit.model import AuditPage
from tihi.platform.http import ADMINS, Given, may, problems


@get("/api/v1/admin/audit", opt=may(ADMINS), responses=problems())
async def read_audit(
    call: Given,
    before: FromQuery[UUID | None] = None,
    kind: FromQuery[str] = "",
    account: FromQuery[UUID | None] = None,
    most: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> AuditPage:
    """Read who did what: sign-ins, denials, administration, and whose records were opened."""
    about = None if account is None else AccountId(account)
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.page(tx, before=before, kind=kind, account=about, most=most)


handlers = [read_audit]
