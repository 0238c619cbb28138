"""The bill of materials of a release: CycloneDX 1.6 from the two lock files, and nothing else."""

import base64
import json
import re
from pathlib import Path
from typing import Any

_PINNED = re.compile(r"(?P<name>[a-z0-9._-]+)==(?P<version>[^ \\;]+)")
_HASH = re.compile(r"--hash=sha256:(?P<hash>[0-9a-f]{64})")
_ALGORITHMS = {"sha512": "SHA-512", "sha256": "SHA-256", "sha1": "SHA-1"}


def bill(root: Path) -> str:
    """Return the bill of the tree at `root` as JSON, the same each time.

    A package with several files (one for each platform) is listed with all their hashes.
    """
    components = [
        *_python((root / "requirements.lock").read_text("utf-8")),
        *_browser((root / "web/package-lock.json").read_text("utf-8")),
    ]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "tihi", "bom-ref": "tihi"}},
        "components": components,
    }
    return json.dumps(document, indent=1, sort_keys=True) + "\n"


def _python(lock: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for block in re.split(r"\n(?=[a-z0-9])", lock):
        pinned = _PINNED.match(block)
        if pinned is None:
            continue
        name, version = pinned["name"], pinned["version"]
        hashes = [{"alg": "SHA-256", "content": one["hash"]} for one in _HASH.finditer(block)]
        found.append(_component(f"pkg:pypi/{name}@{version}", name, version, hashes))
    return found


def _browser(lock: str) -> list[dict[str, object]]:
    packages: dict[str, Any] = json.loads(lock)["packages"]
    found: dict[str, dict[str, object]] = {}
    for path, one in packages.items():
        name = path.rpartition("node_modules/")[2]
        if not name or "integrity" not in one:
            continue
        algorithm, _, digest = one["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        purl = f"pkg:npm/{name.replace('@', '%40')}@{one['version']}"
        hashes = [{"alg": _ALGORITHMS[algorithm], "content": content}]
        found[purl] = _component(purl, name, one["version"], hashes)
    return [found[purl] for purl in sorted(found)]


def _component(
    purl: str, name: str, version: str, hashes: list[dict[str, str]]
) -> dict[str, object]:
    return {
        "type": "library",
        "bom-ref": purl,
        "purl": purl,
        "name": name,
        "version": version,
        "hashes": hashes,
    }


if __name__ == "__main__":
    # `make sbom`: a step of the build, run from the tree that has the lock files.
    print(bill(Path.cwd()), end="")  # noqa: T201  # its one purpose
