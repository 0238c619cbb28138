"""Socket.IO for attempts: `complete_task`, the same use case as the HTTP route."""

import msgspec

from tihi.base.problem import Forbidden, Invalid, Problem
from tihi.learn.attempts import service
from tihi.learn.attempts.model import Accepted, AnswerRequest, TaskAnswer
from tihi.platform import traces
from tihi.platform.http import Actor, Parts, Role
from tihi.platform.writer import Writer


async def complete_task(
    parts: Parts, answers: Writer[AnswerRequest, Accepted], actor: Actor, payload: object
) -> dict[str, object]:
    """Answer the open step of an attempt; return the result or the problem's body."""
    try:
        return await _complete(parts, answers, actor, payload)
    except Problem as problem:
        return dict(problem.body())


async def _complete(
    parts: Parts, answers: Writer[AnswerRequest, Accepted], actor: Actor, payload: object
) -> dict[str, object]:
    if actor.role is not Role.LEARNER:
        raise Forbidden("only learners answer")
    await service.let_answer(parts.cache, actor)
    try:
        task = msgspec.convert(payload, TaskAnswer)
    except msgspec.ValidationError as error:
        await _note_refused(parts, actor, payload)
        raise Invalid(str(error)) from error
    with traces.step("write") as parent:
        request = service.requested(actor, task.attempt, task, now=parts.clock.now(), parent=parent)
        accepted = await answers.submit(request)
    return msgspec.to_builtins(accepted.answered)


async def _note_refused(parts: Parts, actor: Actor, payload: object) -> None:
    if not service.claims_reward(payload):
        return
    async with parts.db.tx(actor.org_id) as tx:
        await service.note_claim(tx, actor.account_id, now=parts.clock.now(), chance=parts.chance)
