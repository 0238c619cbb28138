"""Starting again what ended: soon, and less often when it does not help."""

from tihi.platform.tasks import Pauses


def test_pauses_grow_and_begin_anew_after_a_steady_run() -> None:
    pauses = Pauses(first_s=0.1, most_s=0.5, steady_s=30)

    assert [pauses.after(1) for _ in range(5)] == [0.1, 0.2, 0.4, 0.5, 0.5]
    assert [pauses.after(31), pauses.after(1)] == [0.1, 0.2]
