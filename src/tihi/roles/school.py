"""The demo's school: its people, its courses, and a term of history made by the real pipeline."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from importlib import resources
from operator import itemgetter
from time import monotonic

from tihi.base.chance import SeededRandom, SystemRandom, below
from tihi.base.ids import AccountId, ClassId, ItemId, LearnerId, LessonId, OrgId, fresh_id
from tihi.base.problem import Problem
from tihi.base.value import Value
from tihi.facts.envelope import Fact
from tihi.game.boards import service as boards
from tihi.game.packs import service as packs
from tihi.learn.attempts import service as attempts
from tihi.learn.attempts.answering import Known
from tihi.learn.attempts.model import AnswerRequest, AttemptView, StepView
from tihi.learn.courses import service as courses
from tihi.learn.imports import service as imports
from tihi.learn.items import service as items
from tihi.learn.items.model import Item
from tihi.people.accounts import service as accounts
from tihi.people.accounts.model import Changes, NewAccount, RoleName
from tihi.people.classes import service as classes
from tihi.people.orgs import service as orgs
from tihi.platform import passwords
from tihi.platform.clock import MovedClock, SystemClock, local_date, zone
from tihi.platform.directory import lookup
from tihi.platform.http import Parts
from tihi.platform.leases import Steward
from tihi.platform.log import due
from tihi.platform.push import Push
from tihi.roles import players, scheduler, worker
from tihi.roles.ending import until_told

ZONE = "Pacific/Auckland"
SLUG = "demo"
ADMIN = "principal"
TEACHER = "whaea-hana"
DEMO_NAMES = ["anahera", "wiremu", TEACHER, ADMIN]
CLASSES = ("Room 7 · Kōwhai", "Room 8 · Rimu", "Room 9 · Tōtara")
TERM = timedelta(weeks=10)
_LATELY = timedelta(days=15)
NOTICE = "2026-11"
_STILL_S = 2.0
"""Far beyond what a batch takes; once too often costs nothing, as nothing counts twice."""

_FIRST_NAMES = """
    Anahera Wiremu Keira Sione Mei Tama Lani Ben Aroha Kauri Isla Noah Hana Rāwiri Priya Leo
    Maia Oliver Ngaio Samuel Ruby Tane Fetu Grace Mateo Hine Jack Yuki Nikau Ella Amiri Finn
    Zara Koa Lucia Manaia Theo Ariana Kahu Poppy Viliami Emere Hugo Tui Sofia Rangi Alice Mikaere
    Ivy Tavita Moana Eli Marama Jonah Pania Ravi Whetū Clara Ihaia Bella
""".split()

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


class Learner(Value):
    """A learner of the demo, with how often and how well they learn (0 to 1)."""

    learner_id: LearnerId
    offered: bool  # to whoever looks around, first of all on the sign-in page
    diligence: float
    skill: float


async def found(parts: Parts, *, learners: int, password: str) -> OrgId:
    """Found the school: org, staff, classes and learners, who all sign in with `password`."""
    now = parts.clock.now()
    chance = parts.chance
    org_id = OrgId(fresh_id(now, chance))
    hashed = await passwords.hashed(password)
    async with parts.db.tx(org_id) as tx:
        await orgs.create(tx, name="Te Kura o Tihi", slug=SLUG, zone=ZONE, now=now)

        async def person(role: RoleName, display_name: str, sign_in_name: str) -> AccountId:
            return await accounts.create(
                tx,
                NewAccount(
                    role=role,
                    display_name=display_name,
                    sign_in_name=sign_in_name,
                    password_hash=hashed,
                    zone=ZONE,
                    locale="en",
                    notice=NOTICE,
                ),
                now=now,
                chance=chance,
            )

        await person("admin", "Principal Reweti", ADMIN)
        teacher = await person("teacher", "Whaea Hana", TEACHER)
        rooms: list[ClassId] = [
            (await classes.create(tx, name, taught_by=teacher, now=now, chance=chance)).class_id
            for name in CLASSES
        ]
        names = first_names(learners)
        for number in range(learners):
            first = names[number]
            account = await person("learner", first, first)
            await classes.join(tx, rooms[number % len(rooms)], account, now=now)
            if number % 4:
                await accounts.change(tx, account, Changes(public_rank=True))
    return org_id


def first_names(count: int) -> list[str]:
    """Return names for `count` learners; they sign in with them in lower case."""
    most = len(_FIRST_NAMES)
    return [
        _FIRST_NAMES[number % most] + (str(number // most + 1) if number >= most else "")
        for number in range(count)
    ]


async def stock(parts: Parts, org_id: OrgId) -> int:
    """Give the school the starter pack and the starter bank; return how many items it got."""
    now = parts.clock.now()
    async with parts.db.tx(org_id) as tx:
        await packs.apply(tx, packs.read(starter_pack()), now=now)
    return await bring_bank(parts, org_id)


async def bring_bank(parts: Parts, org_id: OrgId) -> int:
    """Give an org the starter bank; return how many items it got."""
    now = parts.clock.now()
    taken = 0
    files = [imports.decode(name, raw) for name, raw in bank()]
    tables = [file for file in files if imports.is_table(file.name)]
    questions = [file for file in files if file not in tables]
    for file, content in imports.read(questions, tables, strict=True):
        async with parts.db.tx(org_id) as tx:
            report = await imports.take(tx, file, content, now=now)
        taken += report.items
    return taken


def starter_pack() -> bytes:
    """Return the starter pack as it is shipped."""
    return resources.files("tihi").joinpath("packs/starter.yaml").read_bytes()


def bank() -> list[tuple[str, bytes]]:
    """Return the starter bank: names and contents of its files, misconceptions last."""
    folder = resources.files("tihi").joinpath("content/bank")
    names = sorted(
        (one.name for one in folder.iterdir() if one.name.endswith((".gift", ".csv"))),
        key=lambda name: (name.endswith(".csv"), name),
    )
    return [(name, folder.joinpath(name).read_bytes()) for name in names]


@asynccontextmanager
async def working(parts: Parts, push: Push | None = None) -> AsyncGenerator[None]:
    """Run the consumers in this process, as the worker role does; `push` tells learners."""
    # Leases run by real time, whatever clock the history is lived by.
    steward = Steward(parts.db, SystemClock())
    stop = asyncio.Event()
    work = worker.run(parts, push, steward, only=frozenset(), stop=stop)
    task = asyncio.create_task(until_told(stop, work))
    try:
        yield
    finally:
        # Cut short it would leave its partitions to nobody, and take in what is for the next.
        stop.set()
        await task


async def live_a_term(
    parts: Parts,
    clock: MovedClock,
    org_id: OrgId,
    *,
    until: datetime,
    progress: Progress,
    lasts: timedelta = TERM,
) -> int:
    """Let the learners learn for a term that ends at `until`; return the answers given.

    Every answer goes through the writer's service, the log, the broker and the consumers;
    only the clock is moved.
    """
    people = await _learners(parts, org_id)
    lessons = await _lessons(parts, org_id)
    last = local_date(until, ZONE)
    days = [last - timedelta(days=back) for back in range(lasts.days, -1, -1)]
    answered = 0
    async with working(parts):
        for number, day in enumerate(days):
            progress("A term of learning", number, len(days))
            answered += await _live_a_day(
                parts, clock, org_id, people, lessons, day, until, first=number == 0
            )
            clock.set(min(_moment(day, 23), until))
            await settled(parts, org_id)
            if day < last:
                await scheduler.close_days(parts, None)
        await settled(parts, org_id)
    progress("A term of learning", len(days), len(days))
    await boards.rebuild(parts.db, parts.cache, org_id, now=until)
    return answered


async def settled(parts: Parts, org_id: OrgId) -> None:
    """Wait until nothing is due in the org; what stands still is published again.

    Workers may run without a scheduler, and then nobody else mends a publish that was lost.
    """
    await parts.bus.settle()
    left, since = 0, monotonic()
    while True:
        async with parts.db.tx(org_id) as tx:
            waiting = sum(one.due for one in await due.lag(tx))
            if not waiting:
                return
            if waiting != left:
                left, since = waiting, monotonic()
            elif monotonic() - since > _STILL_S:
                parts.bus.publish(await due.owed(tx))
                since = monotonic()
        await asyncio.sleep(0.01)


async def _learners(parts: Parts, org_id: OrgId) -> list[Learner]:
    async with parts.db.tx(org_id) as tx:
        members = [
            (one.learner_id, one.display_name)
            for card in await classes.cards(tx, taught_by=None, today=date(2000, 1, 1))
            for one in await classes.learners(tx, card.class_id)
        ]
    people = []
    for number, (learner, name) in enumerate(sorted(members, key=itemgetter(1))):
        chance = SeededRandom("learner", number)
        people.append(
            Learner(
                learner_id=learner,
                offered=name == _FIRST_NAMES[0],
                diligence=0.3 + below(chance, 66) / 100,
                skill=0.5 + below(chance, 45) / 100,
            )
        )
    return people


async def _lessons(parts: Parts, org_id: OrgId) -> list[LessonId]:
    async with parts.db.tx(org_id) as tx:
        trails = [
            await courses.trail(tx, LearnerId(org_id), card.course_id, now=parts.clock.now())
            for card in await courses.cards(tx, LearnerId(org_id))
        ]
    return [one.lesson_id for trail in trails for unit in trail.units for one in unit.lessons]


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone(ZONE))


async def _live_a_day(  # noqa: PLR0913, PLR0917  # the day's whole setting
    parts: Parts,
    clock: MovedClock,
    org_id: OrgId,
    people: Sequence[Learner],
    lessons: Sequence[LessonId],
    day: date,
    until: datetime,
    *,
    first: bool,
) -> int:
    chance = SeededRandom("day", day)
    weekend = day.isoweekday() > 5  # noqa: PLR2004  # ISO weekdays 6 and 7
    begins = _moment(day, 7 if below(chance, 5) == 0 else 9, below(chance, 50))
    if begins >= until:
        return 0
    clock.set(begins)
    # Whom the sign-in page offers first has been on the trail on each school day of late.
    lately = until - _LATELY < begins and not weekend
    here = [
        one
        for one in people
        if below(chance, 1000) < one.diligence * (150 if weekend else 1000)
        or (lately and one.offered)
        # They begin together, so that nobody's pages are empty by chance.
        or first
    ]
    going: list[tuple[Learner, AttemptView]] = []
    for one in here:
        lesson = lessons[_where(one, day, len(lessons), chance)]
        async with parts.db.tx(org_id) as tx:
            going.append(
                (
                    one,
                    await attempts.open_attempt(
                        tx, one.learner_id, lesson, now=clock.now(), chance=SystemRandom()
                    ),
                )
            )
    async with parts.db.tx(org_id) as tx:
        content = {item.item_id: item for item in await items.everything(tx)}
    return await _play(parts, clock, org_id, going, content)


def _where(one: Learner, day: date, count: int, chance: SeededRandom) -> int:
    """Return which lesson comes next: mostly onward, sometimes back to an older one."""
    onward = day.toordinal() * 2 // 7 + int(one.diligence * 10)
    return (onward + (below(chance, 4) == 0) * below(chance, count)) % count


async def _play(
    parts: Parts,
    clock: MovedClock,
    org_id: OrgId,
    going: Sequence[tuple[Learner, AttemptView]],
    content: dict[ItemId, Item],
) -> int:
    chance = SeededRandom("play", clock.now())
    open_steps: list[tuple[Learner, AttemptView, StepView]] = [
        (one, view, view.step) for one, view in going if view.step is not None
    ]
    answered = 0
    facts: list[Fact] = []
    known = Known()
    while open_steps:
        clock.advance(timedelta(seconds=8 + below(chance, 25)))
        async with parts.db.batch([org_id]) as tx:
            requests: list[AnswerRequest] = []
            for one, view, step in open_steps:
                right = below(chance, 1000) < one.skill * 1000
                response = players.respond(
                    content[step.item.item_id], step.item, right=right, chance=chance
                )
                requests.append(
                    AnswerRequest(
                        org_id=org_id,
                        learner_id=one.learner_id,
                        attempt_id=view.attempt_id,
                        step=step.step,
                        answer=response,
                        key=fresh_id(clock.now(), SystemRandom()),
                        time=clock.now(),
                        zone=ZONE,
                        org_zone=ZONE,
                        parent="",
                    )
                )
            results = await attempts.write_answers(
                tx, requests, known, now=clock.now(), chance=SystemRandom()
            )
        following: list[tuple[Learner, AttemptView, StepView]] = []
        for (one, view, _), result in zip(open_steps, results, strict=True):
            if isinstance(result, Problem):
                raise result
            facts.extend(result.facts)
            answered += 1
            if result.answered.next is not None:
                following.append((one, view, result.answered.next))
        open_steps = following
    # One message a partition for the whole day: the consumers take it in one batch each.
    parts.bus.publish(facts)
    return answered


async def only_org(parts: Parts) -> OrgId | None:
    """Return the first org of the server, if it has any."""
    async with parts.db.system() as tx:
        found = await lookup.every_org(tx)
    return found[0] if found else None
