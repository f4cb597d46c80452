"""Two clouds: callbacks that nobody signs, and templates that are signed as each of them says."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.channel import Channel
from channels.errors import BadSettings, Forged, HookRefused, RecipientGone, SendFailed, TryLater
from channels.message import Kind, Outbound, ReceiptState, Route, WebhookRequest
from channels.registry import open_account
from channels.sms_signing import acs3, tc3
from tests.peers.sms_http_peer import KEY_ID, KEY_SECRET, sms_http

SECRET = "a-secret-in-the-address-of-our-hook"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
UP = {
    "phone_number": "13800138000",
    "content": "井盖丢了🙂",
    "send_time": "2026-03-02 08:59:58",
    "dest_code": "12345",
    "sequence_id": 1234567890,
}
REPORT = {
    "phone_number": "13800138000",
    "send_time": "2026-03-02 08:00:00",
    "report_time": "2026-03-02 08:00:05",
    "success": True,
    "err_code": "DELIVERED",
    "err_msg": "用户接收成功",
    "sms_size": "1",
    "biz_id": "932702304080415357^0",
    "out_id": "m1",
}
REPLY = {
    "extend": "",
    "mobile": "13800138000",
    "nationcode": "86",
    "sign": "苏州12345热线",
    "text": "谢谢",
    "time": 1772413198,
}
STATUS = {
    "user_receive_time": "2026-03-02 08:00:05",
    "nationcode": "86",
    "mobile": "13800138000",
    "report_status": "FAIL",
    "errmsg": "MK:0001",
    "description": "空号",
    "sid": "2019:538457164209719",
}


def account(folder: Path, by: str, **more: str) -> Channel:
    """One that believes 192.0.2.0/24."""
    (folder / "secret").write_text(SECRET)
    options = {
        "by": by,
        "secret_file": str(folder / "secret"),
        "allow": "192.0.2.0/24, 2001:db8::1",
    }
    return open_account("sms", "main", options | more)


def sending(folder: Path, by: str, url: str, **more: str) -> Channel:
    """One that has a template."""
    (folder / "key").write_text(KEY_SECRET)
    options = {
        "base_url": url,
        "key_id": KEY_ID,
        "key_secret_file": str(folder / "key"),
        "template": "SMS_12345",
        "template_text": "您反映的问题答复如下：${content}。感谢来电。",
        "signature": "苏州12345热线",
    }
    options |= {"app_id": "1400006666"} if by == "tencent" else {}
    return account(folder, by, **(options | more))


def callback(body: Any, **more: Any) -> WebhookRequest:
    """From one of their addresses, with our secret."""
    request = WebhookRequest(
        method="POST",
        query={"key": SECRET},
        headers={"content-type": "application/json"},
        body=body if isinstance(body, bytes) else json.dumps(body).encode(),
        address="192.0.2.7",
        received_at=NOW,
    )
    return dataclasses.replace(request, **more)


def test_what_alibaba_cloud_posts(tmp_path: Path) -> None:
    """A list of messages, a list of reports; their answer is the one that they wait for."""
    cloud = account(tmp_path, "aliyun")
    received = cloud.receive(callback([UP, {**UP, "sequence_id": "2"}]))
    assert json.loads(received.answer.body) == {"code": 0, "msg": "OK"}
    one, other = received.messages
    assert (one.text, one.sender.value, one.kind) == ("井盖丢了🙂", "13800138000", Kind.TEXT)
    assert one.sent_at == datetime(2026, 3, 2, 0, 59, 58, tzinfo=UTC)
    assert one.key != other.key
    refused = {**REPORT, "success": False, "err_code": "MOBILE_SEND_LIMIT"}
    good, bad = cloud.receive(callback([REPORT, refused])).receipts
    assert (good.provider_id, good.state) == ("932702304080415357^0", ReceiptState.DELIVERED)
    assert good.at == datetime(2026, 3, 2, 0, 0, 5, tzinfo=UTC)
    assert (bad.state, bad.code) == (ReceiptState.FAILED, "MOBILE_SEND_LIMIT")


def test_what_tencent_cloud_posts(tmp_path: Path) -> None:
    """One reply, a list of statuses; a reply has no id and comes twice as the same."""
    cloud = account(tmp_path, "tencent")
    first, again = (cloud.receive(callback(REPLY)).messages[0] for _ in range(2))
    assert first == again
    assert (first.text, first.sent_at) == ("谢谢", datetime(2026, 3, 2, 0, 59, 58, tzinfo=UTC))
    later = cloud.receive(callback({**REPLY, "time": 1772413199})).messages[0]
    assert later.key != first.key
    received = cloud.receive(callback([STATUS]))
    assert json.loads(received.answer.body) == {"result": 0, "errmsg": "OK"}
    (status,) = received.receipts
    assert (status.provider_id, status.state, status.code) == (
        "2019:538457164209719",
        ReceiptState.FAILED,
        "MK:0001",
    )


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
def test_nobody_is_believed_without_secret_and_address(tmp_path: Path, by: str) -> None:
    """Neither alone, nor a secret that is nearly right, nor an address that is none."""
    cloud = account(tmp_path, by)
    body = [UP] if by == "aliyun" else REPLY
    assert cloud.receive(callback(body)).messages
    assert cloud.receive(callback(body, address="::ffff:192.0.2.9")).messages
    assert cloud.receive(callback(body, address="2001:db8::1")).messages
    wrong: tuple[dict[str, Any], ...] = (
        {"query": {}},
        {"query": {"key": SECRET[:-1]}},
        {"query": {"key": SECRET + "é"}},
        {"address": "198.51.100.1"},
        {"address": "2001:db8::2"},
        {"address": ""},
    )
    for more in wrong:
        with pytest.raises(Forged):
            cloud.receive(callback(body, **more))
    with pytest.raises(HookRefused):
        cloud.receive(callback(body, method="GET"))


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
def test_without_a_list_of_addresses_there_is_no_account(tmp_path: Path, by: str) -> None:
    """Deny by default."""
    for allow in ("", "everywhere"):
        with pytest.raises(BadSettings) as wrong:
            account(tmp_path, by, allow=allow)
        assert [key for key, _, _ in wrong.value.problems] == ["allow"]


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
def test_what_cannot_be_read_is_kept(tmp_path: Path, by: str) -> None:
    """A cloud tries a few times and then forgets: what it means can be found out later."""
    cloud = account(tmp_path, by)
    for body in (b"hello", b"\xff\xfe", [{"content": 1}], {"mobile": 1}, [{"sid": None}]):
        (one,) = cloud.receive(callback(body)).messages
        assert (one.kind, one.starts) == (Kind.UNKNOWN, False)


def test_signatures_are_those_of_the_public_examples() -> None:
    """help.aliyun.com "V3 request structure and signature", cloud.tencent.com "Signature v3"."""
    query = {
        "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
        "RegionId": "cn-shanghai",
    }
    headers = {
        "host": "ecs.cn-shanghai.aliyuncs.com",
        "x-acs-action": "RunInstances",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-date": "2023-10-26T10:22:32Z",
        "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
        "x-acs-version": "2014-05-26",
    }
    _, said = acs3("YourAccessKeyId", "YourAccessKeySecret", query, headers)
    assert said.endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    said = tc3(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        body,
        service="cvm",
        host="cvm.tencentcloudapi.com",
        at=datetime.fromtimestamp(1551113065, UTC),
    )
    assert said.endswith(
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
async def test_a_template_leaves_with_what_we_say(tmp_path: Path, by: str) -> None:
    """Signed; its id is the one that receipts name; billed with the template's own words."""
    outbound = Outbound(key="k1", scheme="msisdn", to="13800138000", text="已修好 & 谢谢*")
    async with sms_http(by) as peer, sending(tmp_path, by, peer.url) as cloud:
        sent = await cloud.send(outbound)
        assert sent.parts == (("biz1",) if by == "aliyun" else ("sid1",))
        (said,) = peer.sent
        if by == "aliyun":
            assert said["PhoneNumbers"] == "13800138000"
            assert json.loads(said["TemplateParam"]) == {"content": "已修好 & 谢谢*"}
            assert (said["SignName"], said["OutId"]) == ("苏州12345热线", "k1")
        else:
            assert said["PhoneNumberSet"] == ["+8613800138000"]
            assert said["TemplateParamSet"] == ["已修好 & 谢谢*"]
        whole = "【苏州12345热线】您反映的问题答复如下：。感谢来电。"
        fits = dataclasses.replace(outbound, text="好" * (70 - len(whole)))
        assert cloud.caps.counts(fits) == 1
        assert cloud.caps.counts(dataclasses.replace(fits, text=fits.text + "好")) == 2
        with pytest.raises(SendFailed) as long:
            await cloud.send(dataclasses.replace(outbound, text="好" * 36))
        assert long.value.provider_code == "too-long"
        with pytest.raises(SendFailed):
            await cloud.send(dataclasses.replace(outbound, text="【银行】您好"))
        found = await cloud.check()
        assert all(one.good for one in found)
        assert len(peer.sent) == 1


@pytest.mark.parametrize(
    ("by", "code", "cause"),
    [
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", TryLater),
        ("aliyun", "Throttling.User", TryLater),
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", RecipientGone),
        ("aliyun", "isv.AMOUNT_NOT_ENOUGH", SendFailed),
        ("tencent", "LimitExceeded.PhoneNumberDailyLimit", TryLater),
        ("tencent", "FailedOperation.PhoneNumberInBlacklist", RecipientGone),
        ("tencent", "FailedOperation.SignatureIncorrectOrUnapproved", SendFailed),
    ],
)
async def test_a_refusal_is_said_by_its_cause(
    tmp_path: Path, by: str, code: str, cause: type[SendFailed]
) -> None:
    """In their own word."""
    outbound = Outbound(key="k1", scheme="msisdn", to="13800138000", text="已修好")
    async with sms_http(by) as peer, sending(tmp_path, by, peer.url) as cloud:
        peer.code = code
        with pytest.raises(SendFailed) as refused:
            await cloud.send(outbound)
        assert type(refused.value) is cause
        assert refused.value.provider_code == code


@pytest.mark.parametrize("by", ["aliyun", "tencent"])
async def test_without_a_template_it_only_receives_and_says_so(tmp_path: Path, by: str) -> None:
    """In what it can carry, in its check, and to whoever tries."""
    async with account(tmp_path, by) as cloud:
        assert cloud.caps.routes == frozenset()
        found = {one.name: one for one in await cloud.check()}
        assert "只收不发" in found["sending"].zh
        with pytest.raises(SendFailed):
            await cloud.send(Outbound(key="k", scheme="msisdn", to="13800138000", text="您好"))
    async with sms_http(by) as peer, sending(tmp_path, by, peer.url) as cloud:
        assert cloud.caps.routes == {Route.REPLY}
    async with sms_http(by) as peer, sending(tmp_path, by, peer.url, key_id="AKIDwrong") as cloud:
        assert not {one.name: one for one in await cloud.check()}["sending"].good
