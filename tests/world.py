"""The world that tests act in: an org, its people, their browsers, and the consumers."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self
from uuid import UUID, uuid4

import msgspec

from browser import COOKIE, App, Browser
from tihi.base.chance import Random, SeededRandom, SystemRandom, below, shuffled
from tihi.base.ids import AccountId, ClassId, FactId, ItemId, LearnerId, LessonId, OrgId, fresh_id
from tihi.base.problem import Problem
from tihi.facts.envelope import Fact
from tihi.game.packs import service as packs
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts.answering import Known
from tihi.learn.attempts.model import Answered, AnswerRequest, AttemptView, StepView
from tihi.learn.grades import service as grades
from tihi.learn.grades.model import NewGrade, Reason
from tihi.learn.imports import service as imports
from tihi.learn.items import service as items
from tihi.learn.items.model import Item, Response
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import NewAccount, RoleName
from tihi.people.classes import service as classes
from tihi.people.keys import model as keys
from tihi.people.keys import service as key_service
from tihi.people.orgs import service as orgs
from tihi.platform.clock import MovedClock
from tihi.platform.consumer import Worker
from tihi.platform.http import Parts, Site
from tihi.platform.vault import Vault
from tihi.roles import api, players, school
from tihi.roles.sessions import Sessions
from tihi.roles.worker import workers

ZONE = "Pacific/Auckland"
START = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # Wednesday, 11 in the morning in Auckland
_CHANCE = SystemRandom()
_read = lru_cache(packs.read)  # the starter pack takes longer to read than most tests last
_FACT = """
    f.org_id, f.source, f.fact_id, f.type, f.subject, f.time, f.zone, f.org_zone, f.n,
    f.local_date, f.org_date, f.nth_today, f.rule_set, f.context, f.parent, f.data
"""


def questions(count: int, lesson: str = "First steps") -> str:
    """Return a GIFT file with `count` choices in one lesson; the first option is right."""
    ref = lesson.replace(" ", "-").lower()
    asked = "\n\n".join(_question(f"{ref}-{n}", n) for n in range(1, count + 1))
    return f"$CATEGORY: Maths/Adding/{lesson}\n\n{asked}\n"


def _question(ref: str, n: int) -> str:
    return f"""// [id:{ref}] [tag:skill-adding]
::Sum {n}::What is {n} plus {n}? {{
\t={2 * n}
\t~{2 * n + 1}
\t~{2 * n + 2}
}}"""


class World:
    """An org of its own, with a clock that the test moves."""

    def __init__(self, parts: Parts, org_id: OrgId, slug: str) -> None:
        assert isinstance(parts.clock, MovedClock)
        self.clock = parts.clock
        self.here = parts
        self.org_id = org_id
        self.slug = slug
        self.known = Known()
        self._app: Any = None

    @staticmethod
    def parts(shared: Parts, chance: Random = _CHANCE) -> Parts:
        """Return `shared` with a clock that stands at `START`."""
        return Parts(
            db=shared.db,
            cache=shared.cache,
            bus=shared.bus,
            clock=MovedClock(START),
            chance=chance,
        )

    @classmethod
    async def founded(cls, shared: Parts, chance: Random = _CHANCE) -> Self:
        """Return a new org; all that is drawn in it comes from `chance`."""
        org_id = OrgId(fresh_id(START, chance))
        world = cls(cls.parts(shared, chance), org_id, f"kura-{org_id.hex}")
        async with shared.db.tx(org_id) as tx:
            await orgs.create(tx, name="Te Kura", slug=world.slug, zone=ZONE, now=START)
        return world

    async def person(
        self,
        role: RoleName = "learner",
        name: str = "Aroha",
        *,
        zone: str = ZONE,
        sign_in_name: str | None = None,
        password_hash: str | None = None,
    ) -> AccountId:
        """Return a new account."""
        new = NewAccount(
            role=role,
            display_name=name,
            sign_in_name=sign_in_name,
            password_hash=password_hash,
            zone=zone,
            locale="en",
            notice=school.NOTICE,
        )
        async with self.here.db.tx(self.org_id) as tx:
            return await accounts.create(tx, new, now=self.clock.now(), chance=self.here.chance)

    async def learner(self, name: str = "Aroha", *, zone: str = ZONE) -> LearnerId:
        """Return a new learner."""
        return LearnerId(await self.person("learner", name, zone=zone))

    async def room(self, teacher: AccountId, *members: LearnerId) -> ClassId:
        """Return a new class."""
        now = self.clock.now()
        async with self.here.db.tx(self.org_id) as tx:
            card = await classes.create(
                tx, "Room 7", taught_by=teacher, now=now, chance=self.here.chance
            )
        for one in members:
            await self.enrol(card.class_id, one)
        return card.class_id

    async def enrol(self, class_id: ClassId, learner: LearnerId) -> None:
        """Put a learner into a class."""
        async with self.here.db.tx(self.org_id) as tx:
            await classes.join(tx, class_id, AccountId(learner), now=self.clock.now())

    async def lesson(self, count: int = 3, name: str = "First steps") -> LessonId:
        """Return a lesson with `count` choices."""
        await self.take("sums.gift", questions(count, name))
        ((found,),) = await self.rows("SELECT lesson_id FROM lessons WHERE name = $1", name)
        return LessonId(found)

    async def take(self, name: str, text: str) -> None:
        """Import a file."""
        file = imports.decode(name, text.encode())
        for one, content in imports.read([file], strict=True):
            assert not content.refused, content.refused
            async with self.here.db.tx(self.org_id) as tx:
                await imports.take(tx, one, content, now=self.clock.now())

    async def apply(self, pack: bytes) -> None:
        """Apply a pack."""
        async with self.here.db.tx(self.org_id) as tx:
            await packs.apply(tx, _read(pack), now=self.clock.now())

    async def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a statement finds in the org."""
        async with self.here.db.tx(self.org_id) as tx:
            connection: Any = tx.connection
            return [tuple(row.values()) for row in await connection.fetch(query, *values)]

    # Learning, without HTTP

    async def open(self, learner: LearnerId, lesson: LessonId) -> AttemptView:
        """Open an attempt."""
        async with self.here.db.tx(self.org_id) as tx:
            return await attempts.open_attempt(
                tx, learner, lesson, now=self.clock.now(), chance=self.here.chance
            )

    async def response(self, step: StepView, *, right: bool) -> Response:
        """Return a response to `step`."""
        item = (await self.content())[step.item.item_id]
        for number in range(64):
            chance = SeededRandom("response", number)
            found = players.respond(item, step.item, right=right, chance=chance)
            if (items.grade(item, found).credit == 1) is right:
                return found
        raise AssertionError

    async def content(self) -> dict[ItemId, Item]:
        """Return all items."""
        async with self.here.db.tx(self.org_id) as tx:
            return {item.item_id: item for item in await items.everything(tx)}

    def request(
        self, learner: LearnerId, view: AttemptView, step: StepView, answer: Response
    ) -> AnswerRequest:
        """Return an answer on its way to the writer, as of now, with a fresh key."""
        return AnswerRequest(
            org_id=self.org_id,
            learner_id=learner,
            attempt_id=view.attempt_id,
            step=step.step,
            answer=answer,
            key=uuid4(),
            time=self.clock.now(),
            zone=ZONE,
            org_zone=ZONE,
            parent="",
        )

    async def write(self, *requests: AnswerRequest) -> list[Answered | Problem]:
        """Write a batch of answers."""
        async with self.here.db.batch([self.org_id]) as tx:
            results = await attempts.write_answers(
                tx, requests, self.known, now=self.clock.now(), chance=self.here.chance
            )
        return [one if isinstance(one, Problem) else one.answered for one in results]

    async def play(
        self,
        learner: LearnerId,
        lesson: LessonId,
        right: Callable[[int], bool] = lambda _step: True,
    ) -> list[Answered]:
        """Go through a lesson, 20 s a step."""
        view = await self.open(learner, lesson)
        step = view.step
        answered: list[Answered] = []
        while step is not None:
            self.clock.advance(timedelta(seconds=20))
            answer = await self.response(step, right=right(step.step))
            (result,) = await self.write(self.request(learner, view, step, answer))
            assert isinstance(result, Answered), result
            answered.append(result)
            step = result.next
        return answered

    async def correct(
        self,
        learner: LearnerId,
        answer: FactId,
        credit: float,
        *,
        by: AccountId,
        key: UUID | None = None,
    ) -> list[Fact]:
        """Correct the grade of an answer."""
        asked = NewGrade(credit=credit, reason=Reason.MISMARKED, key=key or uuid4())
        async with self.here.db.tx(self.org_id) as tx:
            return await grades.correct(
                tx, learner, answer, asked, by=by, now=self.clock.now(), chance=_CHANCE
            )

    # The consumers

    async def facts(self) -> list[Fact]:
        """Return the org's log, by learner."""
        query = f"SELECT {_FACT} FROM facts AS f ORDER BY f.subject, f.n"  # noqa: S608
        return await self._facts(query)

    async def owed(self, consumer: str) -> list[Fact]:
        """Return the facts that are due to `consumer`."""
        query = f"""
            SELECT {_FACT} FROM facts AS f JOIN due AS d USING (org_id, source, fact_id)
            WHERE d.consumer = $1 ORDER BY f.subject, f.n
        """  # noqa: S608
        return await self._facts(query, consumer)

    async def _facts(self, query: str, *values: object) -> list[Fact]:
        async with self.here.db.tx(self.org_id) as tx:
            connection: Any = tx.connection
            rows = await connection.fetch(query, *values)
        return [msgspec.convert(dict(row), Fact) for row in rows]

    async def deliver(self, chance: Random | None = None, times: int = 1) -> None:
        """Hand over all that is due until nothing is: in any order, each fact `times` times.

        With `chance` a fact is applied when it is handed over, and none is looked for before it.
        """
        found = await workers(self.here, None, only=frozenset())
        if chance is not None:
            found = [self._hasty(one) for one in found]
        while True:
            owed = {one: await self.owed(one.consumer.name) for one in found}
            if not any(owed.values()):
                return
            for worker, facts in owed.items():
                for part in _parts(facts * times, chance):
                    await worker.handle(part)

    def _hasty(self, worker: Worker) -> Worker:
        consumer = msgspec.structs.replace(worker.consumer, in_order=frozenset())
        here = self.here
        return Worker(consumer, db=here.db, bus=here.bus, push=None, clock=here.clock)

    async def hand(self, facts: Sequence[Fact]) -> None:
        """Hand `facts` to every consumer, whether they are due or not."""
        for worker in await workers(self.here, None, only=frozenset()):
            await worker.handle(facts)

    # Browsers

    def site(self) -> Site:
        """Return what edges know of the server."""
        return Site(
            version="test",
            cookie=COOKIE,
            secure=True,
            url="https://tihi.test",
            proxies=(),
            second_factor=True,
            vault=Vault("of the tests"),
            demo=False,
            demo_names=[],
            lan_http=False,
            forget=lambda _session: None,
        )

    def app(self) -> App:
        """Return the API on this world's parts."""
        if self._app is None:
            sessions = Sessions(self.here)
            site = msgspec.structs.replace(self.site(), forget=sessions.forget)
            self._app = api.build(self.here, site, sessions, api.answer_writer(self.here))
        return self._app

    async def product(self, *scopes: keys.Scope) -> Browser:
        """Return another product that calls with a key."""
        async with self.here.db.tx(self.org_id) as tx:
            issued = await key_service.issue(
                tx,
                keys.NewKey(name="Another product", scopes=list(scopes), days=30),
                by=AccountId(self.org_id),
                now=self.clock.now(),
                chance=self.here.chance,
            )
        return Browser(self.app(), secret=issued.secret)

    async def browser(
        self, account: AccountId | LearnerId | None, peer: str = "", *, half: bool = False
    ) -> Browser:
        """Return a browser in which `account` is signed in; a stranger's for None."""
        peer = peer or f"10.{uuid4().int % 256}.{uuid4().int % 256}.{uuid4().int % 256}"
        if account is None:
            return Browser(self.app(), peer=peer)
        async with self.here.db.tx(self.org_id) as tx:
            token = await accounts.open_session(
                tx,
                AccountId(account),
                device="test",
                now=self.clock.now(),
                chance=self.here.chance,
                half=half,
            )
        return Browser(self.app(), token, peer=peer)


def _parts(facts: Sequence[Fact], chance: Random | None) -> list[Sequence[Fact]]:
    if chance is None:
        return [facts]
    mixed = shuffled(facts, chance)
    cut = below(chance, len(mixed) + 1)
    return [mixed[:cut], mixed[cut:]]


class School:
    """An org with one of each, and their browsers."""

    def __init__(  # what a school is made of
        self,
        world: World,
        learner: LearnerId,
        teacher: AccountId,
        admin: AccountId,
        class_id: ClassId,
        lesson: LessonId,
    ) -> None:
        self.world = world
        self.learner = learner
        self.teacher = teacher
        self.admin = admin
        self.class_id = class_id
        self.lesson = lesson
        self._product: Browser | None = None

    @classmethod
    async def opened(cls, world: World) -> Self:
        """Return a school in `world`."""
        learner = await world.learner()
        teacher = await world.person("teacher", "Whaea Hana")
        admin = await world.person("admin", "Principal Reweti")
        await world.apply(school.starter_pack())
        room = await world.room(teacher, learner)
        return cls(world, learner, teacher, admin, room, await world.lesson())

    async def browsers(self) -> dict[str, Browser]:
        """Return a browser for each role, a guest's, a half signed-in one, and a product."""
        self._product = self._product or await self.world.product("facts:read", "facts:write")
        return {
            "half": await self.world.browser(self.teacher, half=True),
            "key": self._product,
            "guest": await self.world.browser(None),
            "learner": await self.world.browser(self.learner),
            "teacher": await self.world.browser(self.teacher),
            "admin": await self.world.browser(self.admin),
        }
