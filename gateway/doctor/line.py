"""The line of waiting conversations: here, or in a Redis that is fit for it."""

from __future__ import annotations

from gateway.app.line import redis_line
from gateway.core.errors import LineUnavailable
from gateway.doctor.finding import Finding, Patient, fail, ok, warn

OLDEST = (6, 2)
"""Debian 11's; older ones were not tried."""
POLICY = "noeviction"


async def line(patient: Patient) -> Finding:
    """Whether Redis answers within the limit, how old it is, and that it throws nothing away."""
    settings = patient.settings.line
    if not settings.redis_url:
        return ok("在网关内", "in the gateway")
    async with await redis_line(settings) as shared:
        try:
            facts = await shared.facts()
        except LineUnavailable as away:
            return warn(
                f"Redis 没有应答（{away.reason}），网关自己保管队列",
                f"Redis does not answer ({away.reason}); the gateway holds the line itself",
                "检查 line.redis_url、密码和 Redis 服务，或留空 redis_url",
                "check line.redis_url, its password and the Redis server, or leave redis_url empty",
            )
    said = f"Redis {facts.version}"
    if _parsed(facts.version) < OLDEST:
        needed = ".".join(map(str, OLDEST))
        return fail(said, said, f"需要 Redis {needed} 或更高", f"Redis {needed} or newer is needed")
    if facts.policy != POLICY:
        return fail(
            f"{said}，写满时会丢弃数据（{facts.policy}）",
            f"{said}, which throws data away when it is full ({facts.policy})",
            f"在 redis.conf 中设 maxmemory-policy {POLICY}",
            f"set maxmemory-policy {POLICY} in redis.conf",
        )
    return ok(said, said)


def _parsed(version: str) -> tuple[int, ...]:
    """Its numbers; none when it is no version."""
    parts = version.split(".")[:2]
    return tuple(int(part) for part in parts) if all(map(str.isdecimal, parts)) else ()
