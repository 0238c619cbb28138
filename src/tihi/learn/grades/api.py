"""HTTP for grades."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from tihi.base.ids import AccountId, ClassId, FactId, LearnerId
from tihi.base.problem import Missing
from tihi.learn.grades import service
from tihi.learn.grades.model import (
    AnswerCard,
    AnswersPage,
    GradeKeyUsed,
    NewGrade,
    SameGrade,
    UnfitGrade,
)
from tihi.people.members import service as members
from tihi.platform.clock import local_date
from tihi.platform.db import Tx
from tihi.platform.http import STAFF, Call, Given, Role, may, problems

_ANSWERS = "/api/v1/classes/{class_id:uuid}/learners/{learner_id:uuid}/answers"


async def _check_taught(tx: Tx, call: Call, class_id: UUID, learner_id: UUID) -> LearnerId:
    who = call.actor
    await members.check_taught(
        tx,
        ClassId(class_id),
        AccountId(learner_id),
        reader=None if who.role is Role.ADMIN else who.account_id,
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
    before: FromQuery[int | None] = None,
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


handlers = [list_answers, correct_grade]
