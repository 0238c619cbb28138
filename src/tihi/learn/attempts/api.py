"""HTTP for attempts."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, SkipValidation

from tihi.base.ids import AttemptId, LessonId
from tihi.base.problem import Missing, TooMany, Unavailable
from tihi.learn.attempts import service
from tihi.learn.attempts.model import (
    Accepted,
    Answered,
    AnswerRequest,
    AttemptOver,
    AttemptSummary,
    AttemptView,
    EmptyLesson,
    GivenAnswer,
    KeyUsed,
    NotThisStep,
)
from tihi.learn.items.model import UnfitResponse
from tihi.platform import traces
from tihi.platform.http import LEARNERS, Given, actor_of, may, parts_of, problems
from tihi.platform.writer import Writer

Answers = NamedDependency[SkipValidation[Writer[AnswerRequest, Accepted]]]

_OPENS = 60
_OPEN_WINDOW_S = 600
_FREE_OPENS = 10
"""So many are not counted outside the process, so that learning goes on where Valkey is away."""


async def _note_claim(request: Request[Any, Any, Any]) -> None:
    """Record a client that says itself what its answer is worth; the decoder refuses it (S1)."""
    actor = actor_of(request)
    parts = parts_of(request)
    if actor is None or not service.claims_reward(_loose(await request.body())):
        return
    async with parts.db.tx(actor.org_id) as tx:
        await service.note_claim(tx, actor.account_id, now=parts.clock.now(), chance=parts.chance)


def _loose(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None


@post(
    "/api/v1/lessons/{lesson_id:uuid}/attempts",
    opt=may(LEARNERS),
    status_code=200,
    responses=problems(Missing, EmptyLesson, TooMany),
)
async def open_attempt(call: Given, lesson_id: FromPath[UUID]) -> AttemptView:
    """Begin a lesson, or come back to it."""
    name = f"open:{call.actor.account_id}"
    await call.cache.limit(name, _OPENS, _OPEN_WINDOW_S, free=_FREE_OPENS)
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.open_attempt(
            tx,
            call.actor.learner,
            LessonId(lesson_id),
            now=call.clock.now(),
            chance=call.chance,
        )


@get("/api/v1/attempts/{attempt_id:uuid}", opt=may(LEARNERS), responses=problems(Missing))
async def read_attempt(call: Given, attempt_id: FromPath[UUID]) -> AttemptView:
    """Read an attempt of yours, with the step that is open."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.view(tx, call.actor.learner, AttemptId(attempt_id))


@post(
    "/api/v1/attempts/{attempt_id:uuid}/answers",
    opt=may(LEARNERS),
    status_code=200,
    before_request=_note_claim,
    responses=problems(
        Missing, NotThisStep, KeyUsed, AttemptOver, UnfitResponse, TooMany, Unavailable
    ),
)
async def answer(
    call: Given, answers: Answers, attempt_id: FromPath[UUID], data: JSONBody[GivenAnswer]
) -> Answered:
    """Answer the open step. The same key again gives the same reply."""
    await service.let_answer(call.cache, call.actor)
    with traces.step("write") as parent:
        request = service.requested(
            call.actor, AttemptId(attempt_id), data, now=call.clock.now(), parent=parent
        )
        accepted = await answers.submit(request)
    return accepted.answered


@get("/api/v1/attempts/{attempt_id:uuid}/summary", opt=may(LEARNERS), responses=problems(Missing))
async def read_summary(call: Given, attempt_id: FromPath[UUID]) -> AttemptSummary:
    """Read an attempt of yours in figures."""
    async with call.db.tx(call.actor.org_id) as tx:
        return await service.summary(
            tx, call.actor.learner, AttemptId(attempt_id), now=call.clock.now()
        )


handlers = [open_attempt, read_attempt, answer, read_summary]
