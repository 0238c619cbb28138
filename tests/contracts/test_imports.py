"""Who may import whom, beyond what import-linter is told."""

import grimp
import pytest

FEATURES = ("people", "learn", "game", "reach")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("tihi", cache_dir=None)


def feature_of(module: str) -> str:
    return ".".join(module.split(".")[:3])


def parts_called(graph: grimp.ImportGraph, *names: str) -> list[str]:
    return [
        module
        for module in sorted(graph.modules)
        if len(module.split(".")) > 3
        and module.split(".")[1] in FEATURES
        and module.split(".")[3] in names
    ]


def test_store_and_rules_are_imported_by_their_own_service_only(graph: grimp.ImportGraph) -> None:
    found = parts_called(graph, "store", "rules")
    assert len(found) > 12
    for module in found:
        importers = graph.find_modules_that_directly_import(module)
        # A service that would be too long for one file has its hot path in `answering` or
        # `rewarding`, or what proves it in `verifying`.
        names = ("service", "answering", "rewarding", "verifying")
        own = {f"{feature_of(module)}.{name}" for name in names}
        assert importers <= own, module


def test_edges_are_imported_by_roles_only(graph: grimp.ImportGraph) -> None:
    for module in parts_called(graph, "api", "sockets", "events", "jobs"):
        importers = graph.find_modules_that_directly_import(module)
        assert all(importer.startswith("tihi.roles") for importer in importers), module


def test_kinds_and_formats_stay_inside(graph: grimp.ImportGraph) -> None:
    """Formats may use the kinds of items; otherwise both belong to their own feature's rules."""
    for module in parts_called(graph, "kinds", "formats"):
        feature = feature_of(module)
        inside = (f"{feature}.rules", f"{feature}.{module.split('.')[3]}")
        allowed = (*inside, "tihi.learn.imports.formats") if ".kinds" in module else inside
        for importer in graph.find_modules_that_directly_import(module):
            assert importer.startswith(allowed), f"{importer} imports {module}"


def test_facts_and_base_import_nothing_above_them(graph: grimp.ImportGraph) -> None:
    for module in sorted(graph.modules):
        if module.startswith(("tihi.base", "tihi.facts")):
            for imported in graph.find_modules_directly_imported_by(module):
                if imported.startswith("tihi"):
                    assert imported.startswith(("tihi.base", "tihi.facts")), module


def test_no_role_brings_in_what_migrates_the_schema(graph: grimp.ImportGraph) -> None:
    """Else each takes a third longer to start, and one that was killed to be back."""
    assert graph.find_shortest_chain("tihi.roles.processes", "tihi.platform.schema") is None
