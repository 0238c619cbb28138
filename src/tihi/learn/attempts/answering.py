"""How a batch of answers becomes rows and facts, with as few statements as can be.

    lock the learners ─▶ read what is not remembered ─▶ decide ─▶ write, in one statement

Every write draws a new mark for its learners. What a process remembers of a learner is true as
long as the mark in the locked row is the one it wrote itself; after any other writer, or after
a commit that failed, it is not, and is read again (ADR 41).
"""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tihi.base.chance import Random, SeededRandom
from tihi.base.ids import AttemptId, FactId, ItemId, LearnerId, OrgId, derived_id
from tihi.base.problem import Missing
from tihi.facts.envelope import NewFact, Payload
from tihi.facts.learning import DAY_SOURCE, DayActive, day_id
from tihi.learn.attempts import rules, store
from tihi.learn.attempts.model import (
    Answer,
    Answered,
    AnswerRequest,
    Attempt,
    ItemMemory,
    LessonMemory,
    Step,
    StepView,
)
from tihi.learn.items import service as items
from tihi.learn.items.model import Item, Verdict
from tihi.platform.clock import local_date, zone
from tihi.platform.db import Batch

_MOST_KNOWN = 5_000
_MOST_ATTEMPTS = 4


class Going:
    """An attempt that is under way, with its steps and answers in order."""

    def __init__(self, attempt: Attempt, steps: Sequence[Step], answers: Sequence[Answer]) -> None:
        self.attempt = attempt
        self.steps = list(steps)
        self.answers = list(answers)


class Learner:
    """What is known of one learner as of `mark`.

    Attributes:
        run: right answers in a row.
        going: attempts that were answered lately, the last one last.
        memory: of the items of those attempts; None for one that was never answered.
    """

    def __init__(self, mark: int, run: int) -> None:
        self.mark = mark
        self.run = run
        self.going: OrderedDict[AttemptId, Going] = OrderedDict()
        self.memory: dict[ItemId, ItemMemory | None] = {}

    def add(self, going: Going, memory: Sequence[ItemMemory]) -> None:
        """Remember an attempt that was read, and its items."""
        self.going[going.attempt.attempt_id] = going
        if len(self.going) > _MOST_ATTEMPTS:
            self.going.popitem(last=False)
            kept = {step.item_id for one in self.going.values() for step in one.steps}
            self.memory = {item: one for item, one in self.memory.items() if item in kept}
        self.memory.update(dict.fromkeys(step.item_id for step in going.steps))
        self.memory.update((one.item_id, one) for one in memory)


class Known:
    """What one process remembers of learners, the most recent 5,000."""

    def __init__(self) -> None:
        self._learners: OrderedDict[LearnerId, Learner] = OrderedDict()

    def as_of(self, locked: store.Locked) -> Learner:
        """Return what is known of a learner, if it is still true; else an empty page."""
        found = self._learners.pop(locked.learner_id, None)
        if found is None or found.mark != locked.mark:
            found = Learner(locked.mark, locked.run)
        return found

    def keep(self, learner: LearnerId, page: Learner) -> None:
        """Remember `learner` until the next batch; without this, nothing is remembered."""
        self._learners[learner] = page
        while len(self._learners) > _MOST_KNOWN:
            self._learners.popitem(last=False)


class Flush:
    """What one batch of answers reads, decides and writes."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._learners: dict[LearnerId, Learner] = {}
        self._going: dict[AttemptId, Going] = {}
        self._marks: dict[LearnerId, int] = {}
        self._org_of: dict[LearnerId, OrgId] = {}
        self.content: dict[tuple[ItemId, int], Item] = {}
        self.new_answers: list[store.NewAnswer] = []
        self.new_steps: list[store.NewStep] = []
        self._changed: set[tuple[LearnerId, ItemId]] = set()
        self._finished: list[tuple[AnswerRequest, Going]] = []
        self.facts: list[NewFact] = []

    async def read(self, tx: Batch, requests: Sequence[AnswerRequest], chance: Random) -> None:
        """Lock the batch's learners and read what is not remembered of them."""
        self._org_of = {one.learner_id: one.org_id for one in requests}
        keys = [(self._org_of[one], one) for one in sorted(self._org_of)]
        self._marks = {learner: chance.bits(62) for _, learner in keys}
        for row in await store.lock(tx, keys, self._marks):
            self._learners[row.learner_id] = self._known.as_of(row)
        wanted = {
            (one.org_id, one.attempt_id)
            for one in requests
            if one.attempt_id not in self._learners[one.learner_id].going
        }
        if wanted:
            await self._read_attempts(tx, sorted(wanted))
        for learner in self._learners.values():
            self._going.update(learner.going)
        self.content = await items.versions(
            tx,
            [
                (one.attempt.org_id, step.item_id, step.version)
                for request in requests
                if (one := self._going.get(request.attempt_id)) is not None
                for step in one.steps
            ],
        )

    async def _read_attempts(self, tx: Batch, keys: Sequence[tuple[OrgId, AttemptId]]) -> None:
        orgs, ids = [org for org, _ in keys], [attempt for _, attempt in keys]
        found = await store.attempts(tx, orgs, ids)
        steps: defaultdict[AttemptId, list[Step]] = defaultdict(list)
        answers: defaultdict[AttemptId, list[Answer]] = defaultdict(list)
        for step in await store.steps(tx, orgs, ids):
            steps[step.attempt_id].append(step)
        for answer in await store.answers(tx, orgs, ids):
            answers[answer.attempt_id].append(answer)
        mine = [one for one in found if one.learner_id in self._learners]
        memory: defaultdict[LearnerId, list[ItemMemory]] = defaultdict(list)
        wanted = {
            (one.org_id, one.learner_id, step.item_id)
            for one in mine
            for step in steps[one.attempt_id]
        }
        for row in await store.item_memory(tx, sorted(wanted)):
            memory[row.learner_id].append(row)
        for one in mine:
            going = Going(one, steps[one.attempt_id], answers[one.attempt_id])
            self._learners[one.learner_id].add(going, memory[one.learner_id])

    def decide(self, request: AnswerRequest, fact_id: FactId) -> Answer:
        """Decide one request; return the answer that stands for its step.

        Raises:
            Problem: it is refused; nothing of the batch has changed then.
        """
        going = self._going.get(request.attempt_id)
        if going is None or going.attempt.learner_id != request.learner_id:
            raise Missing
        attempt, steps, answers = going.attempt, going.steps, going.answers
        stood = rules.replayed(request, answers)
        if stood is not None:
            return stood
        step = rules.open_step(request, attempt, steps, len(answers))
        item = self.content[step.item_id, step.version]
        grade = items.grade(item, request.answer)
        ms = rules.took_ms(request, attempt, answers)
        learner = self._learners[attempt.learner_id]
        before = learner.memory.get(item.item_id)
        right = grade.verdict is Verdict.RIGHT
        memory = rules.remembered(
            before,
            attempt.learner_id,
            item.item_id,
            day=local_date(request.time, request.zone),
            right=right,
        )
        learner.memory[item.item_id] = memory
        self._changed.add((attempt.learner_id, item.item_id))
        learner.run = learner.run + 1 if right else 0
        back = rules.comes_back(step, grade, steps)
        if back is not None:
            steps.append(back)
            self.new_steps.append(store.new_step(attempt.org_id, back))
        answer = rules.answer_of(request, grade, fact_id)
        answers.append(answer)
        self.new_answers.append(
            store.new_answer(attempt, answer, misconceptions=grade.misconceptions, took_ms=ms)
        )
        fact = rules.graded(
            attempt, step, item, grade, before=before, now=memory, run=learner.run, ms=ms
        )
        self.facts.append(_new_fact(request, fact, fact_id))
        if len(answers) == len(steps):
            self._finished.append((request, going))
        return answer

    def answered(self, answer: Answer) -> Answered:
        """Return what a learner is told of an accepted answer, now or again."""
        going = self._going[answer.attempt_id]
        step = going.steps[answer.step - 1]
        grade = items.grade(self.content[step.item_id, step.version], answer.response)
        following = shown(going.attempt, going.steps, answer.step + 1, self.content)
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
        """Write what was decided, but for the facts; remember it."""
        changed = sorted({learner for learner, _ in self._changed})
        memory: list[store.NewMemory] = []
        for learner, item in sorted(self._changed):
            row = self._learners[learner].memory[item]
            if row is not None:
                memory.append(store.new_memory(self._org_of[learner], row))
        await store.write(
            tx,
            answers=self.new_answers,
            steps=self.new_steps,
            memory=memory,
            learners=[
                (self._org_of[one], one, self._learners[one].run, self._marks[one])
                for one in changed
            ],
        )
        if self._finished:
            await self._finish(tx)
        for one in changed:
            self._learners[one].mark = self._marks[one]

    def keep(self) -> None:
        """Remember the batch's learners; it is true only once what was written is committed."""
        for learner, page in self._learners.items():
            self._known.keep(learner, page)

    async def _finish(self, tx: Batch) -> None:
        done = [(request, going.attempt) for request, going in self._finished]
        await store.finish(tx, [(one.org_id, one.attempt_id, asked.time) for asked, one in done])
        known = await store.lesson_memory(
            tx, [(one.org_id, one.learner_id, one.course_id) for _, one in done]
        )
        sizes = await store.lessons_in(tx, [(one.org_id, one.course_id) for _, one in done])
        memory = {(row.learner_id, row.lesson_id): row for row in known}
        rows: list[tuple[OrgId, LessonMemory]] = []
        for request, going in self._finished:
            attempt = going.attempt
            right = rules.right_first(going.steps, {one.step: one.verdict for one in going.answers})
            day = local_date(request.time, request.zone)
            key = (attempt.learner_id, attempt.lesson_id)
            memory[key] = rules.lesson_after(
                memory.get(key), attempt, day=day, share=right / attempt.items
            )
            rows.append((attempt.org_id, memory[key]))
            lessons = rules.lessons_done(memory.values(), attempt)
            fact = rules.completed(
                attempt, memory[key], right=right, course_done=lessons >= sizes[attempt.course_id]
            )
            fact_id = FactId(derived_id(attempt.attempt_id, "completed"))
            self.facts.append(_new_fact(request, fact, fact_id))
            self.facts.append(_day_active(request, day))
        await store.put_lesson_memory(tx, rows)


def shown(
    attempt: Attempt,
    steps: Sequence[Step],
    number: int,
    content: dict[tuple[ItemId, int], Item],
) -> StepView | None:
    """Return step `number` of an attempt as its learner sees it; None behind the last."""
    if number > len(steps):
        return None
    step = steps[number - 1]
    item = content[step.item_id, step.version]
    chance = SeededRandom("shown", attempt.seed, step.step)
    return StepView(
        step=step.step, of=len(steps), again=step.again, item=items.present(item, chance)
    )


def _new_fact(request: AnswerRequest, data: Payload, fact_id: FactId | UUID) -> NewFact:
    return NewFact(
        org_id=request.org_id,
        source=DAY_SOURCE,
        fact_id=FactId(fact_id),
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
