"""What can be done with attempts. `write_answers` is the hot path: one batch, one flush."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from tihi.base.chance import Random, SeededRandom
from tihi.base.ids import (
    AccountId,
    AttemptId,
    FactId,
    ItemId,
    LearnerId,
    LessonId,
    OrgId,
    derived_id,
    fresh_id,
)
from tihi.base.problem import Missing, Problem
from tihi.facts.envelope import Fact, NewFact, Payload
from tihi.facts.learning import DAY_SOURCE, DayActive, day_id
from tihi.learn.attempts import rules, store
from tihi.learn.attempts.model import (
    Accepted,
    Answer,
    Answered,
    AnswerRequest,
    Attempt,
    AttemptSummary,
    AttemptView,
    EmptyLesson,
    ItemMemory,
    LessonMemory,
    Step,
    StepView,
)
from tihi.learn.courses import service as courses
from tihi.learn.items import service as items
from tihi.learn.items.model import Item, Verdict
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind as Noted
from tihi.people.audit.model import Note
from tihi.platform.clock import local_date, zone
from tihi.platform.db import Batch, BatchTx, Tx
from tihi.platform.log.append import append

SOURCE = DAY_SOURCE
MOST_ANSWERS = 120
"""Answers that a learner may send in `WINDOW_S`; more gets 429 (S3)."""
WINDOW_S = 10

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
    await store.close_expired(tx, learner, lesson, now=now)
    found = await store.under_way(tx, learner, lesson)
    if found is None:
        content = await items.in_lesson(tx, lesson)
        if not content:
            raise EmptyLesson
        attempt = Attempt(
            org_id=tx.org_id,
            attempt_id=AttemptId(fresh_id(now, chance)),
            learner_id=learner,
            lesson_id=lesson,
            course_id=place.course_id,
            seed=chance.bits(62),
            items=len(content),
            opened_at=now,
            expires_at=now + rules.ATTEMPT_LASTS,
            finished_at=None,
        )
        if await store.open_attempt(tx, attempt):
            plan = rules.plan(attempt.attempt_id, content, attempt.seed)
            await store.add_steps(tx, [(tx.org_id, step) for step in plan])
            found = attempt.attempt_id
        else:
            found = await store.under_way(tx, learner, lesson)
    if found is None:
        raise Missing
    return await view(tx, learner, found)


async def view(tx: Tx, learner: LearnerId, attempt_id: AttemptId) -> AttemptView:
    """Return an attempt as its learner sees it.

    Raises:
        Missing: the learner has no such attempt.
    """
    attempt, steps, answers = await _whole(tx, learner, attempt_id)
    place = await courses.place(tx, attempt.lesson_id)
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
        step=_shown(attempt, steps, len(answers) + 1, content),
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
    found = await store.attempts(tx, [tx.org_id], [attempt_id], locked=False)
    if not found or found[0].learner_id != learner:
        raise Missing
    steps = await store.steps(tx, [tx.org_id], [attempt_id])
    return found[0], steps, await store.answers(tx, [tx.org_id], [attempt_id])


def _shown(
    attempt: Attempt,
    steps: Sequence[Step],
    number: int,
    content: dict[tuple[ItemId, int], Item],
) -> StepView | None:
    if number > len(steps):
        return None
    step = steps[number - 1]
    item = content[step.item_id, step.version]
    chance = SeededRandom("shown", attempt.seed, step.step)
    return StepView(
        step=step.step, of=len(steps), again=step.again, item=items.present(item, chance)
    )


class _Flush:
    """What one batch of answers reads, decides and writes."""

    def __init__(self) -> None:
        self.attempts: dict[AttemptId, Attempt] = {}
        self.steps: dict[AttemptId, list[Step]] = defaultdict(list)
        self.answers: dict[AttemptId, list[Answer]] = defaultdict(list)
        self.content: dict[tuple[ItemId, int], Item] = {}
        self.memory: dict[tuple[LearnerId, ItemId], ItemMemory] = {}
        self.runs: dict[LearnerId, int] = {}
        self.new_answers: list[store.NewAnswer] = []
        self.new_steps: list[tuple[OrgId, Step]] = []
        self.finished: list[tuple[AnswerRequest, Attempt]] = []
        self.facts: list[NewFact] = []

    async def read(self, tx: Batch, requests: Sequence[AnswerRequest]) -> None:
        """Read everything that the batch needs, with its attempts and learners locked."""
        orgs = [request.org_id for request in requests]
        ids = [request.attempt_id for request in requests]
        found = await store.attempts(tx, orgs, ids, locked=True)
        self.attempts = {attempt.attempt_id: attempt for attempt in found}
        for step in await store.steps(tx, orgs, ids):
            self.steps[step.attempt_id].append(step)
        for answer in await store.answers(tx, orgs, ids):
            self.answers[answer.attempt_id].append(answer)
        keys = [
            (attempt.org_id, step.item_id, step.version)
            for attempt in found
            for step in self.steps[attempt.attempt_id]
        ]
        self.content = await items.versions(tx, keys)
        learners = sorted({(attempt.org_id, attempt.learner_id) for attempt in found})
        self.runs = await store.lock_runs(tx, learners)
        learner_of = {attempt.attempt_id: attempt.learner_id for attempt in found}
        wanted = [
            (request.org_id, learner_of[request.attempt_id], step.item_id)
            for request in requests
            if request.attempt_id in learner_of
            for step in self.steps[request.attempt_id]
            if step.step == request.step
        ]
        for row in await store.item_memory(tx, wanted):
            self.memory[row.learner_id, row.item_id] = row

    def decide(self, request: AnswerRequest, fact_id: FactId) -> Answer:
        """Decide one request; return the answer that stands for its step.

        Raises:
            Problem: it is refused; nothing of the batch has changed then.
        """
        attempt = self.attempts.get(request.attempt_id)
        if attempt is None or attempt.learner_id != request.learner_id:
            raise Missing
        steps = self.steps[request.attempt_id]
        answers = self.answers[request.attempt_id]
        stood = rules.replayed(request, answers)
        if stood is not None:
            return stood
        step = rules.open_step(request, attempt, steps, len(answers))
        item = self.content[step.item_id, step.version]
        grade = items.grade(item, request.answer)
        ms = rules.took_ms(request, attempt, answers)
        before = self.memory.get((attempt.learner_id, item.item_id))
        right = grade.verdict is Verdict.RIGHT
        memory = rules.remembered(
            before,
            attempt.learner_id,
            item.item_id,
            day=local_date(request.time, request.zone),
            right=right,
        )
        self.memory[attempt.learner_id, item.item_id] = memory
        run = self.runs[attempt.learner_id] + 1 if right else 0
        self.runs[attempt.learner_id] = run
        back = rules.comes_back(step, grade, steps)
        if back is not None:
            steps.append(back)
            self.new_steps.append((attempt.org_id, back))
        answer = rules.answer_of(request, grade, fact_id)
        answers.append(answer)
        self.new_answers.append(
            store.NewAnswer(
                org_id=attempt.org_id,
                learner_id=attempt.learner_id,
                answer=answer,
                misconceptions=grade.misconceptions,
                took_ms=ms,
            )
        )
        fact = rules.graded(attempt, step, item, grade, before=before, now=memory, run=run, ms=ms)
        self.facts.append(_new_fact(request, fact, fact_id))
        if len(answers) == len(steps):
            self.finished.append((request, attempt))
        return answer

    def answered(self, answer: Answer) -> Answered:
        """Return what a learner is told of an accepted answer, now or again."""
        attempt = self.attempts[answer.attempt_id]
        steps = self.steps[answer.attempt_id]
        step = steps[answer.step - 1]
        grade = items.grade(self.content[step.item_id, step.version], answer.response)
        following = _shown(attempt, steps, answer.step + 1, self.content)
        return Answered(
            attempt_id=answer.attempt_id,
            step=answer.step,
            verdict=answer.verdict,
            credit=answer.credit,
            feedback_html=grade.feedback_html,
            solution=grade.solution,
            fact_id=answer.fact_id,
            next=following,
            finished=following is None,
        )

    async def write(self, tx: Batch) -> None:
        """Write what was decided, but for the facts."""
        await store.add_answers(tx, self.new_answers)
        if self.new_steps:
            await store.add_steps(tx, self.new_steps)
        org_of = {attempt.learner_id: attempt.org_id for attempt in self.attempts.values()}
        changed = {
            (one.learner_id, self.steps[one.answer.attempt_id][one.answer.step - 1].item_id)
            for one in self.new_answers
        }
        await store.put_item_memory(tx, [(org_of[key[0]], self.memory[key]) for key in changed])
        await store.put_runs(
            tx, [(org_of[one], one, self.runs[one]) for one in {key[0] for key in changed}]
        )
        if self.finished:
            await self._finish(tx)

    async def _finish(self, tx: Batch) -> None:
        await store.finish(
            tx, [(one.org_id, one.attempt_id, request.time) for request, one in self.finished]
        )
        known = await store.lesson_memory(
            tx, [(one.org_id, one.learner_id, one.course_id) for _, one in self.finished]
        )
        sizes = await store.lessons_in(
            tx, [(one.org_id, one.course_id) for _, one in self.finished]
        )
        memory = {(row.learner_id, row.lesson_id): row for row in known}
        rows: list[tuple[OrgId, LessonMemory]] = []
        for request, attempt in self.finished:
            steps = self.steps[attempt.attempt_id]
            answers = self.answers[attempt.attempt_id]
            right = rules.right_first(steps, {one.step: one.verdict for one in answers})
            day = local_date(request.time, request.zone)
            key = (attempt.learner_id, attempt.lesson_id)
            memory[key] = rules.lesson_after(
                memory.get(key), attempt, day=day, share=right / attempt.items
            )
            rows.append((attempt.org_id, memory[key]))
            done = rules.lessons_done(memory.values(), attempt)
            fact = rules.completed(
                attempt, memory[key], right=right, course_done=done >= sizes[attempt.course_id]
            )
            fact_id = FactId(derived_id(attempt.attempt_id, "completed"))
            self.facts.append(_new_fact(request, fact, fact_id))
            self.facts.append(_day_active(request, day))
        await store.put_lesson_memory(tx, rows)


def _new_fact(request: AnswerRequest, data: Payload, fact_id: FactId) -> NewFact:
    return NewFact(
        org_id=request.org_id,
        source=SOURCE,
        fact_id=fact_id,
        type=data.type,
        subject=request.learner_id,
        time=request.time,
        zone=request.zone,
        org_zone=request.org_zone,
        context=str(request.attempt_id),
        parent=request.parent,
        data=data.fields(),
    )


def _day_active(request: AnswerRequest, day: date) -> NewFact:
    """Return the fact that the day's minimum was met; the log takes it once a day."""
    local = request.time.astimezone(zone(request.zone))
    data = DayActive(
        local_date=day.isoformat(),
        hour=local.hour,
        weekday=day.isoweekday(),
    )
    return _new_fact(request, data, day_id(request.org_id, request.learner_id, day))


async def write_answers(
    tx: BatchTx, requests: Sequence[AnswerRequest], *, now: datetime, chance: Random
) -> list[Accepted | Problem]:
    """Grade and store a batch of answers; return a result or a refusal for each, in order.

    The first accepted answer to a step counts. An answer that repeats it, or comes too
    late for it, gets the same result and tells no new fact.
    """
    flush = _Flush()
    await flush.read(tx, requests)
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
    told: defaultdict[AttemptId, list[Fact]] = defaultdict(list)
    for fact in facts:
        told[AttemptId(UUID(fact.context))].append(fact)
    return [
        one
        if isinstance(one, Problem)
        else Accepted(answered=flush.answered(one), facts=told.pop(one.attempt_id, []))
        for one in stood
    ]
