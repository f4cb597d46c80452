"""A port for a server of this machine that nobody else is likely to take before it listens.

The kernel gives out the ports that outgoing connections leave from (ip(7), ip_local_port_range,
mostly 32768 and above). A server that is given one of those finds it taken now and then, and a
client that knocks at it again and again before it listens may end up connected with itself (RFC
9293 section 3.5, simultaneous open). So the ports here lie below that range, and below RTP's.
"""

from __future__ import annotations

import random
import socket

FIRST, LAST = 10_000, 19_999
TRIES = 200


def free_port(host: str = "127.0.0.1") -> int:
    """A port that is free for TCP and UDP now; somebody may still take it before it is used.

    OSError when there is none.
    """
    for port in random.sample(range(FIRST, LAST + 1), TRIES):
        if _is_free(host, port):
            return port
    with socket.create_server((host, 0)) as server:
        return int(server.getsockname()[1])


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
