"""HTTP for grades."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tihi.base.ids import AccountId, AttemptId, ClassId, FactId, LearnerId
from tihi.base.problem import Missing, TooMany
from tihi.learn.grades import service
from tihi.learn.grades.model import (
    AnswerCard,
    AnswersPage,
    AskedAnswer,
    AskedBefore,
    EnoughAsked,
    GradeKeyUsed,
    Keep,
    NewGrade,
    NewRequest,
    NobodyToAsk,
    NothingOpen,
    OpenRequests,
    OwnAnswers,
    SameGrade,
    UnfitGrade,
    UnfitStatement,
)
from tihi.people.classes import service as classes
from tihi.people.members import service as members
from tihi.platform.clock import local_date
from tihi.platform.db import LARGEST, Tx
from tihi.platform.http import LEARNERS, STAFF, Actor, Call, Given, Role, may, problems

_ASKS = 20
_ASKS_S = 3600
_ANSWERS = "/api/v1/classes/{class_id:uuid}/learners/{learner_id:uuid}/answers"


def _reader(actor: Actor) -> AccountId | None:
    """Return whose classes are seen: an admin sees every class."""
    return None if actor.role is Role.ADMIN else actor.account_id


async def _check_taught(tx: Tx, call: Call, class_id: UUID, learner_id: UUID) -> LearnerId:
    who = call.actor
    await members.check_taught(
        tx,
        ClassId(class_id),
        AccountId(learner_id),
        reader=_reader(who),
        today=local_date(call.clock.now(), who.zone),
    )
    return LearnerId(learner_id)


@get(
    _ANSWERS,
    opt=may(STAFF, record=True),
    responses=problems(Missing),
)
async def list_answers(
    call: Given,
    class_id: FromPath[UUID],
    learner_id: FromPath[UUID],
    before: Annotated[int | None, QueryParameter(ge=0, le=LARGEST)] = None,
) -> AnswersPage:
    """List the answers of a learner in a class of yours, newest first."""
    async with call.db.tx(call.actor.org_id) as tx:
        learner = await _check_taught(tx, call, class_id, learner_id)
        return await service.page(tx, learner, before=before)


@post(
    f"{_ANSWERS}/{{answer_id:uuid}}/grade",
    opt=may(STAFF),
    status_code=200,
    responses=problems(Missing, UnfitGrade, SameGrade, GradeKeyUsed),
)
async def correct_grade(
    call: Given,
    class_id: FromPath[UUID],
    learner_id: FromPath[UUID],
    answer_id: FromPath[UUID],
    data: JSONBody[NewGrade],
) -> AnswerCard:
    """Correct the grade of an answer; its points follow. The same key again changes nothing."""
    answer = FactId(answer_id)
    async with call.db.tx(call.actor.org_id) as tx:
        learner = await _check_taught(tx, call, class_id, learner_id)
        facts = await service.correct(
            tx,
            learner,
            answer,
            data,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )
        shown = await service.card(tx, learner, answer)
    call.bus.publish(facts)
    return shown


@post(
    f"{_ANSWERS}/{{answer_id:uuid}}/keep",
    opt=may(STAFF),
    status_code=200,
    responses=problems(Missing, NothingOpen),
)
async def keep_grade(
    call: Given,
    class_id: FromPath[UUID],
    learner_id: FromPath[UUID],
    answer_id: FromPath[UUID],
    data: JSONBody[Keep],
) -> AnswerCard:
    """Keep a grade that its learner asked about, and say why; their words stay beside it."""
    async with call.db.tx(call.actor.org_id) as tx:
        learner = await _check_taught(tx, call, class_id, learner_id)
        return await service.keep(
            tx,
            learner,
            FactId(answer_id),
            data,
            by=call.actor.account_id,
            now=call.clock.now(),
            chance=call.chance,
        )


@get("/api/v1/grade-requests", opt=may(STAFF), responses=problems())
async def count_requests(call: Given) -> list[OpenRequests]:
    """Count the grades that learners ask about, in each class of yours where there are any."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.open_requests(tx, taught_by=_reader(call.actor))


@get(
    "/api/v1/classes/{class_id:uuid}/grade-requests",
    opt=may(STAFF, record=True),
    responses=problems(Missing),
)
async def list_requests(call: Given, class_id: FromPath[UUID]) -> list[AskedAnswer]:
    """List the answers that learners of a class of yours wait about, the first to ask first."""
    async with call.db.tx(call.actor.org_id) as tx:
        await classes.card(
            tx,
            ClassId(class_id),
            reader=_reader(call.actor),
            today=local_date(call.clock.now(), call.actor.zone),
        )
        return await service.asked_in(tx, ClassId(class_id))


@get(
    "/api/v1/attempts/{attempt_id:uuid}/answers",
    opt=may(LEARNERS),
    responses=problems(Missing),
)
async def list_own_answers(call: Given, attempt_id: FromPath[UUID]) -> OwnAnswers:
    """List your answers in an attempt, with their grades and what was said of them."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.own(tx, call.actor.learner, AttemptId(attempt_id))


@get("/api/v1/me/grade-requests", opt=may(LEARNERS), responses=problems())
async def list_own_requests(call: Given) -> list[AnswerCard]:
    """List the answers that you asked about, the last one first."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.asked(tx, call.actor.learner)


@post(
    "/api/v1/me/answers/{answer_id:uuid}/request",
    opt=may(LEARNERS),
    status_code=200,
    responses=problems(
        Missing, UnfitStatement, AskedBefore, GradeKeyUsed, EnoughAsked, NobodyToAsk, TooMany
    ),
)
async def ask_again(
    call: Given, answer_id: FromPath[UUID], data: JSONBody[NewRequest]
) -> AnswerCard:
    """Ask your teacher to look at a grade again. The same key again changes nothing."""
    await call.cache.limit(f"ask:{call.actor.account_id}", _ASKS, _ASKS_S)
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.ask(
            tx,
            call.actor.learner,
            FactId(answer_id),
            data,
            now=call.clock.now(),
            chance=call.chance,
        )


handlers = [
    list_answers,
    correct_grade,
    keep_grade,
    count_requests,
    list_requests,
    list_own_answers,
    list_own_requests,
    ask_again,
]
