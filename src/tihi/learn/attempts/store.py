"""Statements of attempts, typed. Those of the hot path take a batch."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from tihi.base.ids import AttemptId, CourseId, FactId, ItemId, LearnerId, LessonId, OrgId
from tihi.base.value import Value
from tihi.learn.attempts.model import (
    Answer,
    Attempt,
    ItemMemory,
    LessonMemory,
    Step,
)
from tihi.learn.items.model import Response, Verdict
from tihi.platform.db import Batch, Tx
from tihi.platform.sql import Many, One, Run, load

_SQL = load("tihi.learn.attempts")
_encode = msgspec.json.Encoder().encode


class Locked(Value):
    """A learner whose row is locked; `mark` is the last writer's."""

    learner_id: LearnerId
    run: int
    mark: int


class NewAnswer(Value):
    """An accepted answer on its way to its row."""

    org_id: OrgId
    attempt_id: AttemptId
    step: int
    learner_id: LearnerId
    key: UUID
    response: Response
    verdict: Verdict
    credit: float
    misconceptions: list[str]
    fact_id: FactId
    took_ms: int
    answered_at: datetime


class NewStep(Value):
    """A step on its way to its row."""

    org_id: OrgId
    attempt_id: AttemptId
    step: int
    item_id: ItemId
    version: int
    again: bool


class NewMemory(Value):
    """What is now known of a learner and an item, on its way to its row."""

    org_id: OrgId
    learner_id: LearnerId
    item_id: ItemId
    times: int
    last_date: date
    times_that_date: int
    ever_right: bool


def new_answer(
    attempt: Attempt, answer: Answer, *, misconceptions: list[str], took_ms: int
) -> NewAnswer:
    """Return the row of an accepted answer."""
    return NewAnswer(
        org_id=attempt.org_id,
        attempt_id=answer.attempt_id,
        step=answer.step,
        learner_id=attempt.learner_id,
        key=answer.key,
        response=answer.response,
        verdict=answer.verdict,
        credit=answer.credit,
        misconceptions=misconceptions,
        fact_id=answer.fact_id,
        took_ms=took_ms,
        answered_at=answer.answered_at,
    )


def new_step(org: OrgId, step: Step) -> NewStep:
    """Return the row of a step."""
    return NewStep(
        org_id=org,
        attempt_id=step.attempt_id,
        step=step.step,
        item_id=step.item_id,
        version=step.version,
        again=step.again,
    )


def new_memory(org: OrgId, memory: ItemMemory) -> NewMemory:
    """Return the row of what is known of a learner and an item."""
    return NewMemory(
        org_id=org,
        learner_id=memory.learner_id,
        item_id=memory.item_id,
        times=memory.times,
        last_date=memory.last_date,
        times_that_date=memory.times_that_date,
        ever_right=memory.ever_right,
    )


class CourseSize(Value):
    """How many lessons a course has."""

    course_id: CourseId
    lessons: int


_OPEN_ATTEMPT = Run(_SQL["open_attempt"])
_UNDER_WAY = One(_SQL["under_way"], UUID)
_ATTEMPTS = Many(_SQL["attempts"], Attempt)
_STEPS = Many(_SQL["steps"], Step)
_ANSWERS = Many(_SQL["answers"], Answer)
_LOCK = Many(_SQL["lock"], Locked)
_BEGIN = Run(_SQL["begin"])
_WRITE = Run(_SQL["write"])
_FINISH = Run(_SQL["finish"])
_ITEM_MEMORY = Many(_SQL["item_memory"], ItemMemory)
_LESSON_MEMORY = Many(_SQL["lesson_memory"], LessonMemory)
_PUT_LESSON_MEMORY = Run(_SQL["put_lesson_memory"])
_LESSONS_IN = Many(_SQL["lessons_in"], CourseSize)
_REGRADE = Run(_SQL["regrade"])
_DROP_STEPS = Run(_SQL["drop_steps"])
_PUT_STEPS = Run(_SQL["put_steps"])
_RECALL_ITEM = Run(_SQL["recall_item"])
_RECALL_LESSON = Run(_SQL["recall_lesson"])
_RECALL_LEARNER = Run(_SQL["recall_learner"])


async def open_attempt(tx: Tx, attempt: Attempt, steps: Sequence[Step]) -> bool:
    """Add `attempt` with its steps; return False when the lesson has one under way already."""
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
        steps=[one.step for one in steps],
        item_ids=[one.item_id for one in steps],
        versions=[one.version for one in steps],
    )
    return added == len(steps)


async def under_way(
    tx: Tx, learner: LearnerId, lesson: LessonId, *, now: datetime
) -> AttemptId | None:
    """Return the learner's open attempt at `lesson`, if any; one that is too old is closed."""
    found = await _UNDER_WAY(tx, learner_id=learner, lesson_id=lesson, now=now)
    return None if found is None else AttemptId(found)


async def attempts(tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId]) -> list[Attempt]:
    """Return attempts."""
    return await _ATTEMPTS(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def steps(tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId]) -> list[Step]:
    """Return the steps of attempts, in order."""
    return await _STEPS(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def answers(tx: Batch, orgs: Sequence[OrgId], ids: Sequence[AttemptId]) -> list[Answer]:
    """Return the answers of attempts, in order."""
    return await _ANSWERS(tx, org_ids=list(orgs), attempt_ids=list(ids))


async def lock(
    tx: Batch, learners: Sequence[tuple[OrgId, LearnerId]], marks: Mapping[LearnerId, int]
) -> list[Locked]:
    """Lock learners, in the order given, until the transaction ends; a new one gets its mark."""
    orgs, ids = [org for org, _ in learners], [learner for _, learner in learners]
    found = await _LOCK(tx, org_ids=orgs, learner_ids=ids)
    if len(found) < len(learners):
        await _BEGIN(tx, org_ids=orgs, learner_ids=ids, marks=[marks[one] for one in ids])
        found = await _LOCK(tx, org_ids=orgs, learner_ids=ids)
    return found


async def write(
    tx: Batch,
    *,
    answers: Sequence[NewAnswer],
    steps: Sequence[NewStep],
    memory: Sequence[NewMemory],
    learners: Sequence[tuple[OrgId, LearnerId, int, int]],
) -> None:
    """Write a batch: answers, steps that come back, and learners with their run and mark."""
    await _WRITE(
        tx,
        answers=_encode(answers).decode(),
        steps=_encode(steps).decode(),
        memory=_encode(memory).decode(),
        org_ids=[org for org, _, _, _ in learners],
        learner_ids=[learner for _, learner, _, _ in learners],
        runs=[run for _, _, run, _ in learners],
        marks=[mark for _, _, _, mark in learners],
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


async def regrade(
    tx: Tx, attempt: AttemptId, step: int, *, verdict: Verdict, credit: float
) -> None:
    """Store another grade of an answer."""
    await _REGRADE(tx, attempt_id=attempt, step=step, verdict=verdict.value, credit=credit)


async def replan(tx: Tx, attempt: AttemptId, steps: Sequence[Step], *, first: int) -> None:
    """Put `steps` from `first` on in the place of those that were planned."""
    await _DROP_STEPS(tx, attempt_id=attempt, first=first)
    planned = [step for step in steps if step.step >= first]
    await _PUT_STEPS(
        tx,
        attempt_id=attempt,
        steps=[step.step for step in planned],
        item_ids=[step.item_id for step in planned],
        versions=[step.version for step in planned],
        agains=[step.again for step in planned],
    )


async def recall_item(tx: Tx, learner: LearnerId, item: ItemId) -> None:
    """Note anew whether `learner` was ever right on `item`."""
    await _RECALL_ITEM(tx, learner_id=learner, item_id=item)


async def recall_lesson(tx: Tx, learner: LearnerId, lesson: LessonId) -> None:
    """Note anew the best share of right answers that `learner` finished `lesson` with."""
    await _RECALL_LESSON(tx, learner_id=learner, lesson_id=lesson)


async def recall_learner(tx: Tx, learner: LearnerId, *, run: int, mark: int) -> None:
    """Note anew how many answers in a row are right; what a process remembers is void then."""
    await _RECALL_LEARNER(tx, learner_id=learner, run=run, mark=mark)
