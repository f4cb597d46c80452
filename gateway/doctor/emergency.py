"""Emergency lines and the directory: whether each can be called, whether hand-overs are told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from gateway.app.city import city_of
from gateway.app.emergency import hooks_of
from gateway.core.emergency import healthy, lines_using
from gateway.doctor.finding import Finding, Patient, fail, ok, warn
from gateway.doctor.running import answering


async def trunk_states(patient: Patient) -> Mapping[str, bool]:
    """Whether each trunk of a line answers OPTIONS now, asked from here."""
    used = lines_using(city_of(patient.settings))
    named = {trunk for trunks in used.values() for trunk in trunks}
    hosts = {one.name: one.host for one in patient.settings.trunk if one.name in named}
    return await answering(hosts)


async def lines(patient: Patient) -> Finding:
    """Every line that calls are put through to has a trunk that answers."""
    hooks = await asyncio.to_thread(hooks_of, patient.settings)
    used = lines_using(city_of(patient.settings))
    if not used:
        return warn(
            "没有可转接的紧急专线，只告知拨打方法",
            "no emergency line is put through; the operator tells whom to call",
            '写 [[emergency_line]] policy = "transfer" 及其中继，或选 site.city_profile',
            'write [[emergency_line]] with policy = "transfer" and trunks, or site.city_profile',
        )
    well = await trunk_states(patient)
    dead = [line for line, trunks in used.items() if not healthy(trunks, well)]
    if dead:
        said = " ".join(dead)
        return fail(
            f"所有中继都无应答：{said}",
            f"no trunk answers for {said}",
            "检查这些专线的 [[trunk]] host、防火墙和对方状态（hotline emergency check）",
            "check the trunks of these lines (hotline emergency check)",
        )
    weak = sum(not alive for alive in well.values())
    told = f"{len(used)} 条可转接，{len(hooks)} 条有数据包，{weak} 条中继无应答"
    en = f"{len(used)} can be called, {len(hooks)} are sent packets, {weak} trunks do not answer"
    return ok(told, en)
