"""R30: a backup is read back whole, or refused with the reason."""

import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tihi.platform.strongbox import NotReadable, Writer, header_of, read

PIECE = 1 << 20


PASSPHRASE = "kia kaha"


def written(folder: Path, *parts: bytes, passphrase: str = PASSPHRASE) -> Path:
    path = folder / "box"
    with Writer(path, passphrase) as writer:
        for part in parts:
            writer.write(part)
    return path


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
@pytest.mark.parametrize("passphrase", ["", "kia kaha"])
def test_what_went_in_comes_out(tmp_path: Path, size: int, passphrase: str) -> None:
    """R30."""
    data = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)
    path = written(tmp_path, data[: size // 3], data[size // 3 : size], passphrase=passphrase)
    assert b"".join(read(path, passphrase)) == data[:size]
    assert header_of(path).closed == bool(passphrase)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_at_once_the_second_is_refused(tmp_path: Path) -> None:
    """A backup is never written over."""
    late = Writer(tmp_path / "box", "")
    written(tmp_path, b"first", passphrase="")
    with pytest.raises(FileExistsError):
        late.__exit__(None, None, None)
    assert b"".join(read(tmp_path / "box", "")) == b"first"
    assert list(tmp_path.iterdir()) == [tmp_path / "box"]


def test_nothing_is_left_where_there_is_no_room(tmp_path: Path) -> None:
    """Else the disk would stay full, of a file that nobody sees."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PIECE + PIECE // 2, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            written(tmp_path, b"x" * 3 * PIECE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(tmp_path.iterdir()) == []


def test_another_passphrase_opens_nothing(tmp_path: Path) -> None:
    """P5."""
    path = written(tmp_path, b"names of children")
    assert b"names" not in path.read_bytes()
    for other in ("", "kia kaha ", "Kia kaha"):
        with pytest.raises(NotReadable, match="passphrase"):
            list(read(path, other))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box of three pieces."""
    return written(tmp_path_factory.mktemp("whole"), b"x" * (2 * PIECE + 77), passphrase="")


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_changed_bit_is_found(whole: Path, share: float, bit: int) -> None:
    """R30: wherever it is."""
    raw = bytearray(whole.read_bytes())
    raw[int(share * len(raw))] ^= 1 << bit
    with pytest.raises(NotReadable):
        list(read(_put(whole, bytes(raw)), ""))


@settings(max_examples=40, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_is_found(whole: Path, share: float) -> None:
    """R30: also one between two pieces."""
    raw = whole.read_bytes()
    with pytest.raises(NotReadable):
        list(read(_put(whole, raw[: int(share * len(raw))]), ""))


def test_pieces_cannot_be_left_out_moved_or_added(whole: Path) -> None:
    """R30."""
    raw = whole.read_bytes()
    size = PIECE + 16
    start = len(raw) - 2 * size - (77 + 16)
    head, one, two, last = raw[:start], raw[start:][:size], raw[start + size :][:size], raw[-93:]
    assert head + one + two + last == raw
    for forged in (head + one + two, head + one + last, head + two + one + last, raw + last):
        with pytest.raises(NotReadable):
            list(read(_put(whole, forged), ""))


def test_a_changed_beginning_is_found(tmp_path: Path) -> None:
    """R30: each byte of it counts."""
    path = written(tmp_path, b"x", passphrase="")
    raw = path.read_bytes()
    for place in range(0, len(raw), 3):
        changed = bytearray(raw)
        changed[place] ^= 4
        with pytest.raises(NotReadable):
            list(read(_put(path, bytes(changed)), ""))


def _put(whole: Path, raw: bytes) -> Path:
    path = whole.with_name("forged")
    path.write_bytes(raw)
    return path


def test_a_failed_write_leaves_nothing_and_nothing_is_written_over(tmp_path: Path) -> None:
    """R30."""
    writer = Writer(tmp_path / "box", "")
    writer.write(b"half")
    writer.__exit__(OSError, OSError("full"), None)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "box").write_text("an older backup")
    with pytest.raises(FileExistsError):
        Writer(tmp_path / "box", "")


def test_a_strangers_file_is_no_backup(tmp_path: Path) -> None:
    """R30: nor does it make us take all memory."""
    (tmp_path / "box").write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(NotReadable, match="no backup"):
        list(read(tmp_path / "box", ""))
