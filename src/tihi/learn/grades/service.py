"""What can be done with grades: read a learner's answers, ask about one, correct or keep it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tihi.base.chance import Random
from tihi.base.ids import (
    AccountId,
    AttemptId,
    ClassId,
    FactId,
    LearnerId,
    derived_id,
    fresh_id,
)
from tihi.base.problem import Missing
from tihi.facts.envelope import Fact, NewFact
from tihi.facts.grades import GradeOverridden
from tihi.facts.learning import DAY_SOURCE, AnswerGraded, LessonCompleted
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts.model import Regraded
from tihi.learn.grades import rules, store
from tihi.learn.grades.model import (
    AnswerCard,
    AnswersPage,
    AskedAnswer,
    Correction,
    CorrectionCard,
    Given,
    Keep,
    NewGrade,
    NewRequest,
    NobodyToAsk,
    OpenRequests,
    OwnAnswers,
    Request,
    RequestCard,
)
from tihi.learn.items import service as items
from tihi.learn.items.model import Kind
from tihi.people.accounts import service as accounts
from tihi.people.audit import service as audit
from tihi.people.audit.model import Kind as Noted
from tihi.people.audit.model import Note
from tihi.people.classes import service as classes
from tihi.platform.db import Tx
from tihi.platform.log.append import append

_PAGE = 20
_MOST_ASKED = 50


async def page(tx: Tx, learner: LearnerId, *, before: int | None) -> AnswersPage:
    """Return a learner's answers as staff see them, newest first."""
    rows = await store.given(tx, learner, before=before or store.LAST, most=_PAGE + 1)
    shown = rows[:_PAGE]
    names = await accounts.names(tx, [AccountId(learner)])
    return AnswersPage(
        learner_id=learner,
        display_name=names[AccountId(learner)].display_name,
        answers=await _cards(tx, shown),
        next_before=shown[-1].n if len(rows) > _PAGE else None,
    )


async def card(tx: Tx, learner: LearnerId, answer: FactId) -> AnswerCard:
    """Return one answer as staff see it.

    Raises:
        Missing: the learner gave no such answer.
    """
    for one in await _cards(
        tx, await store.given(tx, learner, before=store.LAST, most=1, answer=answer)
    ):
        return one
    raise Missing


async def own(tx: Tx, learner: LearnerId, attempt: AttemptId) -> OwnAnswers:
    """Return a learner's answers in one attempt.

    Raises:
        Missing: the learner has no such attempt.
    """
    rows = await store.given_in(tx, learner, attempt)
    if not rows:
        await attempts.view(tx, learner, attempt)
    return OwnAnswers(attempt_id=attempt, answers=await _cards(tx, rows))


async def asked(tx: Tx, learner: LearnerId) -> list[AnswerCard]:
    """Return the newest 50 answers that a learner asked about, the last one first."""
    return await _cards(tx, await store.asked_of(tx, learner, most=_MOST_ASKED))


async def asked_in(tx: Tx, class_id: ClassId) -> list[AskedAnswer]:
    """Return up to 50 answers that learners of a class wait about, the first to ask first."""
    rows = await store.asked_in(tx, class_id, most=_MOST_ASKED)
    names = await accounts.names(tx, [AccountId(row.learner_id) for row in rows])
    return [
        AskedAnswer(
            learner_id=row.learner_id,
            display_name=names[AccountId(row.learner_id)].display_name,
            answer=shown,
        )
        for row, shown in zip(rows, await _cards(tx, rows), strict=True)
    ]


async def open_requests(tx: Tx, *, taught_by: AccountId | None) -> list[OpenRequests]:
    """Return how many requests are open in each class with any that `taught_by` teaches."""
    return await store.open_requests(tx, taught_by=taught_by)


async def _cards(tx: Tx, rows: Sequence[Given]) -> list[AnswerCard]:
    answers = [row.answer_id for row in rows]
    content = await items.versions(tx, [(tx.org_id, row.item_id, row.version) for row in rows])
    corrections = await store.corrections(tx, answers)
    requests = await store.requests(tx, answers)
    staff = {one.corrected_by for found in corrections.values() for one in found}
    staff |= {one.kept_by for one in requests.values() if one.kept_by is not None}
    names = {
        account: one.display_name
        for account, one in (await accounts.names(tx, list(staff))).items()
    }
    cards: list[AnswerCard] = []
    for row in rows:
        item = content[row.item_id, row.version]
        request = requests.get(row.answer_id)
        cards.append(
            AnswerCard(
                answer_id=row.answer_id,
                lesson=row.lesson,
                again=row.again,
                kind=Kind(str(item.body.__struct_config__.tag)),
                prompt_html=item.prompt.html,
                given_html=items.said(item, row.response),
                solution_html=items.solved(item, row.response),
                verdict=row.verdict,
                credit=row.credit,
                answered_at=row.answered_at,
                corrections=[
                    CorrectionCard(
                        at=one.corrected_at,
                        by=names.get(one.corrected_by),
                        old_credit=one.old_credit,
                        credit=one.credit,
                        reason=one.reason,
                    )
                    for one in corrections.get(row.answer_id, ())
                ],
                request=None if request is None else _request_card(request, row.credit, names),
            )
        )
    return cards


def _request_card(request: Request, credit: float, names: Mapping[AccountId, str]) -> RequestCard:
    return RequestCard(
        statement=request.statement,
        asked_at=request.asked_at,
        credit=request.credit,
        state=rules.state(request, credit),
        kept_at=request.kept_at,
        kept_by=None if request.kept_by is None else names.get(request.kept_by),
        reason=request.reason,
    )


async def ask(
    tx: Tx,
    learner: LearnerId,
    answer_id: FactId,
    new: NewRequest,
    *,
    now: datetime,
    chance: Random,
) -> AnswerCard:
    """Ask that the grade of an answer be looked at again; return the answer with the request.

    The same key again changes nothing. Corrections lock the learner likewise, so that a request
    is about the grade that its learner saw or a newer one.

    Raises:
        Missing: the learner gave no such answer.
        UnfitStatement: it says nothing or too much.
        AskedBefore: there is a request about the answer.
        GradeKeyUsed: the key came with other words.
        EnoughAsked: five requests of the learner are open.
        NobodyToAsk: the learner is in no class.
    """
    new = rules.clean_request(new)
    await attempts.lock(tx, learner, chance=chance)
    _, attempt_id = await _told(tx, learner, answer_id)
    _, answer = await attempts.step_of(tx, learner, attempt_id, answer_id)
    before = (await store.requests(tx, [answer_id])).get(answer_id)
    if not rules.asks_again(new, before):
        if not await classes.classes_of(tx, AccountId(learner)):
            raise NobodyToAsk
        rules.may_ask(await store.waiting(tx, learner))
        await store.ask(tx, learner, attempt_id, answer_id, new, credit=answer.credit, now=now)
    return await card(tx, learner, answer_id)


async def keep(  # noqa: PLR0913  # whose, which, why, by whom, when
    tx: Tx,
    learner: LearnerId,
    answer_id: FactId,
    asked: Keep,
    *,
    by: AccountId,
    now: datetime,
    chance: Random,
) -> AnswerCard:
    """Keep a grade that its learner asked about; what they said stays beside it (P7).

    Raises:
        Missing: the learner gave no such answer.
        NothingOpen: nobody waits for it, or not any more.
    """
    await attempts.lock(tx, learner, chance=chance)
    shown = await card(tx, learner, answer_id)
    request = (await store.requests(tx, [answer_id])).get(answer_id)
    if rules.keeps_again(asked, request, shown.credit):
        return shown
    await store.keep(tx, learner, answer_id, asked.reason, by=by, now=now)
    note = Note(
        kind=Noted.GRADE_KEPT,
        actor=by,
        subject=AccountId(learner),
        detail=shown.verdict.value,
    )
    await audit.note(tx, note, now=now, chance=chance)
    return await card(tx, learner, answer_id)


async def correct(  # noqa: PLR0913  # whose, which, how, by whom, when
    tx: Tx,
    learner: LearnerId,
    answer_id: FactId,
    asked: NewGrade,
    *,
    by: AccountId,
    now: datetime,
    chance: Random,
) -> list[Fact]:
    """Correct the grade of an answer; return the facts to be published after the commit.

    The learner's row is locked first: corrections and answers of one learner follow one another,
    and each sees what the one before it wrote. The same key again changes nothing.

    Raises:
        Missing: the learner gave no such answer.
        UnfitGrade: the grade is not from 0 to 1.
        SameGrade: the answer is graded so already.
        GradeKeyUsed: the key belongs to another correction.
    """
    asked = rules.clean(asked)
    await attempts.lock(tx, learner, chance=chance)
    told, attempt_id = await _told(tx, learner, answer_id)
    before = (await store.corrections(tx, [answer_id])).get(answer_id, [])
    if rules.repeats(asked, before):
        return []
    step, answer = await attempts.step_of(tx, learner, attempt_id, answer_id)
    rules.changes(asked, answer.credit)
    stood = rules.gradings(told, before)
    run = await store.run_before(tx, learner, told.n) + 1 if asked.credit == 1 else 0
    fact_id = FactId(fresh_id(now, chance))
    await store.add(
        tx,
        Correction(
            answer_id=answer_id,
            nth=len(stood),
            fact_id=fact_id,
            key=asked.key,
            learner_id=learner,
            corrected_by=by,
            corrected_at=now,
            old_credit=answer.credit,
            credit=asked.credit,
            run=run,
            reason=asked.reason,
        ),
    )
    result = await attempts.regrade(
        tx,
        learner,
        step,
        asked.credit,
        run=await store.run_before(tx, learner),
        chance=chance,
    )
    graded = rules.regraded(stood[0], asked.credit, run=run)
    fact = rules.overridden(told, stood, graded, asked.reason.value)
    fact = await _with_lesson(tx, learner, fact, result)
    await audit.note(
        tx,
        Note(
            kind=Noted.GRADE_CORRECTED,
            actor=by,
            subject=AccountId(learner),
            detail=f"{answer.verdict.value} {items.verdict_of(asked.credit).value}",
        ),
        now=now,
        chance=chance,
    )
    return await append(tx, [_new_fact(told, fact, fact_id, now)], now=now)


async def _told(tx: Tx, learner: LearnerId, answer_id: FactId) -> tuple[Fact, AttemptId]:
    """Return the fact of an answer, with its attempt.

    Raises:
        Missing: the learner gave no such answer.
    """
    told = await store.told(tx, learner, answer_id, kind=AnswerGraded.type)
    if told is None:
        raise Missing
    return told, AttemptId(UUID(told.context))


async def _with_lesson(
    tx: Tx, learner: LearnerId, fact: GradeOverridden, result: Regraded
) -> GradeOverridden:
    """Return `fact` with the result of its lesson, where that is finished and was changed."""
    if result.right_first == result.right_first_before:
        return fact
    attempt_id = result.attempt.attempt_id
    completed = FactId(derived_id(attempt_id, "completed"))
    lesson = await store.told(tx, learner, completed, kind=LessonCompleted.type)
    if lesson is None:
        return fact
    best = max(
        await store.best_result(tx, learner, attempt_id),
        result.right_first_before,
        rules.first_result(lesson),
    )
    return rules.with_lesson(
        fact, lesson, before=result.right_first_before, best=best, now=result.right_first
    )


def _new_fact(told: Fact, data: GradeOverridden, fact_id: FactId, now: datetime) -> NewFact:
    return NewFact(
        org_id=told.org_id,
        source=DAY_SOURCE,
        fact_id=fact_id,
        type=data.type,
        subject=told.subject,
        time=now,
        zone=told.zone,
        org_zone=told.org_zone,
        context=told.context,
        parent="",
        data=data.fields(),
    )
