"""How each part of the gateway is opened from what the steps before it opened.

The order and the limits stand in ``opening``.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from channels.channel import Channel
from config.plan_rules import PLAN_RULES
from config.settings import Settings
from gateway.app.callbacks import opened_dialler
from gateway.app.calls import call_use_cases
from gateway.app.centres import centres_of
from gateway.app.channels import opened_channels
from gateway.app.conduct import opened_conduct
from gateway.app.emergency import Emergency, opened_systems
from gateway.app.experts import ExpertDesk
from gateway.app.flow import greetings_in, opened_flow
from gateway.app.from_settings import (
    media_of,
    nightly,
    numbers_of,
    opened_store,
    queues_of,
    recordings_of,
    seats_of,
)
from gateway.app.guests import GuestDesk
from gateway.app.invitation import Invitation, Reach
from gateway.app.line import opened_line
from gateway.app.messages import Messages, accounts_of, uploads_of
from gateway.app.modes import Modes
from gateway.app.speech import Speech, opened_ears
from gateway.app.telephone import other_telephone, publisher_of
from gateway.app.throttle import opened_throttle
from gateway.clock import SystemClock
from gateway.core.item import IntakeItem
from gateway.intake.accounts import Accounts
from gateway.intake.admin import Admin
from gateway.intake.audit import Audit
from gateway.intake.board import Board
from gateway.intake.callbacks import Callbacks
from gateway.intake.desk import Desk
from gateway.intake.dialler import Dialler
from gateway.intake.drafts import Drafts
from gateway.intake.floor import Floor
from gateway.intake.lifeline import Lifeline
from gateway.intake.marks import Marks
from gateway.intake.plan_book import PlanBook
from gateway.intake.records import Records
from gateway.intake.seating import Seating
from gateway.intake.seed import FirstLogin, seed
from gateway.intake.voicemails import VoicemailDesk
from gateway.media.folder import MediaFolder
from gateway.media.look import MediaLook
from gateway.speech.ear_process import EarProcess
from gateway.store.store import SqlStore
from gateway.store.wall_link import WallLink
from gateway.supervise import Health, keep_running
from gateway.telephony.ami_link import AmiLink
from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_users import AmiUser
from gateway.telephony.phones import AsteriskPhones
from gateway.telephony.sip_door import AsteriskDoor
from gateway.telephony.trunk_states import AsteriskTrunks
from gateway.web.server import open_server
from gateway.web.uses import LeaderParts, WebParts


class Parts:
    """What has been opened so far. A step reads what those before it set, and sets its own."""

    first_logins: tuple[FirstLogin, ...]
    store: SqlStore
    accounts: Accounts
    reach: Reach
    phones: AsteriskPhones
    door: AsteriskDoor
    ears: EarProcess
    floor: Floor
    seating: Seating
    desk: Desk
    dialler: Dialler
    board: Board
    admin: Admin
    channels: Mapping[str, Channel]
    media: MediaFolder
    records: Records
    messages: Messages
    speech: Speech
    url: str

    def __init__(self, settings: Settings, invitation: Invitation | None) -> None:
        self.settings = settings
        self.invitation = invitation
        self.clock = SystemClock()
        self.health = Health()

    @asynccontextmanager
    async def open_store(self) -> AsyncIterator[None]:
        """The store, filled when it is new; closing writes what it has accepted."""
        settings = self.settings
        async with opened_store(settings) as self.store:
            hours = settings.web.session_hours
            self.accounts = Accounts(self.store, self.clock, session_hours=hours)
            seeds = queues_of(settings), seats_of(settings), numbers_of(settings)
            self.first_logins = await seed(self.store, self.accounts, *seeds)
            self.health.up("store")
            yield

    @asynccontextmanager
    async def open_link(self) -> AsyncIterator[None]:
        """The link to the telephone system; it comes up in its own time."""
        invitation = self.invitation
        self.reach = invitation.reach if invitation else other_telephone(self.settings, self.store)
        async with AmiLinks(
            host=self.reach.ami_host,
            port=self.reach.ami_port,
            secrets=self.reach.ami_secrets,
        ) as links:
            self.phones = AsteriskPhones(links, self.clock)
            self.trunks = AsteriskTrunks(links)
            yield

    @asynccontextmanager
    async def open_door(self) -> AsyncIterator[None]:
        """The guard's own link; nobody waits for it, and what is shut out stays so without us."""
        async with AmiLink(
            host=self.reach.ami_host,
            port=self.reach.ami_port,
            user=AmiUser.GUARD,
            secret=self.reach.ami_secrets[AmiUser.GUARD],
        ) as link:
            self.door = AsteriskDoor(link, self.clock)
            yield

    @asynccontextmanager
    async def open_ears(self) -> AsyncIterator[None]:
        """Speech recognition, a process of its own; nobody waits for it."""
        async with opened_ears(self.settings) as self.ears:
            yield

    @asynccontextmanager
    async def open_channels(self) -> AsyncIterator[None]:
        """The accounts by which citizens write, and the line in which they wait."""
        async with (
            opened_channels(self.settings, self.health.down) as self.channels,
            opened_line(self.settings.line, self._waiting, self.clock) as self.line,
            opened_systems(self.settings, self.clock) as self.systems,
            opened_throttle(self.settings, self.clock, self.store.passwords) as self.throttling,
        ):
            self.centres = centres_of(self.settings, self.store, self.clock)
            self.media = MediaFolder(media_of(self.settings))
            await asyncio.to_thread(self.media.open)
            yield

    async def _waiting(self) -> tuple[IntakeItem, ...]:
        """What the line is built from when Redis fails: the floor's, all of it in the store."""
        return self.messages.waiting_items()

    @asynccontextmanager
    async def open_floor(self) -> AsyncIterator[None]:
        """Everything live, as the store has it; closing writes what the store is owed."""
        settings = self.settings
        self.floor = Floor(self.store, self.clock)
        self.floor.accounts = accounts_of(settings, self.channels)
        await self.floor.open()
        self.board = Board(self.floor, lambda: self.health.parts | dict(self.speech.health()))
        self.seating = Seating(self.floor, self.phones)
        self.desk = Desk(
            self.floor,
            self.phones,
            self.seating,
            break_reasons=[one.code for one in settings.break_reason],
            dispositions=[one.code for one in settings.disposition],
        )
        self.dialler = opened_dialler(settings, self.floor, self.phones, self.seating)
        self.records = Records(self.store, self.clock, recordings_of(settings), self.floor.barred)
        look = MediaLook(self.media, settings.media)
        self.speech = Speech(settings, self.floor, self.ears, phones=self.phones, sounds=look)
        await self.speech.alarms.open()
        self.experts = ExpertDesk(settings, self.floor)
        await self.experts.open()
        self.emergency = Emergency(settings, self.speech, self.systems, self.trunks)
        await self.emergency.handovers.open()
        self.guests = GuestDesk(self.floor, self.desk, self.experts, self.emergency.targets)
        self.board.others += [self.experts.alarms, self.emergency.health.alarms]
        self.modes = Modes(settings, self.floor, self.guests.supervision)
        await self.modes.open(self.board)
        self.conduct = await opened_conduct(settings, self.desk, self.records, self.media)
        self.messages = Messages(
            settings,
            self.floor,
            line=self.line,
            phones=self.phones,
            seating=self.seating,
            records=self.records,
            keep=self.media,
            look=look,
            uploads=uploads_of(settings, self.clock),
            throttling=self.throttling,
        )
        self.admin = Admin(
            self.floor,
            self.seating,
            publisher_of(settings, self.reach, self.store, self.clock),
            PlanBook(self.store, self.clock, PLAN_RULES, greetings_in(self.invitation)),
            self.desk.sign_out,
        )
        yield
        await self.floor.write_owed()
        await self.speech.book.finish()

    @asynccontextmanager
    async def open_use_cases(self) -> AsyncIterator[None]:
        """Their tasks; closing ends them between two turns, so that no move is half made."""
        async with asyncio.TaskGroup() as group:
            tasks = []
            for name, part in self.use_cases().items():
                self.health.up(name)
                tasks.append(group.create_task(keep_running(name, part, self.health), name=name))
            yield
            await self.messages.outbox.finish()
            async with self.floor.turn:
                for task in tasks:
                    task.cancel()

    def use_cases(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """What runs for ever, by name."""
        return {
            **call_use_cases(self.settings, self.floor, desk=self.desk, door=self.door),
            "board": self.board.run,
            "dialler": self.dialler.run,
            "admin": self.admin.run,
            **({"line": self.line.run} if self.settings.line.redis_url else {}),
            **nightly(self.settings, self.store),
            **self.modes.use_cases(),
            **self.conduct.use_cases(),
            **self.messages.use_cases(),
            **self.speech.use_cases(),
            **self.experts.use_cases(),
            **self.guests.use_cases(),
            **self.emergency.use_cases(),
        }

    @asynccontextmanager
    async def open_flow(self) -> AsyncIterator[None]:
        """The flow server; without it the dialplan uses its own last queue."""
        own = self.settings, self.invitation, self.floor, self.conduct.seclusion.pressed
        ears, modes, port = self.ears, self.modes, self.reach.agi_port
        async with opened_flow(*own, port=port, ears=ears, modes=modes, throttling=self.throttling):
            self.health.up("flow")
            yield

    @asynccontextmanager
    async def open_web(self) -> AsyncIterator[None]:
        """The web, last: who reaches it finds everything else there."""
        store, floor, records = self.store, self.floor, self.records
        web = WebParts(
            accounts=self.accounts,
            records=records,
            audit=Audit(store, self.clock),
            marks=Marks(floor, records),
            callbacks=Callbacks(floor),
            dialler=self.dialler,
            voicemails=VoicemailDesk(floor, records),
            desk=self.desk,
            board=self.board,
            hub=floor.hub,
            drafts=Drafts(floor),
            lifeline=Lifeline(floor, self.phones),
            clock=self.clock,
            phone_secrets=store.passwords,
            queues=store.queues,
            numbers=lambda: tuple(floor.numbers.values()),
            admin=self.admin,
            health=lambda: self.health.parts | {"phones": floor.link, **self.speech.health()},
            wall_opens=WallLink(store.passwords, self.settings.data_dir).opens,
            sip_url=self.reach.ws_url,
            web_call_secret=self.reach.web_secret,
            chats=self.messages.parts,
            heard=self.speech.parts(records),
            channels=self.channels,
            inbox=self.messages.inbox,
            citizens=self.messages.citizens(store.passwords.citizens),
            files=self.messages.file_desk,
            experts=self.experts.parts(),
            guests=self.guests.parts(),
            emergencies=self.emergency.parts(),
            incidents=self.modes.incidents,
            leaders=LeaderParts(days=self.modes.days, shadow=self.modes.shadow),
            conduct=self.conduct.parts(),
            centres=self.centres,
        )
        async with open_server(self.settings, web) as server:
            self.url = server.url
            yield
