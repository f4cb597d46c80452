"""Each channel account as it would work now, and what files become."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from channels.errors import BadSettings
from channels.message import Finding as Said
from channels.registry import open_account
from config.settings import ChannelAccount, Settings
from gateway.app.channels import enabled
from gateway.doctor.finding import Check, Finding, Patient, fail, ok, warn
from gateway.media.caged import fences
from gateway.media.ffmpeg import ffmpeg_version

CHECK_SECONDS = 20.0


def hook_url(settings: Settings, account: ChannelAccount) -> str:
    """What is entered on the platform; empty while nobody outside can reach us."""
    base = settings.web.public_url.rstrip("/")
    return f"{base}/hooks/{account.kind}/{account.name}" if base else ""


async def looked_at(settings: Settings, account: ChannelAccount) -> tuple[Said, ...]:
    """Everything that an account says of itself; raises nothing."""
    try:
        channel = open_account(account.kind, account.name, account.options)
    except BadSettings as wrong:
        return tuple(
            Said(
                name=key,
                good=False,
                zh=zh,
                en=en,
                fix_zh="修改配置文件",
                fix_en="mend the settings",
            )
            for key, zh, en in wrong.problems
        )
    try:
        async with asyncio.timeout(CHECK_SECONDS), channel:
            found = await channel.check()
    except TimeoutError:
        zh, en = "平台没有及时应答", "the platform did not answer in time"
        fix = "检查网络", "check the network"
        found = (Said(name="reach", good=False, zh=zh, en=en, fix_zh=fix[0], fix_en=fix[1]),)
    if not channel.caps.hooked:
        return found
    return (*found, _hook(hook_url(settings, account)))


def _hook(url: str) -> Said:
    if url:
        return Said(name="url", good=True, zh=f"回调地址 {url}", en=f"its hook is {url}")
    return Said(
        name="url",
        good=False,
        zh="平台不知道往哪里推送",
        en="the platform cannot know where to deliver",
        fix_zh="设置 web.public_url，再把回调地址填到平台上",
        fix_en="set web.public_url and enter the hook's address on the platform",
    )


def channel_checks(settings: Settings) -> tuple[Check, ...]:
    """One line for each account in use."""

    def line(account: ChannelAccount) -> Check:
        async def look(patient: Patient) -> Finding:
            return summed(await looked_at(patient.settings, account))

        return Check(f"channel {account.id}", f"渠道 {account.id}", f"channel {account.id}", look)

    return tuple(line(account) for account in enabled(settings))


def summed(found: Sequence[Said]) -> Finding:
    """What is wrong, or else what is well, on one line."""
    bad = [one for one in found if not one.good]
    if not bad:
        return ok("；".join(one.zh for one in found), "; ".join(one.en for one in found))
    return fail(
        "；".join(one.zh for one in bad),
        "; ".join(one.en for one in bad),
        "；".join(dict.fromkeys(one.fix_zh for one in bad if one.fix_zh)),
        "; ".join(dict.fromkeys(one.fix_en for one in bad if one.fix_en)),
    )


async def files(patient: Patient) -> Finding:
    """A decoder is there, and its cage holds."""
    del patient
    version = await asyncio.to_thread(ffmpeg_version)
    if not version:
        return warn(
            "没有可用的 ffmpeg：图片和语音只能下载",
            "no ffmpeg that fits: pictures and sound can only be downloaded",
            "安装 ffmpeg 6 或更高版本",
            "install ffmpeg 6 or newer",
        )
    held = await fences()
    missing = sorted({"network", "files"} - held)
    if missing:
        return warn(
            f"ffmpeg {version}；本机内核或账号不支持隔离：{' '.join(missing)}",
            f"ffmpeg {version}; this kernel or account cannot fence off: {' '.join(missing)}",
            "允许用户命名空间（kernel.unprivileged_userns_clone）和 Landlock",
            "allow user namespaces (kernel.unprivileged_userns_clone) and Landlock",
        )
    return ok(f"ffmpeg {version}，已隔离网络和文件", f"ffmpeg {version}, without network and files")
