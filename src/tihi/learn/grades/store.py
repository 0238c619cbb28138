"""Statements of corrected grades, typed."""

from collections import defaultdict
from collections.abc import Sequence

from tihi.base.ids import AttemptId, FactId, LearnerId
from tihi.facts.envelope import Fact
from tihi.learn.grades.model import Correction, Given
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.learn.grades")
_TOLD = One(_SQL["told"], Fact)
_GIVEN = Many(_SQL["given"], Given)
_CORRECTIONS = Many(_SQL["corrections"], Correction)
_ADD = Run(_SQL["add"])
_RUN_BEFORE = One(_SQL["run_before"], int)
_BEST_RESULT = One(_SQL["best_result"], int)

LAST = 2**62
"""Behind the last fact that there will ever be."""


async def told(tx: Tx, learner: LearnerId, fact_id: FactId, *, kind: str) -> Fact | None:
    """Return a fact of learning of `learner`, if there is such a one."""
    return await _TOLD(tx, learner_id=learner, fact_id=fact_id, type=kind)


async def given(
    tx: Tx, learner: LearnerId, *, before: int, most: int, answer: FactId | None = None
) -> list[Given]:
    """Return a learner's answers that the log has before `before`, newest first; or only one."""
    return await _GIVEN(tx, learner_id=learner, before=before, most=most, answer_id=answer)


async def corrections(tx: Tx, answers: Sequence[FactId]) -> dict[FactId, list[Correction]]:
    """Return the corrections of answers, the first one first."""
    found: defaultdict[FactId, list[Correction]] = defaultdict(list)
    for row in await _CORRECTIONS(tx, answer_ids=list(answers)):
        found[row.answer_id].append(row)
    return found


async def add(tx: Tx, new: Correction) -> None:
    """Add a correction."""
    await _ADD(
        tx,
        answer_id=new.answer_id,
        nth=new.nth,
        fact_id=new.fact_id,
        key=new.key,
        learner_id=new.learner_id,
        corrected_by=new.corrected_by,
        corrected_at=new.corrected_at,
        old_credit=new.old_credit,
        credit=new.credit,
        run=new.run,
        reason=new.reason.value,
    )


async def run_before(tx: Tx, learner: LearnerId, n: int = LAST) -> int:
    """Return how many answers in a row are right, up to the last before `n` in the log."""
    return await _RUN_BEFORE(tx, learner_id=learner, before=n) or 0


async def best_result(tx: Tx, learner: LearnerId, attempt: AttemptId) -> int:
    """Return the most items right at the first try by any correction; 0 where there is none."""
    return await _BEST_RESULT(tx, learner_id=learner, attempt_id=attempt) or 0
