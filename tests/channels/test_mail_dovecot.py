"""Letters of ours as a server that others wrote (dovecot, over LMTP) takes and refuses them."""

from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

import pytest

from channels.errors import RecipientGone, TryLater, Unreachable
from channels.mail_read import key_of
from channels.message import Kind, Outbound, OutFile
from tests.channels.mail_world import BOX, CITIZEN, Kept, fed_mailbox, post
from tests.peers.dovecot_peer import DOMAIN, dovecot

TEXT = "已派单🙂，谢谢。\n.\n..两个点\nFrom 一行\n" + "很长的一行，" * 200
FILE = bytes(range(256)) * 40


def options(port: int) -> dict[str, str]:
    """Our letters are carried on by the server there."""
    return {"relay": f"127.0.0.1:{port}", "relay_protocol": "lmtp", "title": "苏州12345热线"}


def written(subject: str, message_id: str, **headers: str) -> EmailMessage:
    """A citizen's letter, by the standard library."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"张三 <{CITIZEN}>", BOX, subject
    letter["Message-ID"] = message_id
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content("路灯坏了")
    return letter


async def test_a_letter_arrives_as_it_was_written_and_its_answer_finds_it(tmp_path: Path) -> None:
    """Words, names, files and thread, read by the standard library; the same id on every try."""
    path = tmp_path / "a.bin"
    path.write_bytes(FILE)
    file = OutFile(path=str(path), kind=Kind.IMAGE, name="现场 照片.png", content_type="image/png")
    kept = Kept()
    async with dovecot() as server, fed_mailbox(kept, **options(server.port)) as mail:
        assert all(one.good for one in await mail.check())
        await post(
            mail, written("人民路的路灯", "<one@citizen.example>", References="<zero@x.example>")
        )
        say = Outbound(key="k1", scheme="email", to=CITIZEN, text=TEXT, files=(file,))
        sent = await mail.send(say)
        assert (await mail.send(say)).parts == sent.parts
        await mail.send(
            Outbound(key="k2", scheme="email", to=CITIZEN, text="已收到", automatic=True)
        )
        first, again, receipt = server.letters()
        assert (first["Subject"], first["Message-ID"]) == ("Re: 人民路的路灯", sent.parts[0])
        assert again["Message-ID"] == first["Message-ID"] != receipt["Message-ID"]
        assert parseaddr(str(first["From"])) == ("苏州12345热线", BOX)
        assert (first["To"], first["Return-Path"], first["Delivered-To"]) == (
            CITIZEN,
            f"<{BOX}>",
            CITIZEN,
        )
        assert first["In-Reply-To"] == "<one@citizen.example>"
        assert str(first["References"]).split() == ["<zero@x.example>", "<one@citizen.example>"]
        assert parsedate_to_datetime(str(first["Date"])).tzinfo is not None
        body = first.get_body(("plain",))
        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == f"{TEXT}\n"
        [attached] = first.iter_attachments()
        assert (attached.get_filename(), attached.get_content_type()) == (file.name, "image/png")
        assert attached.get_content() == FILE
        assert (first["Auto-Submitted"], receipt["Auto-Submitted"]) == (None, "auto-replied")
        their_id = "<two@citizen.example>"
        thread = {"In_Reply_To": str(first["Message-ID"]), "References": str(first["References"])}
        await post(mail, written("Re: 人民路的路灯", their_id, **thread))
        inbound = kept.brought[-1][0].messages[0]
        assert inbound.reply_to == sent.parts[0]
        assert (inbound.provider_id, inbound.key) == (their_id, key_of(their_id))


async def test_what_it_refuses_is_said_as_what_it_is() -> None:
    """No such box: for good. No room, nowhere to write, nobody there: later."""
    out = Outbound(key="k", scheme="email", to=CITIZEN, text="您好")
    async with dovecot() as server:
        port = server.port
        async with fed_mailbox(Kept(), **options(port)) as mail:
            for name, cause, code in (
                ("nobody", RecipientGone, "550"),
                ("full", TryLater, "452"),
                ("away", TryLater, "451"),
            ):
                with pytest.raises(cause) as refused:
                    await mail.send(replace(out, to=f"{name}@{DOMAIN}"))
                assert (type(refused.value), refused.value.provider_code) == (cause, code)
                assert server.letters(name) == []
            await mail.send(out)
            assert len(server.letters()) == 1
    async with fed_mailbox(Kept(), **options(port)) as mail:
        with pytest.raises(Unreachable):
            await mail.send(out)
