"""Plans for tests: a small good one, and hypothesis strategies for any."""

from __future__ import annotations

from hypothesis import strategies as st

from gateway.core.hours import Opening
from gateway.core.number import GREETING_TITLES, Number
from gateway.core.operator import Role
from gateway.core.plan import Person, Place, Plan, normal
from gateway.core.queue import Queue

OFFICE = (Opening(days=(1, 2, 3, 4, 5), opens="09:00", closes="17:30"),)

GOOD = Plan(
    queues=(
        Queue(name="civil", title_zh="综合", title_en="General"),
        Queue(
            name="enterprise",
            title_zh="企业",
            title_en="Enterprise",
            key="2",
            hours=OFFICE,
            closed_queue="civil",
        ),
    ),
    numbers=(Number(did="12345", queue="civil"), Number(did="12315", queue="enterprise")),
    seats=(Place(number="8001"), Place(number="8002", title="二号")),
    operators=(
        Person(login="admin", name="管理员", role=Role.ADMIN),
        Person(login="li", name="李", skills={"civil": 0, "enterprise": 1}),
    ),
)

CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
OPENINGS = st.builds(
    Opening,
    days=st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(tuple),
    opens=CLOCKS,
    closes=CLOCKS | st.just("24:00"),
).filter(lambda one: one.opens != one.closes)
TITLES = st.text("综合服务ab c", max_size=4)
NAMES = st.sampled_from(["civil", "enterprise", "tax", "night"])
QUEUES = st.builds(
    Queue,
    name=NAMES,
    title_zh=TITLES,
    title_en=TITLES,
    strategy=st.sampled_from(["leastrecent", "fewestcalls"]),
    ring_seconds=st.integers(5, 120),
    key=st.sampled_from(["", "1", "2", "*"]),
    hours=st.lists(OPENINGS, max_size=2).map(tuple),
    closed_queue=NAMES | st.just(""),
)
NUMBERS = st.builds(
    Number,
    did=st.sampled_from(["12345", "12315", "110"]),
    queue=NAMES,
    greeting=st.sampled_from(sorted(GREETING_TITLES)),
)
PLACES = st.builds(Place, number=st.sampled_from(["8001", "8002", "8003"]), title=TITLES)
PEOPLE = st.builds(
    Person,
    login=st.sampled_from(["admin", "li", "wang"]),
    name=TITLES,
    role=st.sampled_from(Role),
    active=st.booleans(),
    skills=st.dictionaries(NAMES, st.integers(0, 9), max_size=3),
)
PLANS = st.builds(
    Plan,
    queues=st.lists(QUEUES, max_size=3, unique_by=lambda one: one.name).map(tuple),
    numbers=st.lists(NUMBERS, max_size=3, unique_by=lambda one: one.did).map(tuple),
    seats=st.lists(PLACES, max_size=3, unique_by=lambda one: one.number).map(tuple),
    operators=st.lists(PEOPLE, max_size=3, unique_by=lambda one: one.login).map(tuple),
).map(normal)
