"""Letters over real SMTP and LMTP: recorded before they are accepted, answered in their thread."""

from __future__ import annotations

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from channels.errors import BadSettings, FetchFailed, NotRecorded, RecipientGone, Unreachable
from channels.mail_read import key_of
from channels.message import Kind, MediaRef, Outbound, OutFile
from channels.registry import open_account
from tests.channels.mail_world import BOX, CITIZEN, Kept, fed_mailbox, post


def letter(text: str = "路灯坏了", **headers: str) -> EmailMessage:
    """A letter to the box, by the standard library."""
    made = EmailMessage()
    made["From"], made["To"] = f"张三 <{CITIZEN}>", BOX
    made["Message-ID"] = "<one@citizen.example>"
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    return made


@pytest.mark.parametrize("fault", [NotRecorded("away"), ValueError("a bug")], ids=["store", "bug"])
@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
async def test_a_letter_is_recorded_before_it_is_accepted(protocol: str, fault: Exception) -> None:
    """With the store away, or a fault of ours, the other side keeps it, and brings it again."""
    kept, lmtp = Kept(), protocol == "lmtp"
    async with fed_mailbox(kept, protocol=protocol) as mail:
        await post(mail, letter(Subject="人民路"), lmtp=lmtp)
        ((received, raw),) = kept.brought
        (inbound,) = received.messages
        assert (inbound.text, inbound.sender.name) == ("人民路\n\n路灯坏了", "张三")
        assert (inbound.sender.scheme, inbound.sender.value) == ("email", CITIZEN)
        assert message_from_bytes(raw)["Message-ID"] == "<one@citizen.example>"
        kept.away = fault
        with pytest.raises(smtplib.SMTPDataError) as later:
            await post(mail, letter(), lmtp=lmtp)
        assert later.value.smtp_code == 451
        kept.away = None
        await post(mail, letter(), lmtp=lmtp)
        assert kept.brought[1][0].messages[0].key == inbound.key


async def test_only_our_boxes_and_only_from_where_it_is_allowed() -> None:
    """A box that is not ours is refused for good; who may not be here hears nothing."""
    kept = Kept()
    async with fed_mailbox(kept, boxes="12345@city.example") as mail:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            await post(mail, letter(), "relay@far.example")
        assert refused.value.recipients["relay@far.example"][0] == 550
        await post(mail, letter(), "12345@City.example")
        assert len(kept.brought) == 1
    async with fed_mailbox(kept, allow="192.0.2.0/24") as mail:
        with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
            await post(mail, letter())
        assert len(kept.brought) == 1


async def test_a_letter_too_large_is_refused_for_good_and_the_next_is_taken() -> None:
    """Its sender is told by their own server (552)."""
    kept = Kept()
    async with fed_mailbox(kept, most_mb="1") as mail:
        with pytest.raises((smtplib.SMTPResponseException, smtplib.SMTPSenderRefused)) as refused:
            await post(mail, letter("x" * 1100 * 1024))
        assert refused.value.smtp_code == 552
        await post(mail, letter())
        assert len(kept.brought) == 1


async def test_files_wait_in_pieces_until_they_are_taken() -> None:
    """Byte for byte; what is gone is gone, and more than is allowed is not read."""
    kept, content = Kept(), bytes(range(256)) * 700
    made = letter()
    made.add_attachment(content, maintype="image", subtype="png", filename="路灯.png")
    async with fed_mailbox(kept) as mail:
        await post(mail, made)
        (media,) = kept.brought[0][0].messages[0].media
        assert (media.kind, media.name, media.size_bytes) == (Kind.IMAGE, "路灯.png", len(content))
        assert len(await kept.keys(media.ref)) == 3
        got = [piece async for piece in mail.fetch(media, len(content))]
        assert b"".join(got) == content
        with pytest.raises(FetchFailed) as large:
            _ = [piece async for piece in mail.fetch(media, len(content) - 1)]
        assert not large.value.again
        with pytest.raises(FetchFailed) as gone:
            _ = [piece async for piece in mail.fetch(MediaRef(ref="x", kind=Kind.FILE), 9)]
        assert not gone.value.again


async def test_an_answer_goes_on_from_the_letter_and_is_the_same_on_every_try(
    tmp_path: Path,
) -> None:
    """In their thread, with its file; a receipt of ours says that no person wrote it."""
    theirs, ours = Kept(), Kept()
    photo = tmp_path / "a.png"
    photo.write_bytes(b"\x89PNG")
    file = OutFile(path=str(photo), kind=Kind.IMAGE, name="现场.png", content_type="image/png")
    async with fed_mailbox(theirs, address=CITIZEN) as far:
        relay = {"relay": f"127.0.0.1:{far.port}", "title": "12345热线"}
        async with fed_mailbox(ours, **relay) as mail:
            await post(mail, letter(Subject="人民路", References="<zero@citizen.example>"))
            say = Outbound(key="k1", scheme="email", to=CITIZEN, text="已派单\n谢谢", files=(file,))
            sent = await mail.send(say)
            assert (await mail.send(say)).parts == sent.parts
            await mail.send(
                Outbound(key="k2", scheme="email", to=CITIZEN, text="已收到", automatic=True)
            )
    (first, again, receipt) = (one.messages[0] for one, _ in theirs.brought)
    assert first.key == again.key == key_of(sent.parts[0])
    assert first.text == "Re: 人民路\n\n已派单\n谢谢"
    assert first.sender.value == BOX
    assert [one.name for one in first.media] == ["现场.png"]
    assert first.reply_to == "<one@citizen.example>"
    assert first.thread[::2] == ("<one@citizen.example>", "<zero@citizen.example>")
    assert (receipt.kind, receipt.starts) == (Kind.EVENT, False)


async def test_our_own_letter_that_comes_back_is_nobody_s() -> None:
    """A loop ends here."""
    kept = Kept()
    async with fed_mailbox(kept) as mail:
        made = letter()
        made.replace_header("From", BOX)
        await post(mail, made)
        assert kept.brought == []


async def test_what_a_relay_says_decides_what_is_tried_again() -> None:
    """Nobody of that name: gone. Nobody there: later."""
    kept = Kept()
    out = Outbound(key="k", scheme="email", to="nobody@far.example", text="您好")
    async with (
        fed_mailbox(Kept()) as far,
        fed_mailbox(kept, relay=f"127.0.0.1:{far.port}") as mail,
    ):
        with pytest.raises(RecipientGone) as gone:
            await mail.send(out)
        assert gone.value.provider_code == "550"
        assert [one.good for one in await mail.check()] == [True, True]
    async with fed_mailbox(kept) as mail:
        with pytest.raises(Unreachable):
            await mail.send(out)
        assert [one.good for one in await mail.check()] == [True, False]


def test_a_line_break_gets_into_no_header() -> None:
    """Titles and addresses that would write headers of their own are refused at the start."""
    for bad in ({"title": "a\r\nBcc: x@y.cn"}, {"address": "a b@c.cn"}, {"allow": "everyone"}):
        with pytest.raises(BadSettings):
            open_account("mail", "main", {"address": BOX, "relay": "127.0.0.1:9"} | bad)
