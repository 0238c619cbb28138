"""The document of the API builds, is stable, and tells every route."""

from browser import Json
from contracts.rights import RIGHTS
from tihi.platform.http import Parts
from world import World


async def document(world: World) -> Json:
    return await (await world.browser(None)).get("/api/docs/openapi.json")


async def test_the_document_is_the_same_each_time(shared: Parts) -> None:
    assert await document(await World.founded(shared)) == await document(
        await World.founded(shared)
    )


async def test_every_route_is_in_the_document_with_its_refusals(world: World) -> None:
    paths = (await document(world))["paths"]
    told = {
        f"{method.upper()} {path}": operation
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    routes = {_plain(route) for route in RIGHTS if "/api/" in route or "/health/" in route}
    assert told.keys() == routes
    for route, operation in told.items():
        assert operation.get("description", "").endswith("."), route
        assert operation["operationId"]
    for route, roles in RIGHTS.items():
        if "guest" not in roles:
            assert {"401", "403"} <= told[_plain(route)]["responses"].keys()


def _plain(route: str) -> str:
    for kind in ("uuid", "str"):
        route = route.replace(f":{kind}}}", "}")
    return route
