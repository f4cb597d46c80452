"""Sending a template by a cloud's own API: what is posted, and what the answer means. PURE.

Clouds in China send templates only, which they have approved together with the signature; what we
say becomes one variable of it. Alibaba Cloud: Dysmsapi 2017-05-25 ``SendSms``. Tencent Cloud: SMS
2021-01-11 ``SendSms``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.errors import RecipientGone, SendFailed, TryLater
from channels.sms_signing import acs3, sha256, tc3

ALIYUN, TENCENT = "aliyun", "tencent"
_LATER = ("Throttling", "isv.BUSINESS_LIMIT_CONTROL", "isp.", "ServiceUnavailable",
          "InternalError", "RequestLimitExceeded", "LimitExceeded")  # fmt: skip
_GONE = ("isv.MOBILE_NUMBER_ILLEGAL", "FailedOperation.PhoneNumberInBlacklist",
         "InvalidParameterValue.IncorrectPhoneNumber")  # fmt: skip
KEYS_WRONG = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "AuthFailure",
              "UnauthorizedOperation", "Forbidden")  # fmt: skip
MOST_CODE, MOST_ID = 64, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What is sent: ``text`` as it was approved, ``variable`` stands in it for what we say."""

    code: str
    signature: str
    variable: str = "content"
    text: str = ""
    app_id: str = ""
    """Tencent's SmsSdkAppId."""
    region: str = ""

    @property
    def around(self) -> tuple[str, str]:
        """What stands before and behind the variable; both are billed."""
        for mark in (f"${{{self.variable}}}", "{1}"):
            before, found, behind = self.text.partition(mark)
            if found:
                return before, behind
        return self.text, ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Of an account of the cloud's that may do nothing but send."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to be sent to whom; ``key`` is the same on every try."""

    to: str = field(repr=False)
    text: str = field(repr=False)
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One request."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def aliyun(
    base: str, host: str, keys: Keys, template: Template, said: Said, *, at: datetime, nonce: str
) -> Posted:
    """``SendSms``; the key comes back as out_id."""
    query = {
        "PhoneNumbers": said.to,
        "SignName": template.signature,
        "TemplateCode": template.code,
        "TemplateParam": json.dumps({template.variable: said.text}, ensure_ascii=False),
        "OutId": said.key,
    }
    headers = {
        "host": host,
        "x-acs-action": "SendSms",
        "x-acs-version": "2017-05-25",
        "x-acs-date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": sha256(b""),
    }
    asked, authorization = acs3(keys.id, keys.secret, query, headers)
    del headers["host"]
    return Posted(
        url=f"{base}/?{asked}", headers={**headers, "Authorization": authorization}, body=b""
    )


def tencent(
    base: str, host: str, keys: Keys, template: Template, said: Said, *, at: datetime
) -> Posted:
    """``SendSms``; the key comes back as its context."""
    to = said.to if said.to.startswith("+") or not said.to else f"+86{said.to}"
    asked = {
        "PhoneNumberSet": [to] if to else [],
        "SmsSdkAppId": template.app_id,
        "SignName": template.signature,
        "TemplateId": template.code,
        "TemplateParamSet": [said.text],
        "SessionContext": said.key,
    }
    body = json.dumps(asked, ensure_ascii=False).encode("utf-8", "replace")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": template.region,
        "X-TC-Timestamp": str(int(at.timestamp())),
        "Authorization": tc3(keys.id, keys.secret, body, service="sms", host=host, at=at),
    }
    return Posted(url=f"{base}/", headers=headers, body=body)


def aliyun_said(told: dict[str, Any]) -> tuple[str, str]:
    """Code ("OK") and BizId."""
    return _word(told.get("Code")), _word(told.get("BizId"))


def tencent_said(told: dict[str, Any]) -> tuple[str, str]:
    """Code ("Ok") and SerialNo, of the one number that was asked for."""
    answer = told.get("Response")
    answer = answer if isinstance(answer, dict) else {}
    fault, rows = answer.get("Error"), answer.get("SendStatusSet")
    if isinstance(fault, dict):
        return _word(fault.get("Code")), ""
    row = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    return _word(row.get("Code")), _word(row.get("SerialNo"))


def taken(status: int, code: str, id_: str) -> str:
    """Its id. Raises SendFailed and those below it."""
    if code.upper() == "OK" and status == 200:
        return id_
    if code.startswith(_GONE):
        raise RecipientGone(code)
    if code.startswith(_LATER) or (not code and (status >= 500 or status == 429)):
        raise TryLater(code or f"http-{status}")
    raise SendFailed(code or f"http-{status}")


def _word(value: object) -> str:
    said = value if isinstance(value, str) else ""
    return "".join(one for one in said if one.isascii() and one.isprintable())[:MOST_CODE]
