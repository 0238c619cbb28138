"""The table of promises: which test shows which (`make promises`).

A test shows a promise when its docstring or a comment in it says the number; when the docstring
of its file does, the whole file does.
"""

import ast
import io
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs/why/promises.yaml"
TABLE = ROOT / "docs/why/promises.md"
_NUMBER = re.compile(r"\b[RSP]\d{1,2}\b")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_HEAD = """# Promises

What Tihi survives, refuses and keeps private, and the tests that show it. A promise without a
test is not kept. Written by `make promises` from `promises.yaml` and the tests.
"""

Promises = dict[str, dict[str, dict[str, str]]]


def promises() -> Promises:
    """Return the promises by chapter and number."""
    return yaml.safe_load(LIST.read_text("utf-8"))


def shown() -> dict[str, list[str]]:
    """Return the tests that name a number, each as `file` or `file::test`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(ROOT.glob("tests/**/test_*.py")):
        for number, test in _of_python(path):
            if test not in found[number]:
                found[number].append(test)
    for path in sorted(ROOT.glob("web/src/**/*.test.ts*")):
        name = str(path.relative_to(ROOT))
        comments = "\n".join(_COMMENT.findall(path.read_text("utf-8")))
        for number in dict.fromkeys(_NUMBER.findall(comments)):
            found[number].append(name)
    return found


def _of_python(path: Path) -> Iterator[tuple[str, str]]:
    name = str(path.relative_to(ROOT))
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    for number in _NUMBER.findall(ast.get_docstring(tree) or ""):
        yield number, name
    comments = [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if not node.name.startswith("test_"):
            continue
        ends = node.end_lineno or node.lineno
        said = [words for line, words in comments if node.lineno <= line <= ends]
        for number in _NUMBER.findall("\n".join([ast.get_docstring(node) or "", *said])):
            yield number, f"{name}::{node.name}"


def table() -> str:
    """Return the page."""
    tests = shown()
    lines = [_HEAD]
    for chapter, numbers in promises().items():
        lines += [f"## {chapter}", "", "| # | promise | shown by |", "|---|---|---|"]
        for number, one in numbers.items():
            lines.append(f"| {number} | {one['says']} | {_by(tests.get(number, []), one)} |")
        lines.append("")
    return "\n".join(lines)


def _by(tests: list[str], promise: dict[str, str]) -> str:
    if not tests:
        return f"*not yet: waits for {promise['waits']}*"
    whole = {test for test in tests if "::" not in test}
    # What a file says as a whole is not said again for each of its tests.
    kept = [test for test in tests if "::" not in test or test.split("::")[0] not in whole]
    words = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in kept)
    lacking = f"<br>*in part; still to show: {promise['lacks']}*" if "lacks" in promise else ""
    return words + lacking


if __name__ == "__main__":
    sys.stdout.write(table())
