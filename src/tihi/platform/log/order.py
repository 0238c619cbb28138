"""A learner's facts in the order of the log, where the broker hands them over in another.

What is worked out never depends on the order (rules see to that), but what learners read does:
points are entered as they come. After the broker was away, new facts would overtake those that the
sweep brings, and a lesson's end may overtake its last answer. Each fact has its learner's own
number, so a gap tells that something may be on its way, and what is due of it joins the batch.
Facts that consumers chain are left to come when they do: they follow from others, and stand behind
all that waits.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from uuid import UUID

from tihi.base.ids import LearnerId, OrgId
from tihi.base.value import Value
from tihi.facts.envelope import Fact
from tihi.platform.db import Batch
from tihi.platform.sql import Many, load

_EARLIER = Many(load("tihi.platform.log")["earlier"], Fact)
_MOST_KNOWN = 50_000
_MOST_EARLIER = 500
_BEFORE = 8
"""So many facts before the first one of somebody new are looked at: some are of nobody's type."""


class _Gap(Value):
    """Numbers between `low` and `high`, both left out, of which some were not handed over."""

    org_id: OrgId
    learner_id: LearnerId
    low: int
    high: int


class Order:
    """What one consumer of this process has applied last of each learner."""

    def __init__(self, consumer: str, types: frozenset[str]) -> None:
        self._consumer = consumer
        self._types = types
        # By the learner's id as a number, which hashes faster than a UUID.
        self._last: OrderedDict[int, int] = OrderedDict()

    async def earlier(self, tx: Batch, facts: Sequence[Fact]) -> list[Fact]:
        """Return what is due of the learners of `facts` before them, in no order.

        Of a learner who is new here a few facts before are looked up, and only where one of those
        is due all before them: what is applied in order leaves no holes.
        """
        gaps = self._gaps(facts)
        if not gaps:
            return []
        found = await self._read(tx, gaps)
        late = {fact.subject for fact in found}
        new = [
            _Gap(org_id=one.org_id, learner_id=one.learner_id, low=0, high=one.low + 1)
            for one in gaps
            if one.learner_id in late and one.learner_id.int not in self._last
        ]
        if new:
            found += await self._read(tx, new)
        return found

    def applied(self, facts: Sequence[Fact]) -> None:
        """Remember what was committed."""
        last = self._last
        for fact in facts:
            number = fact.subject.int
            if fact.type in self._types and fact.n > last.get(number, 0):
                last[number] = fact.n
                last.move_to_end(number)
        while len(last) > _MOST_KNOWN:
            last.popitem(last=False)

    def _gaps(self, facts: Sequence[Fact]) -> list[_Gap]:
        numbers: defaultdict[tuple[UUID, LearnerId], list[int]] = defaultdict(list)
        for fact in facts:
            if fact.type in self._types:
                numbers[fact.org_id, fact.subject].append(fact.n)
        gaps: list[_Gap] = []
        for (org, learner), given in numbers.items():
            low = self._last.get(learner.int, max(0, min(given) - 1 - _BEFORE))
            fresh = {n for n in given if n > low}
            if fresh and max(fresh) - low > len(fresh):
                gaps.append(_Gap(org_id=OrgId(org), learner_id=learner, low=low, high=max(fresh)))
        return gaps

    async def _read(self, tx: Batch, gaps: Sequence[_Gap]) -> list[Fact]:
        return await _EARLIER(
            tx,
            consumer=self._consumer,
            org_ids=[one.org_id for one in gaps],
            learner_ids=[one.learner_id for one in gaps],
            lows=[one.low for one in gaps],
            highs=[one.high for one in gaps],
            most=_MOST_EARLIER,
        )
