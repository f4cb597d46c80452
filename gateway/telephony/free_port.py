"""A port for a server of this machine that nobody else is likely to take before it listens.

The kernel gives out the ports that outgoing connections leave from (ip(7), ip_local_port_range,
mostly 32768 and above). A server that is given one of those finds it taken now and then, and a
client that knocks at it again and again before it listens may end up connected with itself (RFC
9293 section 3.5, simultaneous open). So the ports here lie below that range, and below RTP's.

Who was given a port reserves it by a name in the abstract namespace of unix(7): no other process
that asks here is given the same, also while nobody listens there yet. A name ends with its process.
"""

from __future__ import annotations

import os
import random
import socket
from collections import deque

FIRST, LAST = 10_000, 19_999
TRIES = 200
MOST_RESERVED = 64
"""By one process; what was given before these is listened at, or not wanted any more."""

_reserved: deque[int] = deque()
"""Open files: the names' sockets."""


def free_port(host: str = "127.0.0.1") -> int:
    """A port that is free for TCP and UDP, and given to nobody else that asks; OSError: none is."""
    for port in random.sample(range(FIRST, LAST + 1), TRIES):
        if _reserve(port) and _is_free(host, port):
            return port
    raise OSError(f"no port is free between {FIRST} and {LAST}")


def _reserve(port: int) -> bool:
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0hotline-port-{port}")
    except OSError:
        name.close()
        return False
    _reserved.append(name.detach())
    while len(_reserved) > MOST_RESERVED:
        os.close(_reserved.popleft())
    return True


def _is_free(host: str, port: int) -> bool:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
    ):
        try:
            udp.bind((host, port))
            tcp.bind((host, port))
        except OSError:
            return False
    return True
