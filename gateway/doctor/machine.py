"""The machine: Python, room on the disk, ports for sound, open files, the clock."""

from __future__ import annotations

import ctypes
import platform
import resource
import shutil
import sys
from pathlib import Path

from gateway.doctor.finding import Finding, Patient, fail, ok, warn

OLDEST_PYTHON = (3, 11)
GIB = 1024**3
FULL_GIB, LOW_GIB = 1, 20
RECORDED_BYTES_AN_HOUR = 3 * 16_000 * 3600  # 8 kHz, 16 bit: the talk and each side by itself
FILES_A_CALL = 20
"""Two legs with SIP, RTP and RTCP, two taps, three files of sound, and the gateway's own."""
LOCAL_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
RESERVED_PORTS = Path("/proc/sys/net/ipv4/ip_local_reserved_ports")
UNSYNCHRONISED = 0x0040  # adjtimex(2) STA_UNSYNC


def python(patient: Patient) -> Finding:
    """The interpreter."""
    del patient
    version = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        return ok(version, version)
    return fail(version, version, "需要 Python 3.11 或更高", "Python 3.11 or newer is needed")


def disk(patient: Patient) -> Finding:
    """Room for recordings and the database."""
    folder = patient.settings.data_dir.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    hours = int(free / RECORDED_BYTES_AN_HOUR)
    zh = f"剩余 {free / GIB:.0f} GiB，约可录音 {hours} 小时"
    en = f"{free / GIB:.0f} GiB free, about {hours} hours of recordings"
    fix = f"清理或扩大 {folder}", f"make room in {folder}"
    if free < FULL_GIB * GIB:
        return fail(zh, en, *fix)
    return warn(zh, en, *fix) if free < LOW_GIB * GIB else ok(zh, en)


def open_files(patient: Patient) -> Finding:
    """As many as the calls need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = patient.settings.asterisk.max_calls * FILES_A_CALL
    limit = hard if soft == resource.RLIM_INFINITY else soft
    said = f"{limit} ({patient.settings.asterisk.max_calls} calls: {needed})"
    if limit == resource.RLIM_INFINITY or limit >= needed:
        return ok(said, said)
    return warn(
        said,
        said,
        f"启动前执行 ulimit -n {needed}，或在服务单元中设 LimitNOFILE={needed}",
        f"run ulimit -n {needed} before starting, or set LimitNOFILE={needed} in the unit",
    )


def sound_ports(patient: Patient) -> Finding:
    """The kernel must not give the ports for sound to others."""
    asterisk = patient.settings.asterisk
    own = f"{asterisk.rtp_start}-{asterisk.rtp_end}"
    low, high = map(int, LOCAL_PORTS.read_text("ascii").split())
    overlap = asterisk.rtp_start <= high and low <= asterisk.rtp_end
    if not overlap or own in RESERVED_PORTS.read_text("ascii").strip().split(","):
        return ok(own, own)
    reserve = f"sysctl -w net.ipv4.ip_local_reserved_ports={own}"
    return warn(
        f"{own} 与系统临时端口 {low}-{high} 重叠",
        f"{own} overlaps the kernel's own range {low}-{high}",
        f"执行 {reserve}，或修改 asterisk.rtp_start/rtp_end",
        f"run {reserve}, or change asterisk.rtp_start/rtp_end",
    )


class _Timex(ctypes.Structure):
    """struct timex of adjtimex(2), as far as it is read; the rest is room for the kernel."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def clock(patient: Patient) -> Finding:
    """Kept right by a time server: waits, freshness and the record depend on it."""
    del patient
    timex = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    if state >= 0 and not timex.status & UNSYNCHRONISED:
        return ok("已与时间服务器同步", "kept right by a time server")
    return warn(
        "没有与时间服务器同步",
        "not kept right by a time server",
        "安装并启用 chrony 或 systemd-timesyncd",
        "install and enable chrony or systemd-timesyncd",
    )
