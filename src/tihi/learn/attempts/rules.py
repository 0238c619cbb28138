"""Decisions about attempts: the order of steps, whose turn it is, what comes back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from tihi.base.chance import SeededRandom, shuffled
from tihi.base.ids import AttemptId, FactId, ItemId, LearnerId
from tihi.facts.learning import AnswerGraded, LessonCompleted
from tihi.learn.attempts.model import (
    Answer,
    AnswerRequest,
    Attempt,
    AttemptOver,
    ItemMemory,
    KeyUsed,
    LessonMemory,
    NotThisStep,
    SkillResult,
    Step,
)
from tihi.learn.items.model import Grade, Item, ItemVersion, Kind, Verdict

ATTEMPT_LASTS = timedelta(days=30)
_COMES_BACK = 2
_READING_MS_BASE = 500
_READING_MS_A_SIGN = 8
_READING_MS_MOST = 2500


def plan(attempt: AttemptId, items: Sequence[ItemVersion], seed: int) -> list[Step]:
    """Return the first steps of an attempt: each item once, in the order drawn from `seed`."""
    ordered = shuffled(items, SeededRandom("order", seed))
    return [
        Step(
            attempt_id=attempt,
            step=number,
            item_id=item.item_id,
            version=item.version,
            again=False,
        )
        for number, item in enumerate(ordered, start=1)
    ]


def replayed(request: AnswerRequest, answers: Sequence[Answer]) -> Answer | None:
    """Return the accepted answer that `request` repeats or comes too late for, else None.

    The first accepted answer to a step counts; who comes later gets its result.

    Raises:
        KeyUsed: its key belongs to another answer.
    """
    for answer in answers:
        if answer.key == request.key:
            if answer.step == request.step and answer.response == request.answer:
                return answer
            raise KeyUsed
    return next((answer for answer in answers if answer.step == request.step), None)


def open_step(
    request: AnswerRequest, attempt: Attempt, steps: Sequence[Step], answered: int
) -> Step:
    """Return the step that `request` answers.

    Raises:
        AttemptOver: the attempt was open for 30 days.
        NotThisStep: another step is open, or none.
    """
    if request.time >= attempt.expires_at:
        raise AttemptOver
    if request.step != answered + 1 or request.step > len(steps):
        raise NotThisStep(f"step {answered + 1} is next", next_step=answered + 1)
    return steps[request.step - 1]


def comes_back(step: Step, grade: Grade, steps: Sequence[Step]) -> Step | None:
    """Return the step that brings a missed item back at the end, at most twice an item."""
    shown = sum(other.item_id == step.item_id for other in steps)
    if grade.verdict is Verdict.RIGHT or shown > _COMES_BACK:
        return None
    return Step(
        attempt_id=step.attempt_id,
        step=len(steps) + 1,
        item_id=step.item_id,
        version=step.version,
        again=True,
    )


def replanned(steps: Sequence[Step], verdicts: Sequence[Verdict], item: ItemId) -> list[Step]:
    """Return the steps of an attempt under way after an answer to `item` was graded otherwise.

    An item that is right now need not come back, unless it is on the screen already; one that
    is missed now comes back as any other does.

    Args:
        steps: as they are planned.
        verdicts: of the steps that are answered, in order, the corrected one among them.
        item: the item of the corrected answer.
    """
    shown = len(verdicts) + 1
    own = [step for step in steps if step.item_id == item]
    last = max(step.step for step in own if step.step < shown)
    if verdicts[last - 1] is Verdict.RIGHT:
        kept = [step for step in steps if step.item_id != item or step.step <= shown]
        return [
            msgspec.structs.replace(step, step=number) for number, step in enumerate(kept, start=1)
        ]
    if own[-1].step >= shown or len(own) > _COMES_BACK:
        return list(steps)
    return [*steps, msgspec.structs.replace(own[-1], step=len(steps) + 1, again=True)]


def took_ms(request: AnswerRequest, attempt: Attempt, answers: Sequence[Answer]) -> int:
    """Return the milliseconds from showing the step to its answer, by the server's clock."""
    shown: datetime = answers[-1].answered_at if answers else attempt.opened_at
    return max(0, min(int((request.time - shown) / timedelta(milliseconds=1)), 2**31 - 1))


def hasty(item: Item, ms: int) -> bool:
    """Return whether `ms` is less than anyone needs to read the question.

    Half a second and 8 ms a character, at most 2.5 s: about 1,500 words a minute, three
    times what trained readers reach (Brysbaert 2019 gives 238 words a minute on average).
    """
    needed = _READING_MS_BASE + _READING_MS_A_SIGN * len(item.prompt.source)
    return ms < min(needed, _READING_MS_MOST)


def remembered(
    before: ItemMemory | None,
    learner: LearnerId,
    item: ItemId,
    *,
    day: date,
    right: bool,
) -> ItemMemory:
    """Return what is known of learner and item after one more answer on `day`."""
    last, times = _on_last_date(before, day)
    return ItemMemory(
        learner_id=learner,
        item_id=item,
        times=(before.times if before else 0) + 1,
        last_date=last,
        times_that_date=times,
        ever_right=right or (before is not None and before.ever_right),
    )


def _on_last_date(before: ItemMemory | LessonMemory | None, day: date) -> tuple[date, int]:
    """Return the last date after one more time on `day`, and which time it is on that date.

    A date never goes back: whoever flies east and west again, or says so in the settings, would
    meet everything for the first time that day, each time anew, with all the points for it.
    """
    if before is None or day > before.last_date:
        return day, 1
    return before.last_date, before.times_that_date + 1


def graded(  # noqa: PLR0913  # each is one thing that only learning knows about an answer
    attempt: Attempt,
    step: Step,
    item: Item,
    grade: Grade,
    *,
    before: ItemMemory | None,
    now: ItemMemory,
    run: int,
    ms: int,
) -> AnswerGraded:
    """Return the fact that tells of one graded answer."""
    return AnswerGraded(
        attempt=str(attempt.attempt_id),
        item=str(item.item_id),
        lesson=str(attempt.lesson_id),
        course=str(attempt.course_id),
        kind=Kind(str(item.body.__struct_config__.tag)).value,
        skill=item.skill,
        difficulty=item.difficulty,
        credit=grade.credit,
        right=grade.verdict is Verdict.RIGHT,
        nth_ever=now.times,
        nth_today=now.times_that_date,
        right_before=before is not None and before.ever_right,
        run=run,
        took_ms=ms,
        hasty=hasty(item, ms),
        again=step.again,
    )


def right_first(steps: Sequence[Step], verdicts: Mapping[int, Verdict]) -> int:
    """Return how many items were right at the first try."""
    return sum(verdicts.get(step.step) is Verdict.RIGHT for step in steps if not step.again)


def lesson_after(
    before: LessonMemory | None, attempt: Attempt, *, day: date, share: float
) -> LessonMemory:
    """Return what is known of learner and lesson after one more go on `day`."""
    last, times = _on_last_date(before, day)
    return LessonMemory(
        learner_id=attempt.learner_id,
        lesson_id=attempt.lesson_id,
        course_id=attempt.course_id,
        times=(before.times if before else 0) + 1,
        last_date=last,
        times_that_date=times,
        best=max(share, before.best if before else 0.0),
    )


def lessons_done(memory: Iterable[LessonMemory], attempt: Attempt) -> int:
    """Return how many lessons of the attempt's course its learner has finished."""
    return sum(
        row.learner_id == attempt.learner_id and row.course_id == attempt.course_id
        for row in memory
    )


def completed(
    attempt: Attempt, memory: LessonMemory, *, right: int, course_done: bool
) -> LessonCompleted:
    """Return the fact that tells of a finished lesson."""
    return LessonCompleted(
        attempt=str(attempt.attempt_id),
        lesson=str(attempt.lesson_id),
        course=str(attempt.course_id),
        items=attempt.items,
        right_first=right,
        share=round(right / attempt.items, 5),
        nth_ever=memory.times,
        nth_today=memory.times_that_date,
        course_done=course_done,
    )


def skill_results(
    steps: Sequence[Step], verdicts: Mapping[int, Verdict], skills: Mapping[ItemId, str]
) -> list[SkillResult]:
    """Return how each skill went at the first try, in the order met."""
    found: dict[str, list[bool]] = {}
    for step in steps:
        if not step.again and step.step in verdicts:
            right = verdicts[step.step] is Verdict.RIGHT
            found.setdefault(skills.get(step.item_id, ""), []).append(right)
    return [
        SkillResult(skill=skill, right=sum(rights), of=len(rights))
        for skill, rights in found.items()
        if skill
    ]


def answer_of(request: AnswerRequest, grade: Grade, fact_id: FactId) -> Answer:
    """Return the answer as it is stored."""
    return Answer(
        attempt_id=request.attempt_id,
        step=request.step,
        key=request.key,
        response=request.answer,
        verdict=grade.verdict,
        credit=grade.credit,
        fact_id=fact_id,
        answered_at=request.time,
    )
