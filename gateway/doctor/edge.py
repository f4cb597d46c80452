"""The SIP proxy before the telephone system, where the settings want one."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from pathlib import Path

from gateway.doctor.finding import Finding, Patient, fail, ok, warn
from gateway.provision.edge_copy import present_edge
from gateway.telephony.edge_config import MAIN, EdgeDoor, render_edge
from gateway.telephony.edge_process import EdgeProgram, answers_options, complaint

ANSWER_SECONDS = 5.0
"""Longer than it waits for Asterisk before it refuses."""


async def edge(patient: Patient) -> Finding:
    """Kamailio is here, takes our configuration, and answers (with a refusal, to a stranger)."""
    given = patient.settings.edge
    if not given.enabled:
        return ok("未启用", "not used")
    program = present_edge(patient.places)
    if program is None:
        return fail(
            "没有找到 Kamailio",
            "no Kamailio",
            "执行 ./hotline up --set-up-only，或 apt-get install kamailio",
            "run ./hotline up --set-up-only, or apt-get install kamailio",
        )
    if said := await _refused(patient, program):
        return fail(
            f"Kamailio 不接受配置：{said}",
            f"Kamailio refuses its configuration: {said}",
            "检查 [edge] 和 [[trunk]]；需要 Kamailio 5.6 或更高版本",
            "look at [edge] and [[trunk]]; Kamailio 5.6 or newer is needed",
        )
    where = f"{given.host}:{given.port}"
    if await answers_options((given.host, given.port), ANSWER_SECONDS):
        return ok(f"有应答 {where}", f"answers {where}")
    return warn(f"无应答 {where}", f"no answer {where}", "执行 ./hotline up", "run ./hotline up")


async def _refused(patient: Patient, program: EdgeProgram) -> str:
    """What it would say at a start; the file holds no running one's secret."""
    door = EdgeDoor(inner_port=1, secret=secrets.token_urlsafe(24))
    text = render_edge(patient.settings, program.modules_dir, door)
    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        file = Path(folder) / MAIN
        await asyncio.to_thread(file.write_text, text, "utf-8")
        return await complaint(program, file)
