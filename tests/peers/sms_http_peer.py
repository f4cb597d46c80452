"""The hosts that send short messages over HTTP, on loopback: two clouds and a city's own system.

Each looks at the signature of a request as its public documentation says, from what was on the
wire, and answers as it does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

KEY_ID, KEY_SECRET = "AKIDhotline", "cloud-key-of-the-hotline"
WHSEC = b"0123456789abcdef01234567"


@dataclass
class SmsHttpPeer:
    """What was sent, and what is answered instead of yes."""

    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    code: str = ""
    status: int = 200
    id: str = ""
    """Of what is sent, instead of one of its own."""

    async def aliyun(self, request: web.Request) -> web.Response:
        """ACS3-HMAC-SHA256 (help.aliyun.com: request structure and signature V3)."""
        said, _, rest = request.headers["Authorization"].partition(" Credential=")
        parts = dict(one.partition("=")[::2] for one in f"Credential={rest}".split(","))
        names = parts["SignedHeaders"].split(";")
        body = hashlib.sha256(await request.read()).hexdigest()
        lines = [request.method, "/", request.rel_url.raw_query_string]
        lines += [f"{name}:{request.headers[name].strip()}" for name in names]
        lines += ["", parts["SignedHeaders"], body]
        asked = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        right = _hex(KEY_SECRET.encode(), f"{said}\n{asked}")
        query = dict(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
        if parts["Credential"] != KEY_ID or right != parts["Signature"]:
            return web.json_response({"Code": "SignatureDoesNotMatch"}, status=400)
        assert request.headers["x-acs-action"] == "SendSms"
        code = self.code or ("OK" if query["PhoneNumbers"] else "isv.MOBILE_NUMBER_ILLEGAL")
        if code != "OK":
            return web.json_response({"Code": code, "Message": "-"}, status=400)
        self.sent.append(query)
        return web.json_response({"Code": "OK", "BizId": f"biz{len(self.sent)}"})

    async def tencent(self, request: web.Request) -> web.Response:
        """TC3-HMAC-SHA256 (cloud.tencent.com: signature v3)."""
        body = await request.read()
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        parts = dict(one.strip().partition("=")[::2] for one in rest.split(","))
        key_id, _, scope = parts["Credential"].partition("/")
        names = parts["SignedHeaders"].split(";")
        lines = ["POST", "/", "", *(f"{one}:{request.headers[one].lower()}" for one in names)]
        lines += ["", parts["SignedHeaders"], hashlib.sha256(body).hexdigest()]
        asked = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = b"TC3" + KEY_SECRET.encode()
        for word in scope.split("/"):
            key = hmac.new(key, word.encode(), hashlib.sha256).digest()
        seconds = request.headers["X-TC-Timestamp"]
        right = _hex(key, f"{scheme}\n{seconds}\n{scope}\n{asked}")
        if key_id != KEY_ID or right != parts["Signature"]:
            fault = {"Code": "AuthFailure.SignatureFailure", "Message": "-"}
            return web.json_response({"Response": {"Error": fault}})
        told = json.loads(body)
        if not told["PhoneNumberSet"]:
            fault = {"Code": "InvalidParameterValue.IncorrectPhoneNumber", "Message": "-"}
            return web.json_response({"Response": {"Error": fault}})
        if self.code:
            row = {"Code": self.code, "SerialNo": ""}
            return web.json_response({"Response": {"SendStatusSet": [row]}})
        self.sent.append(told)
        row = {"Code": "Ok", "SerialNo": f"sid{len(self.sent)}"}
        return web.json_response({"Response": {"SendStatusSet": [row]}})

    async def plain(self, request: web.Request) -> web.Response:
        """Standard Webhooks."""
        body = await request.read()
        said = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}."
        code = hmac.new(WHSEC, said.encode() + body, hashlib.sha256).digest()
        if request.headers["webhook-signature"] != "v1," + base64.b64encode(code).decode():
            return web.json_response({}, status=401)
        told = json.loads(body)
        if told.get("type") == "check":
            return web.json_response({})
        if self.status != 200:
            return web.json_response({}, status=self.status, headers={"Retry-After": "7"})
        self.sent.append(told)
        return web.json_response({"id": self.id or f"p{len(self.sent)}"})


def short_options(folder: Path, url: str) -> dict[str, str]:
    """The options of an account of the city's own system."""
    secret = folder / "whsec"
    secret.write_text(f"whsec_{base64.b64encode(WHSEC).decode()}")
    return {"by": "http", "base_url": url, "secret_file": str(secret), "signature": "12345热线"}


def _hex(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@asynccontextmanager
async def sms_http(name: str) -> AsyncIterator[SmsHttpPeer]:
    """One of them, by its method's name."""
    peer = SmsHttpPeer()
    app = web.Application()
    app.router.add_post("/", getattr(peer, name))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = runner.addresses[0]
    peer.url = f"http://127.0.0.1:{address[1]}"
    try:
        yield peer
    finally:
        await runner.cleanup()
