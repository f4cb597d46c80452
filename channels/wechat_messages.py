"""What WeChat's messages mean in our words. PURE.

Source: developers.weixin.qq.com, 接收普通消息; 客服消息 (the right to reply). A message is known by
receiver and MsgId. A kind that has no word with us is kept with everything it said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.message import Datum, Grant, Inbound, Kind, Location, MediaRef, Sender
from channels.wechat_body import Body
from channels.wechat_fields import MOST_ID, digest, named, place, receiver, sender, time

MESSAGE_GRANT = Grant(quota=5, seconds=48 * 3600)
MEDIA_DAYS = 3
MOST_MEDIA, MOST_FORM = 256, 16
"""Characters of an id of a file, and of the word for its form; what is longer is none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One message being read: what it says, its account's map grid, and when it came."""

    body: Body
    datum: Datum
    now: datetime

    def message(self) -> Inbound:
        """Raises Malformed when nobody can be named as the sender."""
        return KINDS.get(self.body.top.get("MsgType", "").strip(), Reading.unknown)(self)

    def text(self) -> Inbound:
        """Words."""
        return self._made(Kind.TEXT, text=self.body.top.get("Content", ""))

    def image(self) -> Inbound:
        """A picture."""
        return self._made(Kind.IMAGE, media=self._file("MediaId", Kind.IMAGE))

    def voice(self) -> Inbound:
        """Speech, with the platform's own recognition when the account has it switched on.

        ``ref`` is the 8 kHz file and, after a space, the one of 16 kHz when there is one.
        """
        top = self.body.top
        form, said = top.get("Format", "amr").strip().lower(), top.get("Recognition", "")
        declared = f"audio/{form}" if form.isalnum() and len(form) <= MOST_FORM else ""
        return self._made(
            Kind.VOICE,
            text=said,
            media=self._file("MediaId", Kind.VOICE, declared, more="MediaId16K"),
            fields={"text_from": "recognition"} if said else {},
        )

    def video(self) -> Inbound:
        """A film, long or short."""
        return self._made(Kind.VIDEO, media=self._file("MediaId", Kind.VIDEO, "video/mp4"))

    def location(self) -> Inbound:
        """A place chosen on Tencent's map; X is the latitude."""
        top = self.body.top
        found = place(top, "Location_X", "Location_Y", self.datum)
        fields = named(top, {"Scale": "scale"})
        if found is None:
            fields |= named(top, {"Location_X": "latitude", "Location_Y": "longitude"})
        return self._made(Kind.LOCATION, text=top.get("Label", ""), location=found, fields=fields)

    def link(self) -> Inbound:
        """A page that the citizen passes on."""
        names = {"Title": "title", "Description": "description", "Url": "url"}
        fields = named(self.body.top, names)
        return self._made(Kind.LINK, text=fields.get("title", ""), fields=fields)

    def mini_page(self) -> Inbound:
        """A page of a mini program, with its picture."""
        fields = named(self.body.top, {"Title": "title", "AppId": "appid", "PagePath": "page"})
        return self._made(
            Kind.LINK,
            text=fields.get("title", ""),
            media=self._file("ThumbMediaId", Kind.IMAGE),
            fields={**fields, "type": "miniprogrampage"},
        )

    def file(self) -> Inbound:
        """A document. WeChat names it and offers no way to get it: often the name is all."""
        names = {"Title": "name", "Description": "description", "FileTotalLen": "size_bytes"}
        fields = named(self.body.top, names)
        media = self._file("MediaId", Kind.FILE)
        return self._made(Kind.FILE, text=fields.get("name", ""), media=media, fields=fields)

    def unknown(self) -> Inbound:
        """Anything else."""
        top = self.body.top
        fields = dict(self.body.deep)
        fields |= {name: text for name, text in top.items() if name not in _COMMON}
        fields["type"] = top.get("MsgType", "")[:MOST_ID]
        return self._made(Kind.UNKNOWN, fields=fields)

    def _made(
        self,
        kind: Kind,
        *,
        text: str = "",
        media: tuple[MediaRef, ...] = (),
        location: Location | None = None,
        fields: Mapping[str, str] | None = None,
    ) -> Inbound:
        top = self.body.top
        openid, number = sender(top), top.get("MsgId", "").strip()
        if not (number.isascii() and number.isdigit() and len(number) <= 32):
            number = digest(*top.values(), *(said for _, said in self.body.deep))
        return Inbound(
            key=f"{receiver(top)}:{number}",
            sender=Sender(scheme="openid", value=openid),
            kind=kind,
            sent_at=time(top, self.now),
            text=text,
            media=media,
            location=location,
            fields=fields or {},
            provider_id=number,
            grant=MESSAGE_GRANT,
        )

    def _file(
        self, name: str, kind: Kind, declared: str = "", more: str = ""
    ) -> tuple[MediaRef, ...]:
        """What can be had by the id under ``name``; nothing when the platform gives none."""
        top = self.body.top
        ids = [top.get(one, "").strip() for one in (name, more)]
        ref = " ".join(one for one in ids if one and " " not in one and len(one) <= MOST_MEDIA)
        if not ref:
            return ()
        until = self.now + timedelta(days=MEDIA_DAYS)
        return (MediaRef(ref=ref, kind=kind, declared_type=declared, expires_at=until),)


_COMMON = {"ToUserName", "FromUserName", "CreateTime", "MsgId", "MsgType"}
KINDS: Mapping[str, Callable[[Reading], Inbound]] = {
    "text": Reading.text,
    "image": Reading.image,
    "voice": Reading.voice,
    "video": Reading.video,
    "shortvideo": Reading.video,
    "location": Reading.location,
    "link": Reading.link,
    "file": Reading.file,
    "miniprogrampage": Reading.mini_page,
}
