"""Who is behind a conversation: their names on every channel, earlier contacts, and the links.

A link is proposed with evidence and confirmed by a person; taking it back leaves everything as it
was before, because nothing is ever merged.
"""

from __future__ import annotations

from dataclasses import replace

from gateway.core.chat import Chat
from gateway.core.citizen import normalise_number
from gateway.core.errors import IllegalMove, Invalid, Problem, Unknown
from gateway.core.facts import Fact, FactKind
from gateway.core.identity import Evidence, Identity, IdentityLink, LinkState, connected
from gateway.core.operator import Operator
from gateway.intake.at_hand import PHONE
from gateway.intake.chat_views import identity_view, link_view
from gateway.intake.floor import Floor
from gateway.intake.ids import new_id
from gateway.intake.one_at_a_time import OneAtATime
from gateway.intake.people import new_identity
from gateway.intake.records import Records
from gateway.intake.views import Json, contact_view

MOST_CONTACTS = 20
NOTE_CHARACTERS = 1_000


class Citizens:
    """``records`` decides which contacts an operator may see."""

    def __init__(self, floor: Floor, records: Records) -> None:
        self.floor = floor
        self._records = records
        self._pairs = OneAtATime()

    async def behind(self, operator: Operator, chat: Chat) -> Json:
        """Identities, links in whatever state, and contacts of every channel, newest first.

        No contact that is kept from this person.
        """
        links = await self.floor.store.links(chat.identity_id)
        ids = {chat.identity_id, *(one.a for one in links), *(one.b for one in links)}
        mine = connected(chat.identity_id, links)
        known = await self.floor.store.identities(ids)
        found = await self.floor.store.contacts_of(mine, limit=MOST_CONTACTS)
        names = self.floor.names
        return {
            "identities": [
                identity_view(one) for one in sorted(known, key=lambda i: (i.first_seen, i.id))
            ],
            "links": [link_view(one, names) for one in sorted(links, key=lambda i: (i.at, i.id))],
            "contacts": [
                contact_view(one, names)
                for one in found
                if one.id != chat.id and not self.floor.barred(operator.id, one.id)
            ],
        }

    async def link(
        self, operator: Operator, chat: Chat, other_contact_id: str, note: str
    ) -> IdentityLink:
        """This operator knows that both contacts are one citizen's, and writes down how.

        Raises Unknown (also for a contact that they may not see) and Invalid.
        """
        note = _checked(note)
        record = await self._records.visible(operator, other_contact_id)
        other, rows = await self._identity_of(other_contact_id, record.number)
        if other.id == chat.identity_id:
            zh, en = "两次接触本来就是同一身份。", "Both are the same identity already."
            raise Invalid(Problem("/other_contact_id", "same", zh, en))
        a, b = sorted((chat.identity_id, other.id))
        async with self._pairs.of((a, b)):
            now = self.floor.clock.now()
            links = await self.floor.store.links(chat.identity_id)
            there = next(
                (o for o in links if (o.a, o.b) == (a, b) and o.state is not LinkState.REVOKED),
                None,
            )
            if there is not None and there.state is LinkState.CONFIRMED:
                return there
            link = there or IdentityLink(
                id=new_id(now), a=a, b=b, evidence=Evidence.OPERATOR, at=now
            )
            made = replace(
                link,
                note=note,
                by=link.by or operator.id,
                state=LinkState.CONFIRMED,
                decided_at=now,
                decided_by=operator.id,
            )
            fact = self._fact(FactKind.LINK_CONFIRMED, operator, made, chat.id)
            await self.floor.commit_chat(*rows, made, fact)
        return made

    async def _identity_of(self, contact_id: str, number: str) -> tuple[Identity, list[Identity]]:
        """Who the other contact is with; a caller gets an identity by this."""
        chat = await self.floor.store.chat(contact_id)
        if chat is not None:
            (known,) = await self.floor.store.identities([chat.identity_id])
            return known, []
        number = normalise_number(number)
        if not number:
            zh, en = "该来电没有号码，无法关联。", "This caller gave no number; nothing to link."
            raise Invalid(Problem("/other_contact_id", "withheld", zh, en))
        found = await self.floor.store.identity("", PHONE, number)
        if found is not None:
            return found, []
        made = new_identity("", PHONE, number, self.floor.clock.now())
        return made, [made]

    async def confirm(self, operator: Operator, link_id: str, note: str) -> IdentityLink:
        """A person says that the proposal is right. Raises Unknown, IllegalMove, Invalid."""
        return await self._decide(operator, link_id, note, LinkState.CONFIRMED)

    async def revoke(self, operator: Operator, link_id: str, note: str) -> IdentityLink:
        """Not one person after all. Raises Unknown, IllegalMove, Invalid."""
        return await self._decide(operator, link_id, note, LinkState.REVOKED)

    async def _decide(
        self, operator: Operator, link_id: str, note: str, state: LinkState
    ) -> IdentityLink:
        note = _checked(note)
        async with self._pairs.of(link_id):
            link = await self.floor.store.link(link_id)
            if link is None:
                raise Unknown("link", link_id)
            if link.state is state:
                return link
            if link.state is LinkState.REVOKED:
                raise IllegalMove("link", link.state, "confirm")
            decided = replace(
                link,
                note=note or link.note,
                state=state,
                decided_at=self.floor.clock.now(),
                decided_by=operator.id,
            )
            confirmed = state is LinkState.CONFIRMED
            kind = FactKind.LINK_CONFIRMED if confirmed else FactKind.LINK_REVOKED
            await self.floor.commit_chat(decided, self._fact(kind, operator, decided))
        return decided

    def _fact(
        self, kind: FactKind, operator: Operator, link: IdentityLink, contact_id: str = ""
    ) -> Fact:
        seat = self.floor.seat_of(operator.id)
        return Fact(
            kind=kind,
            at=self.floor.clock.now(),
            contact_id=contact_id,
            seat=seat.number if seat else "",
            operator_id=operator.id,
            data={"link_id": link.id, "evidence": link.evidence.value},
        )


def _checked(note: str) -> str:
    note = note.strip()
    if len(note) > NOTE_CHARACTERS:
        en = f"At most {NOTE_CHARACTERS} characters."
        raise Invalid(Problem("/note", "too-long", f"最多 {NOTE_CHARACTERS} 字。", en))
    return note
