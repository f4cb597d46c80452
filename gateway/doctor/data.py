"""The data: database, master key, people."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from gateway.app import opened_store
from gateway.app.flow import checked_flow
from gateway.clock import SystemClock
from gateway.core.operator import Operator, Right, Role, may
from gateway.core.queue import FALLBACK
from gateway.doctor.finding import Finding, Patient, fail, ok, warn
from gateway.store.key_file import read_key
from gateway.store.look import StoreLook, look
from ivr.errors import FlowNotValid

AHEAD = timedelta(minutes=5)
NOT_YET_ZH, NOT_YET_EN = "还没有数据，首次启动时建立", "none yet; made at the first start"


async def database(patient: Patient) -> Finding:
    """Whole, of this version, and not from the future."""
    seen = await _seen(patient)
    if seen.damage:
        return fail(
            f"数据库损坏：{seen.damage}",
            f"damaged: {seen.damage}",
            "停止网关，从备份恢复数据库文件",
            "stop the gateway and restore the database from its backup",
        )
    if not seen.present:
        return ok(NOT_YET_ZH, NOT_YET_EN)
    if not seen.current:
        return warn(
            "结构与本版本不同",
            "its tables are of another version",
            "先备份，再用本版本启动一次；若提示版本较新，请换用较新的程序",
            "back it up, then start this version once; if it says newer, use the newer program",
        )
    if seen.newest and seen.newest > SystemClock().now() + AHEAD:
        return fail(
            f"最后一条记录的时间在将来：{seen.newest:%Y-%m-%d %H:%M}",
            f"its last fact lies in the future: {seen.newest:%Y-%m-%d %H:%M} UTC",
            "系统时钟被调慢过，请校准时钟",
            "this machine's clock was set back; set it right",
        )
    return ok("完好", "whole")


async def master_key(patient: Patient) -> Finding:
    """Readable by us alone; without it the data is lost."""
    store = patient.settings.store
    path = store.key_file or patient.settings.data_dir / "keys" / "master.key"
    seen = await _seen(patient)
    if not seen.present and not path.exists():
        return ok(NOT_YET_ZH, NOT_YET_EN)
    await asyncio.to_thread(read_key, path)
    said = f"{path}"
    return ok(f"{said}（请另外备份）", f"{said} (keep a copy elsewhere)")


async def people(patient: Patient) -> Finding:
    """Somebody can manage, and every queue has somebody who answers."""
    seen = await _seen(patient)
    if not (seen.present and seen.current):
        return ok(NOT_YET_ZH, NOT_YET_EN)
    async with opened_store(patient.settings) as store:
        operators = [one for one in await store.operators() if one.active and not one.simulated]
        names = [one.name for one in await store.queues() if one.name != FALLBACK]
    admins = [one for one in operators if one.role is Role.ADMIN]
    if not admins:
        return fail(
            "没有可用的管理员账号",
            "no admin can log in",
            "./hotline user add LOGIN --role admin",
            "./hotline user add LOGIN --role admin",
        )
    lonely = [name for name in names if not any(_answers(one, name) for one in operators)]
    if lonely:
        return warn(
            f"没有人接听的队列：{' '.join(lonely)}",
            f"queues that nobody answers: {' '.join(lonely)}",
            "给话务员分配这些技能",
            "give an operator these skills",
        )
    fresh = [one.login for one in operators if one.must_change_password]
    if fresh:
        return warn(
            f"首次密码尚未修改：{' '.join(fresh[:5])}",
            f"first password not changed yet: {' '.join(fresh[:5])}",
            "请本人登录并改密码",
            "let them log in and change it",
        )
    return ok(f"{len(operators)} 个账号", f"{len(operators)} logins")


async def flow(patient: Patient) -> Finding:
    """The chosen voice flow leads to queues that there are."""
    name = patient.settings.speech.flow
    seen = await _seen(patient)
    queues = [one.name for one in patient.settings.queue]
    if seen.present and seen.current:
        async with opened_store(patient.settings) as store:
            queues = [one.name for one in await store.queues()]
    try:
        checked_flow(None, queues, name)
    except FlowNotValid as wrong:
        return warn(
            f"流程 {name} 不能使用，改用主流程：{'；'.join(one.zh for one in wrong.problems[:3])}",
            f"flow {name} cannot be used, main is: {'; '.join(o.en for o in wrong.problems[:3])}",
            "修改 ivr/flows 中的流程，或在设置中把 speech.flow 改为 main",
            "mend the flow in ivr/flows, or set speech.flow to main",
        )
    return ok(name, name)


def _answers(operator: Operator, queue: str) -> bool:
    return may(operator.role, Right.TAKE_CALLS) and queue in operator.skills


async def _seen(patient: Patient) -> StoreLook:
    store = patient.settings.store
    return await look(store.url, patient.settings.data_dir, store.password_file)
