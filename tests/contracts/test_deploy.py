"""What is shipped to run Tihi by: units that may touch little, and a container."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tihi.roles import commands

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "deploy/systemd"
CONTAINER = ROOT / "deploy/container"
PROGRAM = "/opt/tihi/bin/tihi"
MOST_EXPOSED = 2.0
"""Of 10, by `systemd-analyze security`; a service without any of it has 9.6."""
_RESTRICTS = re.compile(
    r"""
    ^(?: NoNewPrivileges | CapabilityBoundingSet | AmbientCapabilities | Protect\w+ | Private\w+
      | Restrict\w+ | LockPersonality | SystemCall\w+ | UMask | User | StateDirectory\w* )=.*$
    """,
    re.MULTILINE | re.VERBOSE,
)
_SETTING = re.compile(r"\bTIHI_[A-Z_]+\b")
_FOUND = shutil.which("systemd-analyze")
analyze = pytest.mark.skipif(_FOUND is None, reason="systemd-analyze is not here")


def units() -> list[Path]:
    return sorted(UNITS.glob("*.service"))


def restrictions(path: Path) -> list[str]:
    return _RESTRICTS.findall(path.read_text("utf-8"))


def test_roles_apart_may_do_no_more_than_all_in_one() -> None:
    whole = restrictions(UNITS / "tihi.service")
    assert restrictions(UNITS / "tihi-.service.d/roles.conf") == whole
    assert {"NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="} <= set(whole)


@pytest.mark.parametrize("unit", units(), ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_there_is(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text("utf-8"), re.MULTILINE)
    program, name, *options = line.split()
    assert program == PROGRAM
    known = {word for one in commands.main.commands[name].params for word in one.opts}
    assert {one for one in options if one.startswith("-")} <= known


def test_settings_that_are_named_are_settings() -> None:
    known = set(_SETTING.findall((ROOT / "src/tihi/platform/config.py").read_text("utf-8")))
    shipped = [*UNITS.rglob("*"), *CONTAINER.iterdir()]
    named = {
        name
        for path in shipped
        if path.is_file()
        for name in _SETTING.findall(path.read_text("utf-8"))
    }
    assert named
    assert named <= known


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as if they were installed, with a program that is there."""
    for path in UNITS.rglob("*"):
        if path.is_file():
            target = tmp_path / path.relative_to(UNITS).as_posix().replace("@.", "@8081.")
            target.parent.mkdir(exist_ok=True)
            target.write_text(path.read_text("utf-8").replace(PROGRAM, "/bin/true"))
    return tmp_path


def analyzed(installed: Path, *args: str) -> str:
    assert _FOUND is not None
    done = subprocess.run(  # noqa: S603  # a program of the system, on files of our own
        [_FOUND, *args],
        cwd=installed,
        env={"SYSTEMD_UNIT_PATH": f"{installed}:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@analyze
def test_systemd_takes_every_unit(installed: Path) -> None:
    names = [path.name for path in installed.iterdir() if path.suffix in {".service", ".target"}]
    said = analyzed(installed, "verify", *sorted(f"./{name}" for name in names))
    assert "tihi" not in said


@analyze
@pytest.mark.parametrize("name", ["tihi.service", "tihi-api@8081.service", "tihi-engines.service"])
def test_a_unit_exposes_little(installed: Path, name: str) -> None:
    """S37."""
    said = analyzed(installed, "security", "--offline=true", "--no-pager", f"./{name}")
    (level,) = re.findall(r"exposure level for \S+: ([0-9.]+)", said)
    assert float(level) <= MOST_EXPOSED


def test_the_container_serves_the_listed_proxy_alone() -> None:
    """D15: its plain port is open to the proxy and to its own health check."""
    compose = yaml.safe_load((CONTAINER / "compose.yaml").read_text("utf-8"))
    tihi, proxy = compose["services"]["tihi"], compose["services"]["proxy"]
    listed = tihi["environment"]["TIHI_PROXIES"].split(",")
    assert listed == [proxy["networks"]["inner"]["ipv4_address"], "127.0.0.1"]
    assert "ports" not in tihi
    assert compose["networks"]["inner"]["internal"] is True
    assert (tihi["cap_drop"], tihi["read_only"]) == (["ALL"], True)
    assert "USER tihi" in (CONTAINER / "Containerfile").read_text("utf-8")
