"""The first start: queues, numbers, seats, two logins, from the settings, into an empty store."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.core.number import Number
from gateway.core.operator import Role
from gateway.core.queue import FALLBACK, Queue
from gateway.core.seat import Seat
from gateway.intake.accounts import Accounts
from gateway.ports import Store


@dataclass(frozen=True, slots=True)
class FirstLogin:
    """A login that was just made; its password is shown once and kept nowhere."""

    login: str
    role: Role
    password: str = field(repr=False)


async def seed(
    store: Store,
    accounts: Accounts,
    queues: Iterable[Queue],
    seats: Iterable[str],
    numbers: Iterable[Number] = (),
) -> tuple[FirstLogin, ...]:
    """Fill what is empty and touch nothing that is not; gives the logins it made.

    Once something was published, what is empty is meant to be: then only the fallback queue and a
    login are seen to.
    """
    new = await store.published() is None
    if new and not await store.numbers():
        await store.record(*numbers)
    if not await store.queues():
        last = Queue(name=FALLBACK, title_zh="兜底队列", title_en="Fallback", max_wait_seconds=0)
        await store.record(*queues, last)
    if new and not await store.seats():
        await store.record(*(Seat(number=number) for number in seats))
    if await store.operators():
        return ()
    skills = {queue.name: 0 for queue in await store.queues() if queue.name != FALLBACK}
    made = []
    for login, name, role in (
        ("operator", "话务员一", Role.OPERATOR),
        ("admin", "管理员", Role.ADMIN),
    ):
        serves = skills if role is Role.OPERATOR else {}
        _, password = await accounts.add(login, name, role, serves)
        made.append(FirstLogin(login, role, password))
    return tuple(made)
