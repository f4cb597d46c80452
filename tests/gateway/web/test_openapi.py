"""The document and the server say the same."""

from openapi_spec_validator import validate

from gateway.web.openapi import PATH_PART, document
from tests.gateway.web.web_world import WebWorld


async def test_the_document_is_valid_openapi_3_1(world: WebWorld) -> None:
    """As served, checked by the specification's own schema."""
    async with world.browser() as browser:
        served = (await browser.ask("GET", "/api/openapi.json")).json
    assert served["openapi"] == "3.1.0"
    validate(served)


async def test_every_route_is_in_the_document_and_the_other_way_round(world: WebWorld) -> None:
    """One table, two readers."""
    routes = {
        (one.method.lower(), PATH_PART.sub(r"{\1}", one.path)) for one in world.server.operations
    }
    described = {
        (method, path)
        for path, methods in document(world.server.operations)["paths"].items()
        for method in methods
    }
    assert described == routes
    assert len(routes) == len(world.server.operations)


async def test_operation_ids_are_unique(world: WebWorld) -> None:
    """Generated clients name their functions by them."""
    paths = document(world.server.operations)["paths"]
    ids = [one["operationId"] for methods in paths.values() for one in methods.values()]
    assert len(set(ids)) == len(ids)
