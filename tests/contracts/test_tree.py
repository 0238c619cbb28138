"""The shape of the tree: sizes, names, and docstrings where a reader begins."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
FEATURES = [
    folder
    for group in ("people", "learn", "game", "reach")
    for folder in sorted((ROOT / "src/tihi" / group).iterdir())
    if folder.is_dir() and folder.name != "__pycache__"
]
# Tables of examples, which are read by row and not from top to bottom.
LONGER = {"tests/learn/items/test_rules.py", "tests/learn/imports/formats/test_gift.py"}
EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|common|core|misc|manager)(_|$)")
# Parts, so that this file does not hold what it forbids.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry.npm" + "js.org")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PYTHON, ids=relative)
def test_a_file_has_at_most_400_lines(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 400 or relative(path) in LONGER


def test_no_name_is_empty_of_meaning() -> None:
    named = {part for path in PYTHON for part in path.relative_to(ROOT).with_suffix("").parts}
    assert [name for name in sorted(named) if EMPTY_NAMES.search(name)] == []


@pytest.mark.parametrize("folder", FEATURES, ids=relative)
def test_a_feature_begins_with_a_docstring_and_nothing_else(folder: Path) -> None:
    body = ast.parse((folder / "__init__.py").read_text("utf-8")).body
    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    assert "Read" in str(body[0].value.value), "it says where to begin reading"


def test_no_host_of_a_package_registry_is_named() -> None:
    sources = [
        path
        for top in ("src", "tests")
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".py", ".sql", ".yaml", ".json", ".toml", ".md"}
    ]
    found = [relative(path) for path in sources if _names(path, REGISTRIES)]
    assert found == []


def _names(path: Path, words: tuple[str, ...]) -> bool:
    text = path.read_text("utf-8")
    return any(word in text for word in words)
