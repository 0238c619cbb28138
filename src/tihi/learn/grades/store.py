"""Statements of corrected grades, typed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tihi.base.ids import AccountId, AttemptId, ClassId, FactId, LearnerId
from tihi.facts.envelope import Fact
from tihi.learn.grades.model import Correction, Given, KeepReason, NewRequest, OpenRequests, Request
from tihi.platform.db import Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.learn.grades")
_TOLD = One(_SQL["told"], Fact)
_GIVEN = Many(_SQL["given"], Given)
_GIVEN_IN = Many(_SQL["given_in"], Given)
_ASKED_OF = Many(_SQL["asked_of"], Given)
_ASKED_IN = Many(_SQL["asked_in"], Given)
_WAITING = One(_SQL["waiting"], int)
_OPEN_REQUESTS = Many(_SQL["open_requests"], OpenRequests)
_REQUESTS = Many(_SQL["requests"], Request)
_ASK = Run(_SQL["ask"])
_KEEP = Run(_SQL["keep"])
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


async def given_in(tx: Tx, learner: LearnerId, attempt: AttemptId) -> list[Given]:
    """Return a learner's answers in one attempt, in order."""
    return await _GIVEN_IN(tx, learner_id=learner, attempt_id=attempt)


async def asked_of(tx: Tx, learner: LearnerId, *, most: int) -> list[Given]:
    """Return the answers that a learner asked about, the last one first."""
    return await _ASKED_OF(tx, learner_id=learner, most=most)


async def asked_in(tx: Tx, class_id: ClassId, *, most: int) -> list[Given]:
    """Return the answers that learners of a class wait about, the first to ask first."""
    return await _ASKED_IN(tx, class_id=class_id, most=most)


async def waiting(tx: Tx, learner: LearnerId) -> int:
    """Return how many requests of a learner are open."""
    return await _WAITING(tx, learner_id=learner) or 0


async def open_requests(tx: Tx, *, taught_by: AccountId | None) -> list[OpenRequests]:
    """Return how many requests are open in the classes that `taught_by` teaches, or in all."""
    return await _OPEN_REQUESTS(tx, taught_by=taught_by)


async def requests(tx: Tx, answers: Sequence[FactId]) -> dict[FactId, Request]:
    """Return what was asked about answers."""
    return {row.answer_id: row for row in await _REQUESTS(tx, answer_ids=list(answers))}


async def ask(  # noqa: PLR0913  # what, about which grade, when
    tx: Tx,
    learner: LearnerId,
    attempt: AttemptId,
    answer: FactId,
    new: NewRequest,
    *,
    credit: float,
    now: datetime,
) -> None:
    """Add a request."""
    await _ASK(
        tx,
        answer_id=answer,
        attempt_id=attempt,
        learner_id=learner,
        key=new.key,
        statement=new.statement,
        credit=credit,
        asked_at=now,
    )


async def keep(
    tx: Tx, learner: LearnerId, answer: FactId, reason: KeepReason, *, by: AccountId, now: datetime
) -> None:
    """Add that a grade stays."""
    await _KEEP(
        tx, answer_id=answer, learner_id=learner, kept_by=by, kept_at=now, reason=reason.value
    )


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
