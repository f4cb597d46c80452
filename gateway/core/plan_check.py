"""Everything wrong with a plan, at once, in words that say how to mend it. PURE.

What a single value may be is the same rule that the settings' file has; core knows no settings, so
the rules are given (``config.plan_rules``). How values fit together is here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.core.errors import Problem
from gateway.core.hours import always_open, sound
from gateway.core.operator import Right, Role, may
from gateway.core.plan import Plan
from gateway.core.queue import Queue

FieldRules = Mapping[str, Mapping[str, Callable[[Any], tuple[str, str] | None]]]
"""By kind (queue, number, seat, operator, skill) and field: what is allowed (zh, en), or None."""
Found = Iterator[Problem]

LINEAR = "linear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``problems`` forbid publishing, ``warnings`` do not."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(plan: Plan, before: Plan, rules: FieldRules, greetings: Collection[str]) -> Verdict:
    """``before`` is what is published now, ``greetings`` the prompts there are."""
    return Verdict(
        problems=(
            *_fields(plan, rules),
            *_doubles(plan),
            *_references(plan, before, greetings),
            *_hours(plan),
            *_always(plan),
            *_strategies(plan, before),
        ),
        warnings=tuple(_warnings(plan, before)),
    )


def _fields(plan: Plan, rules: FieldRules) -> Found:
    lists: Mapping[str, tuple[str, Iterable[object]]] = {
        "queue": ("queues", plan.queues),
        "number": ("numbers", plan.numbers),
        "seat": ("seats", plan.seats),
        "operator": ("operators", plan.operators),
    }
    for kind, (name, rows) in lists.items():
        for index, row in enumerate(rows):
            for field, rule in rules[kind].items():
                if says := rule(getattr(row, field)):
                    yield Problem(f"{name}[{index}].{field}", "value", *says)
    for index, person in enumerate(plan.operators):
        for queue, penalty in person.skills.items():
            if says := rules["skill"]["penalty"](penalty):
                yield Problem(f"operators[{index}].skills.{queue}", "value", *says)


def _doubles(plan: Plan) -> Found:
    lists: Mapping[str, Iterable[str]] = {
        "queues.name": (one.name.replace("-", "") for one in plan.queues),
        "queues.key": (one.key for one in plan.queues),
        "numbers.did": (one.did for one in plan.numbers),
        "seats.number": (one.number for one in plan.seats),
        "operators.login": (one.login.casefold() for one in plan.operators),
    }
    for where, values in lists.items():
        name, _, field = where.partition(".")
        seen: dict[str, int] = {}
        for index, value in enumerate(values):
            if value and value in seen:
                other = f"{name}[{seen[value]}]"
                zh, en = f"与 {other} 重复，请改成不同的值", f"the same as {other}; choose another"
                if where == "queues.name":
                    zh, en = f"{zh}（“-” 不算区别）", f"{en} (“-” makes no difference)"
                yield Problem(f"{name}[{index}].{field}", "doubled", zh, en)
            seen.setdefault(value, index)


def _references(plan: Plan, before: Plan, greetings: Collection[str]) -> Found:
    names = {queue.name for queue in plan.queues}
    gone = {queue.name for queue in before.queues} - names
    for index, queue in enumerate(plan.queues):
        if queue.closed_queue:
            yield from _known(f"queues[{index}].closed_queue", queue.closed_queue, names, gone)
    for index, number in enumerate(plan.numbers):
        yield from _known(f"numbers[{index}].queue", number.queue, names, gone)
        if number.greeting not in greetings:
            zh = f"没有这个问候语；有：{' '.join(sorted(greetings))}"
            en = f"no such greeting; there are: {' '.join(sorted(greetings))}"
            yield Problem(f"numbers[{index}].greeting", "unknown", zh, en)
    for index, person in enumerate(plan.operators):
        for name in person.skills:
            yield from _known(f"operators[{index}].skills.{name}", name, names, gone)


def _known(path: str, name: str, names: Collection[str], gone: Collection[str]) -> Found:
    if name in names:
        return
    if name in gone:
        zh = f"队列 {name} 要删除，但这里还在使用；请先换成别的队列"
        en = f"queue {name} is to be removed but is still used here; choose another first"
        yield Problem(path, "still-used", zh, en)
        return
    known = " ".join(sorted(names))
    zh, en = f"没有队列 {name}；有：{known}", f"there is no queue {name}; there are: {known}"
    yield Problem(path, "unknown", zh, en)


def _hours(plan: Plan) -> Found:
    queues = {queue.name: queue for queue in plan.queues}
    for index, queue in enumerate(plan.queues):
        path = f"queues[{index}]"
        broken = [at for at, one in enumerate(queue.hours) if not sound(one)]
        for at in broken:
            zh = "应为星期 1 至 7（不重复）和 HH:MM 至 HH:MM；过零点写次日时间，如 22:00 至 06:00"
            en = (
                "must be days 1 to 7, each once, and HH:MM to HH:MM; over midnight write the time "
                "of the next day, for example 22:00 to 06:00"
            )
            yield Problem(f"{path}.hours[{at}]", "hours", zh, en)
        if broken or always_open(queue.hours):
            continue
        if not queue.closed_queue:
            zh = "有营业时间的队列必须指定关闭时转往的队列"
            en = "a queue with hours needs a queue for callers who come while it is closed"
            yield Problem(f"{path}.closed_queue", "missing", zh, en)
        elif queue.closed_queue in queues and not _ends_open(queue, queues):
            zh = "关闭时的去处绕了一圈，没有一个队列全天开放；请让最后一个队列全天开放"
            en = (
                "while closed, callers go round in a circle: end the chain in a queue open 24 hours"
            )
            yield Problem(f"{path}.closed_queue", "no-open-end", zh, en)


def _ends_open(queue: Queue, queues: Mapping[str, Queue]) -> bool:
    """Whether the chain of closed queues ends in one that is always open, or has its own fault."""
    for _ in range(len(queues) + 1):
        following = queues.get(queue.closed_queue)
        if following is None or always_open(following.hours):
            return True
        queue = following
    return False


def _always(plan: Plan) -> Found:
    if not any(always_open(queue.hours) for queue in plan.queues):
        zh = "至少一个队列必须全天 24 小时开放（GB/T 33358：7×24 小时人工服务）"
        en = "at least one queue must be open 24 hours a day (GB/T 33358: service 24 x 7)"
        yield Problem("queues", "never-closed", zh, en)
    if not plan.numbers:
        yield Problem("numbers", "missing", "至少需要一个号码", "at least one number is needed")
    if not any(one.active and one.role is Role.ADMIN for one in plan.operators):
        zh = "至少保留一个启用的管理员，否则再没有人能修改"
        en = "keep at least one active admin, or nobody can change anything any more"
        yield Problem("operators", "last-admin", zh, en)


def _strategies(plan: Plan, before: Plan) -> Found:
    was = {queue.name: queue.strategy for queue in before.queues}
    for index, queue in enumerate(plan.queues):
        if queue.strategy == LINEAR and was.get(queue.name, LINEAR) != LINEAR:
            zh = "电话系统运行时不能把已有队列改成 linear；请新建一个 linear 队列"
            en = "a running queue cannot become linear; make a new queue that is linear"
            yield Problem(f"queues[{index}].strategy", "linear", zh, en)


def _warnings(plan: Plan, before: Plan) -> Found:
    served = {name for one in plan.operators if one.active for name in one.skills}
    for index, queue in enumerate(plan.queues):
        if queue.name not in served:
            zh = f"没有人员会接听队列 {queue.name}：来电者要等到超时才转给其他人"
            en = f"nobody serves queue {queue.name}: callers wait until it times out"
            yield Problem(f"queues[{index}]", "unserved", zh, en)
        if queue.language and not queue.key:
            zh = f"语言队列 {queue.name} 没有按键，来电者无法自己选择"
            en = f"language queue {queue.name} has no key: callers cannot choose it themselves"
            yield Problem(f"queues[{index}].key", "language-without-key", zh, en)
    for index, one in enumerate(plan.operators):
        if one.active and may(one.role, Right.TAKE_CALLS) and not one.skills:
            zh = f"{one.login} 没有技能，只会接到溢出的来电"
            en = f"{one.login} has no skills and gets only calls that others did not take"
            yield Problem(f"operators[{index}].skills", "no-skills", zh, en)
    gone = {one.did for one in before.numbers} - {one.did for one in plan.numbers}
    for did in sorted(gone):
        zh, en = f"号码 {did} 将不再有人接听", f"number {did} will not be answered any more"
        yield Problem("numbers", "number-gone", zh, en)
