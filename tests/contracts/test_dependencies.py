"""S43: what is installed is pinned with hashes, recent where it must be, and listed."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from packaging.version import Version

from tihi.roles import sbom

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ \\;]+)", re.MULTILINE)


def test_every_package_is_pinned_with_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=[a-z0-9])", text)
    packages = [block for block in blocks if "==" in block.splitlines()[0]]
    assert len(packages) > 60
    for block in packages:
        assert PINNED.match(block), block
        assert "--hash=sha256:" in block, block


def test_the_front_end_is_pinned_with_hashes() -> None:
    lock = json.loads((ROOT / "web/package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name and "link" not in one}
    assert len(packages) > 50
    assert [name for name, one in packages.items() if "integrity" not in one] == []


def test_socket_io_has_its_fixes() -> None:
    assert Version(version("python-socketio")) >= Version("5.16.2")


def test_what_we_ask_for_is_in_the_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[\[>=<]", one)[0] for one in project["dependencies"]}
    text = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {match["name"] for match in PINNED.finditer(text)}
    assert {one.replace("_", "-").lower() for one in asked} <= locked


def test_the_bill_of_materials_lists_every_package_with_version_hash_and_purl() -> None:
    text = sbom.bill(ROOT)
    bill = json.loads(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    python = {one["name"]: one for one in bill["components"] if one["purl"].startswith("pkg:pypi")}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = {match["name"]: match["version"] for match in PINNED.finditer(lock)}
    assert {name: one["version"] for name, one in python.items()} == pinned
    assert all(one["hashes"] for one in bill["components"])
    assert any(one["purl"].startswith("pkg:npm/react@") for one in bill["components"])
    assert text == sbom.bill(ROOT), "the same tree gives the same bill"
    assert "://" not in re.sub(r"http://cyclonedx\.org\S*", "", text), "no host is named"
