"""Every check, in the order in which they are shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from gateway.core.errors import HotlineError
from gateway.doctor import (
    calendar,
    channels,
    data,
    edge,
    emergency,
    line,
    machine,
    made,
    running,
    speech,
)
from gateway.doctor.finding import Check, Finding, Patient, blocking, fail

LOOK_SECONDS = 30.0

CHECKS: tuple[Check, ...] = (
    Check("python", "Python", "Python", blocking(machine.python)),
    Check("disk", "磁盘空间", "disk", blocking(machine.disk)),
    Check("open-files", "打开文件数", "open files", blocking(machine.open_files)),
    Check("sound-ports", "语音端口", "ports for sound", blocking(machine.sound_ports)),
    Check("clock", "时钟", "clock", blocking(machine.clock)),
    Check("telephone", "话务系统", "telephone system", blocking(made.telephone_system)),
    Check("prompts", "提示音", "prompts", blocking(made.prompts)),
    Check("flow", "语音流程", "voice flow", data.flow),
    Check("pages", "网页", "web pages", blocking(made.pages)),
    Check("speech-model", "语音识别模型", "speech model", speech.model),
    Check("speech-measured", "语音识别能力", "speech measured", blocking(speech.calibrated)),
    Check("database", "数据库", "database", data.database),
    Check("key", "主密钥", "master key", data.master_key),
    Check("line", "会话队列", "line of conversations", line.line),
    Check("calendar", "工作日历", "working days", blocking(calendar.working_days)),
    Check("people", "人员", "people", data.people),
    Check("gateway", "网关", "gateway", running.gateway),
    Check("sip", "SIP 入口", "SIP door", running.sip_door),
    Check("edge", "SIP 边缘代理", "SIP edge", edge.edge),
    Check("trunks", "中继", "trunks", running.trunks),
    Check("emergency", "紧急专线", "emergency lines", emergency.lines),
    Check("certificate", "TLS 证书", "TLS certificate", running.certificate),
    Check("files", "附件处理", "files of messages", channels.files),
    Check("microphone", "麦克风", "microphone", running.microphone),
)


async def examine(
    patient: Patient, checks: Sequence[Check] = CHECKS
) -> AsyncIterator[tuple[Check, Finding]]:
    """Each check with what it found, one after the other."""
    for check in checks:
        yield check, await _found(check, patient)


async def _found(check: Check, patient: Patient) -> Finding:
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return await check.look(patient)
    except TimeoutError:
        said = "没有及时应答", "did not answer in time"
    except (OSError, ValueError, HotlineError) as fault:
        said = str(fault), str(fault)
    return fail(*said, "按提示处理后重试", "mend what it says and try again")
