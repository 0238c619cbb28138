"""The nouns of attempts."""

from datetime import date, datetime
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from tihi.base.ids import AttemptId, CourseId, FactId, ItemId, LearnerId, LessonId, OrgId
from tihi.base.problem import Conflict, Gone, Invalid
from tihi.base.value import Value
from tihi.facts.envelope import Fact
from tihi.learn.courses.model import NextLesson
from tihi.learn.items.model import ItemView, Response, Solution, Verdict


class Step(Value):
    """One step of an attempt; `again` when it brings back an item that was missed."""

    attempt_id: AttemptId
    step: int
    item_id: ItemId
    version: int
    again: bool


class Answer(Value):
    """The accepted answer to one step."""

    attempt_id: AttemptId
    step: int
    key: UUID
    response: Response
    verdict: Verdict
    credit: float
    fact_id: FactId
    answered_at: datetime


class Attempt(Value):
    """An attempt as stored."""

    org_id: OrgId
    attempt_id: AttemptId
    learner_id: LearnerId
    lesson_id: LessonId
    course_id: CourseId
    seed: int
    items: int
    opened_at: datetime
    expires_at: datetime
    finished_at: datetime | None


class StepView(Value):
    """A step as shown; `of` counts the steps known now and grows when an item comes back."""

    step: int
    of: int
    again: bool
    item: ItemView


class AttemptView(Value):
    """An attempt as its learner sees it; `trail` has the verdict of each answered step."""

    attempt_id: AttemptId
    lesson_id: LessonId
    lesson: str
    course_id: CourseId
    course: str
    items: int
    answered: int
    trail: list[Verdict]
    finished: bool
    step: StepView | None


class GivenAnswer(Value):
    """What a browser sends; a score in it is refused like any field that is not known."""

    step: int
    answer: Response
    key: UUID


class TaskAnswer(Value):
    """The same over Socket.IO, where no path names the attempt."""

    attempt: AttemptId
    step: int
    answer: Response
    key: UUID


class AnswerRequest(Value):
    """An answer on its way to the writer, with what the session says of its learner."""

    org_id: OrgId
    learner_id: LearnerId
    attempt_id: AttemptId
    step: int
    answer: Response
    key: UUID
    time: datetime
    zone: str
    org_zone: str
    parent: str


class Answered(Value):
    """What an answer led to. `credit` is 0 to 1; `next` is None when the attempt is done."""

    attempt_id: AttemptId
    step: int
    verdict: Verdict
    credit: float
    feedback_html: list[str]
    solution: Solution
    fact_id: FactId
    next: StepView | None
    finished: bool


class Accepted(Value):
    """An `Answered` and the facts that tell of it, to be published after the commit."""

    answered: Answered
    facts: list[Fact]


class SkillResult(Value):
    """How a skill went in an attempt, counted at the first try."""

    skill: str
    right: int
    of: int


class AttemptSummary(Value):
    """An attempt in figures; `seconds` from opening to the last answer."""

    attempt_id: AttemptId
    lesson: str
    items: int
    right_first: int
    answers: int
    seconds: int
    skills: list[SkillResult]
    next: NextLesson | None


class ItemMemory(Value):
    """What a learner's earlier answers to an item amount to."""

    learner_id: LearnerId
    item_id: ItemId
    times: int
    last_date: date
    times_that_date: int
    ever_right: bool


class LessonMemory(Value):
    """What a learner's earlier goes through a lesson amount to."""

    learner_id: LearnerId
    lesson_id: LessonId
    course_id: CourseId
    times: int
    last_date: date
    times_that_date: int
    best: float


class Regraded(Value):
    """An attempt after the grade of one of its answers was corrected.

    `right_first` counts the items that are right at the first try, `right_first_before` before.
    """

    attempt: Attempt
    right_first: int
    right_first_before: int


class NotThisStep(Conflict):
    """The step is not the one that is open."""

    slug: ClassVar[str] = "attempts/not-this-step"
    title: ClassVar[str] = "That step is not open yet"


class KeyUsed(Conflict):
    """The idempotency key came before with another answer."""

    slug: ClassVar[str] = "attempts/key-used"
    title: ClassVar[str] = "That key was used for another answer"


class AttemptOver(Gone):
    """The attempt was open for 30 days and is closed."""

    slug: ClassVar[str] = "attempts/over"
    title: ClassVar[str] = "This go at the lesson is over. Begin a new one"
    status: ClassVar[HTTPStatus] = HTTPStatus.GONE


class EmptyLesson(Invalid):
    """The lesson has no items."""

    slug: ClassVar[str] = "attempts/empty-lesson"
    title: ClassVar[str] = "This lesson has no questions yet"
