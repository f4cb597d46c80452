"""What WeChat pushes for a bench: text messages of citizens, sealed before anything is timed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

from yarl import URL

from channels.wechat_codec import Codec, aes_key, signature

ACCOUNT = "wechat:bench"
APPID, TOKEN = "wxbench0000000001", "bench-token"
KEY = "benchBENCHbenchBENCHbenchBENCHbenchBENCHbenc"[:43]
OURS = "gh_bench00000001"
WORDS = "和平路12号门前的路灯已经三天不亮了，晚上老人出门很不方便，请尽快安排维修。联系人在家。"

_XML = (
    "<xml><ToUserName><![CDATA[{ours}]]></ToUserName><FromUserName><![CDATA[{openid}]]>"
    "</FromUserName><CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{words}]]></Content><MsgId>{number}</MsgId></xml>"
)
_ENVELOPE = (
    "<xml><ToUserName><![CDATA[{ours}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
)


def pushes(
    url: str, count: int, each: int, at: datetime, first: int
) -> Iterator[tuple[URL, bytes]]:
    """``count`` messages with numbers from ``first`` on, of citizens who write ``each`` of them.

    What one citizen writes is spread over the whole: nobody waits for their own message before.
    """
    codec, citizens = Codec(TOKEN, aes_key(KEY), APPID), max(1, count // each)
    openids = [f"o{secrets.token_urlsafe(20)[:27]}" for _ in range(citizens)]
    timestamp = str(int(at.timestamp()))
    for number in range(count):
        text = _XML.format(
            ours=OURS,
            openid=openids[number % citizens],
            at=timestamp,
            words=WORDS,
            number=first + number,
        )
        sealed, nonce = codec.seal(text.encode()), str(secrets.randbelow(10**10))
        query = {
            "signature": signature(TOKEN, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": openids[number % citizens],
            "encrypt_type": "aes",
            "msg_signature": signature(TOKEN, timestamp, nonce, sealed),
        }
        yield URL(url).with_query(query), _ENVELOPE.format(ours=OURS, sealed=sealed).encode()
