"""The document of the API builds, is stable, and tells every route."""

import json

from browser import Json
from contracts.rights import RIGHTS
from tihi.facts.outcomes import OutcomeData
from tihi.platform.http import Parts
from tihi.roles.document import openapi
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


def test_clients_learn_every_outcome_from_the_document() -> None:
    schemas = json.loads(openapi())["components"]["schemas"]
    union = [schemas[part["$ref"].rpartition("/")[2]] for part in schemas["Outcome"]["oneOf"]]
    told = {one["properties"]["type"]["const"]: one["properties"]["data"]["$ref"] for one in union}

    assert told.keys() == {kind.type for kind in OutcomeData.__subclasses__()}
    for kind in OutcomeData.__subclasses__():
        name = told[kind.type].rpartition("/")[2]
        assert list(schemas[name]["properties"]) == sorted(kind.__struct_fields__)


async def test_the_document_is_served_whole_and_by_nobody_else(world: World) -> None:
    served, printed = await document(world), json.loads(openapi())
    assert served["paths"] == printed["paths"]
    assert served["components"] == printed["components"]
    browser = await world.browser(None)
    assert await browser.get("/api/docs") == served


def test_everything_in_the_document_says_what_it_means() -> None:
    schemas = json.loads(openapi())["components"]["schemas"]
    silent = [
        name for name, one in schemas.items() if not (one.get("description") or "oneOf" in one)
    ]
    assert not silent
    fact = schemas["NewExternal"]["properties"]
    assert "the same id again is the same fact" in fact["id"]["description"]


def test_who_may_call_and_how_ill_formed_requests_are_answered_stands_there() -> None:
    told = json.loads(openapi())
    for path, operations in told["paths"].items():
        for method, operation in operations.items():
            assert "400" not in operation["responses"], path
            for status, reply in operation["responses"].items():
                problem = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
                if status >= "4" and path != "/health/ready":
                    assert reply["content"] == {"application/problem+json": problem}, path
            wanted = {"key"} if path == "/api/v1/facts" else {"session"}
            asked = {name for one in operation["security"] for name in one}
            roles = RIGHTS[next(one for one in RIGHTS if _plain(one) == f"{method.upper()} {path}")]
            assert asked == (set() if "guest" in roles else wanted), path
    assert told["components"]["securitySchemes"].keys() == {"key", "session"}


def _plain(route: str) -> str:
    for kind in ("uuid", "str"):
        route = route.replace(f":{kind}}}", "}")
    return route
