"""Statements of attempts, typed. Those of the hot path take a batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from tihi.base.ids import AttemptId, CourseId, ItemId, LearnerId, LessonId, OrgId
from tihi.base.value import Value
from tihi.learn.attempts.model import (
    Answer,
    Attempt,
    ItemMemory,
    LessonMemory,
    RunMemory,
    Step,
)
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.learn.attempts")
_encode = msgspec.json.Encoder().encode


class NewAnswer(Value):
    """An accepted answer on its way to its row."""

    org_id: OrgId
    learner_id: LearnerId
    answer: Answer
    misconceptions: list[str]
    took_ms: int


class CourseSize(Value):
    """How many lessons a course has."""

    course_id: CourseId
    lessons: int


_OPEN_ATTEMPT = Run(_SQL["open_attempt"])
_CLOSE_EXPIRED = Run(_SQL["close_expired"])
_UNDER_WAY = One(_SQL["under_way"], UUID)
_ATTEMPTS = Many(_SQL["attempts"], Attempt)
_ATTEMPTS_LOCKED = Many(_SQL["attempts_locked"], Attempt)
_STEPS = Many(_SQL["steps"], Step)
_ANSWERS = Many(_SQL["answers"], Answer)
_ADD_STEPS = Run(_SQL["add_steps"])
_ADD_ANSWERS = Run(_SQL["add_answers"])
_FINISH = Run(_SQL["finish"])
_ITEM_MEMORY = Many(_SQL["item_memory"], ItemMemory)
_PUT_ITEM_MEMORY = Run(_SQL["put_item_memory"])
_LOCK_RUNS = Many(_SQL["lock_runs"], RunMemory)
_PUT_RUNS = Run(_SQL["put_runs"])
_LESSON_MEMORY = Many(_SQL["lesson_memory"], LessonMemory)
_PUT_LESSON_MEMORY = Run(_SQL["put_lesson_memory"])
_LESSONS_IN = Many(_SQL["lessons_in"], CourseSize)


async def open_attempt(tx: Tx, attempt: Attempt) -> bool:
    """Add `attempt`; return False when the lesson has one under way already."""
    added = await _OPEN_ATTEMPT(
        tx,
        attempt_id=attempt.attempt_id,
        learner_id=attempt.learner_id,
        lesson_id=attempt.lesson_id,
        course_id=attempt.course_id,
        seed=attempt.seed,
        items=attempt.items,
        opened_at=attempt.opened_at,
        expires_at=attempt.expires_at,
    )
    return added == 1


async def close_expired(tx: Tx, learner: LearnerId, lesson: LessonId, *, now: datetime) -> None:
    """Close the learner's attempt at `lesson` if its 30 days are over."""
    await _CLOSE_EXPIRED(tx, learner_id=learner, lesson_id=lesson, now=now)


async def under_way(tx: Tx, learner: LearnerId, lesson: LessonId) -> AttemptId | None:
    """Return the learner's open attempt at `lesson`, if any."""
    found = await _UNDER_WAY(tx, learner_id=learner, lesson_id=lesson)
    return None if found is None else AttemptId(found)


async def attempts(
    tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId], *, locked: bool
) -> list[Attempt]:
    """Return attempts; `locked` until the transaction ends."""
    statement = _ATTEMPTS_LOCKED if locked else _ATTEMPTS
    return await statement(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def steps(tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId]) -> list[Step]:
    """Return the steps of attempts, in order."""
    return await _STEPS(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def answers(tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId]) -> list[Answer]:
    """Return the answers of attempts, in order."""
    return await _ANSWERS(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def add_steps(tx: Batch, new: Sequence[tuple[OrgId, Step]]) -> None:
    """Add steps."""
    await _ADD_STEPS(
        tx,
        org_ids=[org for org, _ in new],
        attempt_ids=[step.attempt_id for _, step in new],
        steps=[step.step for _, step in new],
        item_ids=[step.item_id for _, step in new],
        versions=[step.version for _, step in new],
        agains=[step.again for _, step in new],
    )


async def add_answers(tx: Batch, new: Sequence[NewAnswer]) -> None:
    """Add accepted answers."""
    await _ADD_ANSWERS(
        tx,
        org_ids=[one.org_id for one in new],
        attempt_ids=[one.answer.attempt_id for one in new],
        steps=[one.answer.step for one in new],
        learner_ids=[one.learner_id for one in new],
        keys=[one.answer.key for one in new],
        responses=[_encode(one.answer.response).decode() for one in new],
        verdicts=[one.answer.verdict.value for one in new],
        credits=[one.answer.credit for one in new],
        misconceptions=[_encode(one.misconceptions).decode() for one in new],
        fact_ids=[one.answer.fact_id for one in new],
        took_ms=[one.took_ms for one in new],
        answered_ats=[one.answer.answered_at for one in new],
    )


async def finish(tx: Batch, done: Sequence[tuple[OrgId, AttemptId, datetime]]) -> None:
    """Close attempts whose steps are all answered."""
    await _FINISH(
        tx,
        org_ids=[org for org, _, _ in done],
        attempt_ids=[attempt for _, attempt, _ in done],
        finished_ats=[moment for _, _, moment in done],
    )


async def item_memory(
    tx: Batch, keys: Sequence[tuple[OrgId, LearnerId, ItemId]]
) -> list[ItemMemory]:
    """Return what is known of learners and items, where anything is."""
    return await _ITEM_MEMORY(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        item_ids=[key[2] for key in keys],
    )


async def put_item_memory(tx: Batch, rows: Sequence[tuple[OrgId, ItemMemory]]) -> None:
    """Store what is now known of learners and items."""
    await _PUT_ITEM_MEMORY(
        tx,
        org_ids=[org for org, _ in rows],
        learner_ids=[row.learner_id for _, row in rows],
        item_ids=[row.item_id for _, row in rows],
        times=[row.times for _, row in rows],
        last_dates=[row.last_date for _, row in rows],
        times_that_dates=[row.times_that_date for _, row in rows],
        ever_rights=[row.ever_right for _, row in rows],
    )


async def lock_runs(tx: Batch, learners: Sequence[tuple[OrgId, LearnerId]]) -> dict[LearnerId, int]:
    """Return learners' runs of right answers, locked until the transaction ends."""
    rows = await _LOCK_RUNS(
        tx,
        org_ids=[org for org, _ in learners],
        learner_ids=[learner for _, learner in learners],
    )
    return {row.learner_id: row.run for row in rows}


async def put_runs(tx: Batch, runs: Sequence[tuple[OrgId, LearnerId, int]]) -> None:
    """Store learners' runs of right answers."""
    await _PUT_RUNS(
        tx,
        org_ids=[org for org, _, _ in runs],
        learner_ids=[learner for _, learner, _ in runs],
        runs=[run for _, _, run in runs],
    )


async def lesson_memory(
    tx: Batch, keys: Sequence[tuple[OrgId, LearnerId, CourseId]]
) -> list[LessonMemory]:
    """Return what is known of learners and the lessons of courses."""
    return await _LESSON_MEMORY(
        tx,
        org_ids=[key[0] for key in keys],
        learner_ids=[key[1] for key in keys],
        course_ids=[key[2] for key in keys],
    )


async def put_lesson_memory(tx: Batch, rows: Sequence[tuple[OrgId, LessonMemory]]) -> None:
    """Store what is now known of learners and lessons."""
    await _PUT_LESSON_MEMORY(
        tx,
        org_ids=[org for org, _ in rows],
        learner_ids=[row.learner_id for _, row in rows],
        lesson_ids=[row.lesson_id for _, row in rows],
        course_ids=[row.course_id for _, row in rows],
        times=[row.times for _, row in rows],
        last_dates=[row.last_date for _, row in rows],
        times_that_dates=[row.times_that_date for _, row in rows],
        bests=[row.best for _, row in rows],
    )


async def lessons_in(tx: Batch, keys: Sequence[tuple[OrgId, CourseId]]) -> dict[CourseId, int]:
    """Return how many lessons each course has."""
    rows = await _LESSONS_IN(
        tx, org_ids=[org for org, _ in keys], course_ids=[course for _, course in keys]
    )
    return {row.course_id: row.lessons for row in rows}
