"""The dashboard and the alerts that are shipped name figures that there are, and whole ones."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from browser import Json
from tihi.platform import metrics

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = re.compile(r"\b(?:tihi|process)_[a-z0-9_]+\b")
ONLY_NOW = re.compile(r"(?:rate|increase)\(\s*(?P<name>[a-z0-9_]+)")


def dashboard() -> Json:
    return json.loads((DEPLOY / "grafana/tihi.json").read_text("utf-8"))


def rules() -> list[Json]:
    found = yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text("utf-8"))
    return [rule for group in found["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    for panel in dashboard()["panels"]:
        for target in panel.get("targets", []):
            yield f"panel {panel['title']} {target['refId']}", target["expr"]
    for rule in rules():
        yield f"alert {rule['alert']}", rule["expr"]


@pytest.mark.parametrize("expression", [pytest.param(one, id=name) for name, one in expressions()])
def test_an_expression_names_figures_that_there_are(expression: str) -> None:
    named = set(NAME.findall(expression))
    assert named or "up{" in expression
    assert named <= metrics.names()
    for name in ONLY_NOW.findall(expression):
        assert name.endswith(("_total", "_bucket", "_sum", "_count")), "a rate of a gauge"


def test_every_figure_of_ours_is_shown_or_watched() -> None:
    shown = {name for _, one in expressions() for name in NAME.findall(one)}
    ours = {re.sub(r"_(?:total|bucket|sum|count)$", "", name) for name in metrics.names()}
    seen = {re.sub(r"_(?:total|bucket|sum|count)$", "", name) for name in shown}
    assert {name for name in ours if name.startswith("tihi_")} <= seen


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard()["panels"]:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


@pytest.mark.parametrize("rule", [pytest.param(one, id=one["alert"]) for one in rules()])
def test_an_alert_says_how_bad_it_is_and_what_to_do_is_written(rule: Json) -> None:
    assert rule["labels"]["severity"] in {"page", "warn"}
    assert rule["annotations"]["summary"]
    guide = (DEPLOY.parent / "docs/how-to/observe.md").read_text("utf-8")
    assert f"`{rule['alert']}`" in guide


def test_what_was_asked_for_is_watched() -> None:
    watched = " ".join(rule["expr"] for rule in rules())
    for name in (
        "tihi_consumer_oldest_seconds",
        "tihi_dead_letters",
        "tihi_feedback_seconds_bucket",
        "tihi_engine_up",
        "tihi_disk_free_bytes",
        "tihi_http_requests_total",
    ):
        assert name in watched
