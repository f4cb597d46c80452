"""The hotline as it runs now: pages, parts, the telephone's door, trunks, certificates."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiohttp
from cryptography import x509

from config.settings import Settings
from gateway.doctor.finding import Finding, Patient, fail, ok, warn
from gateway.provision.port_check import busy_ports
from gateway.simulate.errors import PhoneError
from gateway.simulate.phone import SipPhone

ANSWER_SECONDS = 2.0
SIP_PORT = 5060
SOON_DAYS = 21
EVERYWHERE = frozenset({"0.0.0.0", "::", ""})
START = "执行 ./hotline up", "run ./hotline up"


def web_address(settings: Settings) -> str:
    """Where we reach the gateway from its own machine."""
    web = settings.web
    scheme = "https" if web.tls_cert_file else "http"
    return f"{scheme}://{near(web.host)}:{web.port}"


def near(host: str) -> str:
    """Where we reach something that listens everywhere."""
    return "127.0.0.1" if host in EVERYWHERE else host


async def gateway(patient: Patient) -> Finding:
    """It answers and every part of it is up; when it does not run, its ports are free."""
    url = web_address(patient.settings)
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as http,
            # the certificate is for its public name, not for this address
            http.get(f"{url}/health/ready", ssl=False) as answer,
        ):
            parts = (await answer.json())["parts"]
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError):
        return await asyncio.to_thread(_not_running, patient.settings, url)
    down = {name: state for name, state in parts.items() if state != "up"}
    if not down:
        return ok(f"运行中 {url}", f"running {url}")
    said = " ".join(f"{name}: {state}" for name, state in down.items())
    return fail(
        f"有部件异常：{said}",
        f"parts are down: {said}",
        "查看日志；部件会自动重试。phones 表示与话务系统的连接，store 表示数据库",
        "look into the log; parts are tried again by themselves. phones is the link to the "
        "telephone system, store the database",
    )


def _not_running(settings: Settings, url: str) -> Finding:
    busy = busy_ports(settings)
    if busy:
        return fail(busy[0].zh, busy[0].en, "见左列", "see there")
    return warn(f"未运行 {url}", f"not running {url}", *START)


async def is_up(settings: Settings) -> bool:
    """Whether the gateway answers."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_SECONDS)) as http,
            http.get(f"{web_address(settings)}/health/live", ssl=False) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def sip_door(patient: Patient) -> Finding:
    """Phones and trunks find somebody there (RFC 3261 section 11, OPTIONS)."""
    asterisk = patient.settings.asterisk
    server = near(asterisk.sip_host), asterisk.sip_port
    said = f"{server[0]}:{server[1]}"
    if await _sip_answers(server):
        return ok(f"有应答 {said}", f"answers {said}")
    return warn(f"无应答 {said}", f"no answer {said}", *START)


async def trunks(patient: Patient) -> Finding:
    """Those that calls go out by."""
    outward = [one for one in patient.settings.trunk if one.host]
    if not outward:
        return ok("只呼入", "incoming only")
    well = await answering({one.name: one.host for one in outward})
    dead = [name for name, alive in well.items() if not alive]
    if not dead:
        return ok(f"{len(outward)} 条有应答", f"{len(outward)} answer")
    said = " ".join(dead)
    return fail(
        f"无应答：{said}",
        f"no answer: {said}",
        "检查 [[trunk]] host、防火墙和对方状态",
        "check host of the [[trunk]], the firewall and the other side",
    )


async def answering(hosts: Mapping[str, str]) -> Mapping[str, bool]:
    """Whether each of these trunks (name → host) answers OPTIONS."""
    answers = await asyncio.gather(*(_sip_answers(_address(host)) for host in hosts.values()))
    return dict(zip(hosts, answers, strict=True))


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    return parts.hostname or host, parts.port or SIP_PORT


async def _sip_answers(server: tuple[str, int]) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS), SipPhone("doctor", server) as phone:
            await phone.options()
    except (PhoneError, TimeoutError, OSError):
        return False
    return True


async def certificate(patient: Patient) -> Finding:
    """Valid, and for a while."""
    path = patient.settings.web.tls_cert_file
    if path is None:
        return ok("未使用", "none")
    loaded = x509.load_pem_x509_certificate(await asyncio.to_thread(path.read_bytes))
    days = (loaded.not_valid_after_utc - datetime.now(UTC)).days
    said = f"{loaded.not_valid_after_utc:%Y-%m-%d}"
    fix = f"换新证书 {path}，然后重启", f"put a new certificate into {path} and restart"
    if days < 0:
        return fail(f"已过期 {said}", f"expired {said}", *fix)
    if days < SOON_DAYS:
        return warn(f"还剩 {days} 天", f"{days} days left", *fix)
    return ok(f"有效期至 {said}", f"until {said}")


async def microphone(patient: Patient) -> Finding:
    """Browsers give the microphone to https and to this machine only (W3C Secure Contexts)."""
    settings = patient.settings
    url = settings.web.public_url or web_address(settings)
    parts = urlsplit(url)
    if parts.scheme == "https" or _is_here(parts.hostname or ""):
        return ok(url, url)
    return warn(
        f"{url} 不是 https，浏览器不允许使用麦克风",
        f"{url} is not https: browsers refuse the microphone",
        "设置 web.tls_cert_file 和 tls_key_file，或在前面放一个 https 代理并设 public_url",
        "set web.tls_cert_file and tls_key_file, or put an https proxy in front and set public_url",
    )


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
