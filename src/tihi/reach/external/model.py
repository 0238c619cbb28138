"""The nouns of facts from outside."""

from datetime import datetime
from http import HTTPStatus
from typing import ClassVar
from uuid import UUID

from tihi.base.ids import FactId, LearnerId
from tihi.base.problem import Conflict, Invalid, Missing, Problem
from tihi.base.value import Value
from tihi.facts.envelope import Fact, Fields, Scalar


class NewExternal(Value):
    """A fact as another product sends it: CloudEvents 1.0, with flat data.

    Attributes:
        id: the product's own; the same id again is the same fact.
        type: such as `external.quiz.passed.v1`.
        subject: the learner's id in Tihi.
        time: when it happened, with its offset.
        data: flat: numbers, truths and codes; no names and no text.
        source: the product's own word; the log keeps the key as the source.
    """

    id: str
    type: str
    subject: UUID
    time: datetime
    data: dict[str, Scalar]
    specversion: str = "1.0"
    source: str = ""


class ExternalBatch(Value):
    """Up to 100 facts, taken all or none."""

    facts: list[NewExternal]


class TakenFact(Value):
    """What became of a fact.

    Attributes:
        known: it was in the log before, word for word, so nothing was added.
        late: it happened more than two days before it was sent.
    """

    id: str
    fact_id: FactId
    known: bool
    late: bool


class TakenBatch(Value):
    """What became of a batch, in its order."""

    facts: list[TakenFact]


class Taken(Value):
    """What a batch led to; `facts` are to be published after the commit."""

    reply: TakenBatch
    facts: list[Fact]


class StoredFact(Value):
    """What the log holds of a fact, to compare another body with."""

    fact_id: FactId
    type: str
    subject: LearnerId
    time: datetime
    data: Fields


class ActivityTypes(Value):
    """Types of facts from outside that meet the org's daily minimum."""

    types: list[str]


class UnfitFact(Invalid):
    """A fact that cannot be taken; the detail says which and why."""

    slug: ClassVar[str] = "external/unfit-fact"
    title: ClassVar[str] = "A fact does not have the expected form"


class OutOfWindow(Invalid):
    """A fact from the future or from too long ago."""

    slug: ClassVar[str] = "external/out-of-window"
    title: ClassVar[str] = "A fact may be 30 days old and not from the future"


class UnknownLearner(Missing):
    """The org has no such learner."""

    slug: ClassVar[str] = "external/unknown-learner"
    title: ClassVar[str] = "There is no such learner here"


class OtherBody(Conflict):
    """The id belongs to a fact that says something else."""

    slug: ClassVar[str] = "external/other-body"
    title: ClassVar[str] = "A fact with that id says something else already"


class TooManyFacts(Problem):
    """A batch of more than 100."""

    slug: ClassVar[str] = "external/too-many-facts"
    title: ClassVar[str] = "Send up to 100 facts at once"
    status: ClassVar[HTTPStatus] = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
