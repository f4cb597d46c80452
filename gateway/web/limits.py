"""How much of everything one address, one request, one socket may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, bytes and counts; tests turn them down.

    ``header_seconds``: from the connection, or from the first byte of a later request, to the end
    of its headers. ``stall_seconds``: how long a peer may leave what we send unread;
    ``transfer_seconds``: how long one answer may take in all. An office stands behind one address,
    hence the large ``connections_per_address``. ``visits_*``: new sessions of citizens' pages, free
    and against a proof of work (a mobile network stands behind few addresses); ``chat_waits*``:
    long polls and sockets that are open together.
    """

    connections: int = 4000
    connections_per_address: int = 400
    header_seconds: float = 5.0
    body_seconds: float = 10.0
    body_bytes: int = 64 * 1024
    keep_alive_seconds: float = 60.0
    stall_seconds: float = 20.0
    answer_seconds: float = 15.0
    transfer_seconds: float = 300.0
    sockets: int = 2000
    drain_seconds: float = 3.0
    live_message_bytes: int = 4 * 1024
    live_ping_seconds: float = 5.0
    live_silence_seconds: float = 15.0
    session_check_seconds: float = 60.0
    seat_check_seconds: float = 5.0
    sip_message_bytes: int = 16 * 1024
    sip_connect_seconds: float = 5.0
    sip_first_seconds: float = 30.0
    sip_after_seconds: float = 5.0
    sip_longest_seconds: float = 4 * 3600.0
    sip_messages_a_second: float = 20.0
    sip_messages_at_once: int = 100
    ticket_seconds: float = 60.0
    tickets: int = 1000
    tickets_a_minute: float = 12.0
    tickets_at_once: int = 10
    visits_free_an_hour: float = 300.0
    visits_at_once: int = 60
    visits_a_second: float = 10.0
    visits_together: int = 200
    visits_proven_an_hour: int = 3000
    form_bytes: int = 10 * 1024 * 1024 + 64 * 1024
    form_seconds: float = 180.0
    forms_under_way: int = 8
    code_tries_a_minute: float = 6.0
    code_tries_at_once: int = 12
    chat_messages_a_minute: float = 20.0
    chat_messages_at_once: int = 10
    chat_wait_seconds: float = 25.0
    chat_status_seconds: float = 5.0
    chat_waits_per_visit: int = 4
    chat_waits_per_address: int = 200
    chat_waits: int = 1500
    chat_socket_bytes: int = 2 * 1024
    upload_bytes: int = 200 * 1024 * 1024
    upload_seconds: float = 280.0
    uploads_under_way: int = 64
    app_posts_a_second: float = 50.0
    app_posts_at_once: int = 200
    app_reads_a_second: float = 200.0
    app_reads_at_once: int = 400
    app_file_bytes: int = 10 * 1024 * 1024
