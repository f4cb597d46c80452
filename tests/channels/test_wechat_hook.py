"""What the hook of a WeChat account believes, and what it refuses."""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channels import wechat_codec, wechat_hook
from channels.errors import BadSettings, Forged, HookRefused, Malformed, Stale
from channels.message import Kind, WebhookRequest
from channels.wechat_replay import MOST_TIMES, Replayed, Seen
from tests.channels.wechat_world import OPENID, account, asked
from tests.peers.wechat_words import KEYS, Push, WeChatKeys, in_clear, query_of, said, sealed

FIXTURES = Path(__file__).parent.parent / "fixtures" / "channels" / "wechat"
VECTORS = json.loads((FIXTURES / "vectors.json").read_text("utf-8"))
TEXT = said("text", OPENID, Content="路灯不亮")


def official(**query: str) -> tuple[WebhookRequest, datetime]:
    """Tencent's own sample, at its own time."""
    told = VECTORS["official_account"]
    names = ("timestamp", "nonce", "msg_signature")
    push = Push(
        {name: told[name] for name in names},
        f"<xml><Encrypt>{told['encrypt']}</Encrypt></xml>".encode(),
    )
    at = datetime.fromtimestamp(int(told["timestamp"]), UTC)
    return asked(push, at, **query), at


def test_tencents_sample_is_read(tmp_path: Path) -> None:
    """The official vector of safe mode gives exactly its message."""
    request, _ = official()
    expect = VECTORS["official_account"]["expect"]
    (message,) = account(tmp_path).receive(request).messages
    assert message.sender.value == expect["FromUserName"]
    assert message.text == expect["Content"]
    assert message.provider_id == expect["MsgId"]
    assert message.key.endswith(f":{expect['MsgId']}")
    assert message.sent_at == datetime.fromtimestamp(int(expect["CreateTime"]), UTC)


def test_what_is_believed_is_acknowledged_as_wechat_wants(tmp_path: Path) -> None:
    """The answer is "success" in plain text; anything else is shown to the citizen as a fault."""
    received = account(tmp_path).receive(asked(sealed(TEXT)))
    assert (received.answer.status, received.answer.body) == (200, b"success")
    assert [one.kind for one in received.messages] == [Kind.TEXT]


@pytest.mark.parametrize("seconds", [-301, 301, -25 * 365 * 86400])
def test_what_is_not_fresh_is_refused(tmp_path: Path, seconds: int) -> None:
    """More than 300 s old, or ahead, is 403 whoever signed it."""
    now = datetime.now(UTC)
    push = sealed(TEXT, at=now + timedelta(seconds=seconds))
    with pytest.raises(Stale) as raised:
        account(tmp_path).receive(asked(push, now))
    assert raised.value.answer.status == 403


def test_what_is_as_old_as_its_retries_is_believed(tmp_path: Path) -> None:
    """WeChat's own third retry comes some 20 s late."""
    now = datetime.now(UTC)
    hook = account(tmp_path)
    for late in (0, 5, 20, 299):
        assert hook.receive(asked(sealed(TEXT, at=now), now + timedelta(seconds=late))).messages


def test_a_swapped_body_is_refused(tmp_path: Path) -> None:
    """The signature of one message does not carry another."""
    mine, other = sealed(TEXT), sealed(said("text", OPENID, Content="另一条"))
    with pytest.raises(Forged):
        account(tmp_path).receive(asked(replace(mine, body=other.body)))


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_changed_or_missing_parameter_is_refused(tmp_path: Path, name: str) -> None:
    """Each of the three is needed and covered."""
    push, hook = sealed(TEXT), account(tmp_path)
    was = push.query[name]
    for value in ("", was[:-1] + ("0" if was[-1] != "0" else "1"), "é" * 40, "\ud800"):
        with pytest.raises(HookRefused) as raised:
            hook.receive(asked(push, None, **{name: value}))
        assert raised.value.answer.status == 403


def test_the_signature_that_covers_no_body_opens_none(tmp_path: Path) -> None:
    """``signature`` is sent in safe mode, too: alone it is not enough."""
    push = in_clear(TEXT)
    with pytest.raises(Forged):
        account(tmp_path).receive(asked(push))
    with pytest.raises(Forged):
        account(tmp_path).receive(asked(sealed(TEXT), msg_signature=""))


def test_in_compat_mode_only_the_sealed_message_counts(tmp_path: Path) -> None:
    """A forger who changes the clear part beside it changes nothing."""
    push = sealed(TEXT, compat=True)
    assert "路灯不亮".encode() in push.body
    forged = replace(push, body=push.body.replace("路灯不亮".encode(), "假的消息".encode()))
    (message,) = account(tmp_path).receive(asked(forged)).messages
    assert message.text == "路灯不亮"


def test_another_accounts_message_is_refused(tmp_path: Path) -> None:
    """The appid inside is ours, or the message is not."""
    push = sealed(TEXT, WeChatKeys(appid="wx0000000000000000"))
    with pytest.raises(Forged) as raised:
        account(tmp_path).receive(asked(push))
    assert raised.value.reason == "appid"


def test_plain_mode_must_be_chosen(tmp_path: Path) -> None:
    """Where the settings say plain, and only there, a body in clear is believed; once a nonce."""
    hook = account(tmp_path, mode="plain", aes_key_file="")
    push = in_clear(TEXT)
    (message,) = hook.receive(asked(push)).messages
    assert message.text == "路灯不亮"
    assert hook.receive(asked(push)).messages, "a retry is the same bytes"
    swapped = replace(push, body=in_clear(said("text", OPENID, Content="换了")).body)
    with pytest.raises(Replayed):
        hook.receive(asked(swapped))
    with pytest.raises(Forged):
        hook.receive(asked(in_clear(TEXT), signature="0" * 40))


def test_safe_mode_needs_its_key(tmp_path: Path) -> None:
    """Without mode = plain there is no account without an EncodingAESKey."""
    with pytest.raises(BadSettings) as raised:
        account(tmp_path, aes_key_file="")
    assert [key for key, _, _ in raised.value.problems] == ["aes_key_file"]


def test_one_signature_is_good_for_the_platforms_retries_only(tmp_path: Path) -> None:
    """A hundred replays: the first few pass as one message with one key, the rest are refused."""
    hook, push = account(tmp_path), sealed(TEXT)
    keys = {hook.receive(asked(push)).messages[0].key for _ in range(MOST_TIMES)}
    assert keys == {f"{KEYS.original_id}:{TEXT['MsgId']}"}
    for _ in range(100 - MOST_TIMES):
        with pytest.raises(Replayed) as raised:
            hook.receive(asked(push))
        assert raised.value.answer.status == 403


def test_retries_sealed_anew_are_one_message(tmp_path: Path) -> None:
    """Another nonce and another encryption: the key is the same."""
    hook = account(tmp_path)
    keys = {hook.receive(asked(sealed(TEXT))).messages[0].key for _ in range(4)}
    assert len(keys) == 1


def test_what_was_seen_is_bounded_and_forgotten() -> None:
    """Neither a flood nor time lets the set grow."""
    seen, now = Seen(most=10), datetime.now(UTC)
    for number in range(100):
        seen.admit(str(number), b"", now)
    assert len(seen) == 10
    seen.admit("later", b"", now + timedelta(minutes=11))
    assert len(seen) == 1


def url_check(query: dict[str, str]) -> WebhookRequest:
    """The GET with which WeChat looks at a hook."""
    return WebhookRequest(
        method="GET", query=query, headers={}, body=b"", address="", received_at=datetime.now(UTC)
    )


def test_the_url_check_is_echoed_to_the_platform_only(tmp_path: Path) -> None:
    """Echostr comes back as plain text, to whoever knows the token, and only if it is a word."""
    hook = account(tmp_path)
    answer = hook.receive(url_check(query_of(KEYS, echostr="5837397578375"))).answer
    assert (answer.status, answer.body, answer.content_type) == (
        200,
        b"5837397578375",
        "text/plain",
    )
    with pytest.raises(Forged):
        hook.receive(url_check(query_of(WeChatKeys(token="other"), echostr="1")))
    old = datetime.now(UTC) - timedelta(hours=1)
    with pytest.raises(Stale):
        hook.receive(url_check(query_of(KEYS, at=old, echostr="1")))
    for bad in ("<script>", "", "x" * 600):
        with pytest.raises(Malformed):
            hook.receive(url_check(query_of(KEYS, echostr=bad)))


def test_signatures_are_compared_in_constant_time() -> None:
    """No line of codec and hook compares a signature by ==, != or in; hmac.compare_digest does."""
    for module in (wechat_codec, wechat_hook):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Compare):
                words = ast.unparse(node)
                assert "sign" not in words, words
                assert "appid" not in words, words
    assert "hmac.compare_digest" in inspect.getsource(wechat_codec.same)
