"""What can be done with attempts. `write_answers` is the hot path: one batch, one flush."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import (
    AccountId,
    AttemptId,
    FactId,
    LearnerId,
    LessonId,
    fresh_id,
)
from tihi.base.problem import Missing, Problem
from tihi.facts.envelope import Fact
from tihi.learn.attempts import rules, store
from tihi.learn.attempts.answering import Flush, Known, shown
from tihi.learn.attempts.model import (
    Accepted,
    Answer,
    AnswerRequest,
    Attempt,
    AttemptSummary,
    AttemptView,
    EmptyLesson,
    Regraded,
    Step,
)
from tihi.learn.courses import service as courses
from tihi.learn.courses.model import LessonPlace
from tihi.learn.items import service as items
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind as Noted
from tihi.people.audit.model import Note
from tihi.platform.db import BatchTx, Tx
from tihi.platform.log.append import append

MOST_ANSWERS = 120
"""Answers that a learner may send in `WINDOW_S`; more gets 429 (S3)."""
WINDOW_S = 10
FREE_ANSWERS = 10
"""So many in `WINDOW_S` are not even counted outside the process: nobody answers faster."""

_CLAIMS = frozenset({"score", "xp", "points", "credit", "verdict", "level"})


def claims_reward(payload: object) -> bool:
    """Return whether a client tried to say itself what its answer is worth (S1)."""
    return isinstance(payload, Mapping) and not _CLAIMS.isdisjoint(payload)


async def note_claim(tx: Tx, account: AccountId, *, now: datetime, chance: Random) -> None:
    """Record that `account` sent a score of its own."""
    await audit.note(tx, Note(kind=Noted.SCORE_CLAIMED, actor=account), now=now, chance=chance)


async def open_attempt(
    tx: Tx, learner: LearnerId, lesson: LessonId, *, now: datetime, chance: Random
) -> AttemptView:
    """Open an attempt at `lesson`, or come back to the one under way.

    Raises:
        Missing: the org has no such lesson.
        EmptyLesson: it has no items.
    """
    place = await courses.place(tx, lesson)
    found = await store.under_way(tx, learner, lesson, now=now)
    if found is None:
        attempt, steps = await _new(tx, learner, place, now=now, chance=chance)
        if await store.open_attempt(tx, attempt, steps):
            return await _view(tx, attempt, steps, [], place)
        found = await store.under_way(tx, learner, lesson, now=now)
    if found is None:
        raise Missing
    return await view(tx, learner, found)


async def _new(
    tx: Tx, learner: LearnerId, place: LessonPlace, *, now: datetime, chance: Random
) -> tuple[Attempt, list[Step]]:
    content = await items.in_lesson(tx, place.lesson_id)
    if not content:
        raise EmptyLesson
    attempt = Attempt(
        org_id=tx.org_id,
        attempt_id=AttemptId(fresh_id(now, chance)),
        learner_id=learner,
        lesson_id=place.lesson_id,
        course_id=place.course_id,
        seed=chance.bits(62),
        items=len(content),
        opened_at=now,
        expires_at=now + rules.ATTEMPT_LASTS,
        finished_at=None,
    )
    return attempt, rules.plan(attempt.attempt_id, content, attempt.seed)


async def view(tx: Tx, learner: LearnerId, attempt_id: AttemptId) -> AttemptView:
    """Return an attempt as its learner sees it.

    Raises:
        Missing: the learner has no such attempt.
    """
    attempt, steps, answers = await _whole(tx, learner, attempt_id)
    return await _view(tx, attempt, steps, answers, await courses.place(tx, attempt.lesson_id))


async def _view(
    tx: Tx,
    attempt: Attempt,
    steps: Sequence[Step],
    answers: Sequence[Answer],
    place: LessonPlace,
) -> AttemptView:
    content = await items.versions(tx, [(tx.org_id, step.item_id, step.version) for step in steps])
    return AttemptView(
        attempt_id=attempt.attempt_id,
        lesson_id=attempt.lesson_id,
        lesson=place.lesson,
        course_id=place.course_id,
        course=place.course,
        items=attempt.items,
        answered=len(answers),
        trail=[answer.verdict for answer in answers],
        finished=attempt.finished_at is not None,
        step=shown(attempt, steps, len(answers) + 1, content),
    )


async def summary(
    tx: Tx, learner: LearnerId, attempt_id: AttemptId, *, now: datetime
) -> AttemptSummary:
    """Return an attempt in figures.

    Raises:
        Missing: the learner has no such attempt.
    """
    attempt, steps, answers = await _whole(tx, learner, attempt_id)
    place = await courses.place(tx, attempt.lesson_id)
    content = await items.versions(tx, [(tx.org_id, step.item_id, step.version) for step in steps])
    verdicts = {answer.step: answer.verdict for answer in answers}
    skills = {item_id: item.skill for (item_id, _), item in content.items()}
    last = answers[-1].answered_at if answers else attempt.opened_at
    return AttemptSummary(
        attempt_id=attempt.attempt_id,
        lesson=place.lesson,
        items=attempt.items,
        right_first=rules.right_first(steps, verdicts),
        answers=len(answers),
        seconds=int((last - attempt.opened_at).total_seconds()),
        skills=rules.skill_results(steps, verdicts, skills),
        next=await courses.next_lesson(tx, learner, now=now),
    )


async def _whole(
    tx: Tx, learner: LearnerId, attempt_id: AttemptId
) -> tuple[Attempt, list[Step], list[Answer]]:
    found = await store.attempts(tx, [tx.org_id], [attempt_id])
    if not found or found[0].learner_id != learner:
        raise Missing
    steps = await store.steps(tx, [tx.org_id], [attempt_id])
    return found[0], steps, await store.answers(tx, [tx.org_id], [attempt_id])


async def lock(tx: Tx, learner: LearnerId, *, chance: Random) -> None:
    """Let nobody else write what is known of `learner` until the transaction ends."""
    await store.lock(tx, [(tx.org_id, learner)], {learner: chance.bits(62)})


async def step_of(
    tx: Tx, learner: LearnerId, attempt_id: AttemptId, fact_id: FactId
) -> tuple[Step, Answer]:
    """Return the answered step that `fact_id` told of.

    Raises:
        Missing: the learner has no such answer.
    """
    _, steps, answers = await _whole(tx, learner, attempt_id)
    for step, answer in zip(steps, answers, strict=False):
        if answer.fact_id == fact_id:
            return step, answer
    raise Missing


async def regrade(
    tx: Tx, learner: LearnerId, step: Step, credit: float, *, run: int, chance: Random
) -> Regraded:
    """Grade the answer to `step` otherwise, with all that learning remembers by its grade.

    The caller has locked the learner.

    Args:
        tx: the org's transaction.
        learner: whose answer it is.
        step: which one.
        credit: what it is worth now, 0 to 1.
        run: how many answers in a row are right now.
        chance: for the mark by which every process knows that its memory is void.
    """
    attempt, steps, answers = await _whole(tx, learner, step.attempt_id)
    verdicts = [answer.verdict for answer in answers]
    before = rules.right_first(steps, dict(enumerate(verdicts, start=1)))
    verdict = items.verdict_of(credit)
    verdicts[step.step - 1] = verdict
    await store.regrade(tx, step.attempt_id, step.step, verdict=verdict, credit=credit)
    if attempt.finished_at is None:
        plan = rules.replanned(steps, verdicts, step.item_id)
        await store.replan(tx, step.attempt_id, plan, first=len(answers) + 1)
    await store.recall_item(tx, learner, step.item_id)
    await store.recall_lesson(tx, learner, attempt.lesson_id)
    await store.recall_learner(tx, learner, run=run, mark=chance.bits(62))
    return Regraded(
        attempt=attempt,
        right_first=rules.right_first(steps, dict(enumerate(verdicts, start=1))),
        right_first_before=before,
    )


async def write_answers(
    tx: BatchTx,
    requests: Sequence[AnswerRequest],
    known: Known,
    *,
    now: datetime,
    chance: Random,
) -> list[Accepted | Problem]:
    """Grade and store a batch of answers; return a result or a refusal for each, in order.

    The first accepted answer to a step counts. An answer that repeats it, or comes too
    late for it, gets the same result and tells no new fact.

    Args:
        tx: the transaction that everything is written in.
        requests: the answers.
        known: what this process remembers of learners between batches.
        now: when facts become due.
        chance: for ids.
    """
    flush = Flush(known)
    await flush.read(tx, requests, chance)
    stood: list[Answer | Problem] = []
    for request in requests:
        try:
            stood.append(flush.decide(request, FactId(fresh_id(request.time, chance))))
        except Problem as refusal:
            stood.append(refusal)
    facts: list[Fact] = []
    if flush.new_answers:
        await flush.write(tx)
        facts = await append(tx, flush.facts, now=now)
    flush.keep()
    told: defaultdict[AttemptId, list[Fact]] = defaultdict(list)
    for fact in facts:
        told[AttemptId(UUID(fact.context))].append(fact)
    return [
        one
        if isinstance(one, Problem)
        else Accepted(answered=flush.answered(one), facts=told.pop(one.attempt_id, []))
        for one in stood
    ]
