"""By which line a contact came is known at its beginning, and again when we call back."""

from dataclasses import replace

from gateway.core import line
from gateway.core.call import Call
from gateway.core.callback import CallbackReason
from gateway.core.contact import ChatRecord
from gateway.core.dialling import First
from gateway.core.facts import FactKind
from gateway.core.number import Number
from gateway.core.tags import UNTAGGED, Tags, tags_said
from gateway.intake.callbacks import owed
from tests.gateway.intake.chat_world import ChatWorld
from tests.gateway.intake.floor_world import FloorWorld
from tests.gateway.intake.test_dialler import calling_on

ENTERPRISE = Tags(tag="enterprise", origin="12346")
BUSINESS = "12346"


async def numbers(world: FloorWorld, *rows: Number) -> None:
    """These are ours from now on."""
    await world.store.record(*rows)
    await world.floor.reload_people()


async def dials(world: FloorWorld, did: str, number: str = "13800001234") -> Call:
    """A citizen dials one of our numbers and waits."""
    at, id_ = world.clock.now(), f"Hd-{did}-{number}"
    await world.hear(
        line.CallArrived(
            hotline_id=id_,
            at=at,
            channel=f"PJSIP/trunk-{id_}",
            number=number,
            did=did,
            origin=line.Origin.TRUNK,
        ),
        line.CallerQueued(hotline_id=id_, at=at, queue="enterprise", position=1),
    )
    call = world.floor.call_by_hotline_id(id_)
    assert call
    return call


async def enterprise(world: FloorWorld) -> None:
    """The line for enterprises, which was a hotline of its own, and the city's own number."""
    await numbers(
        world,
        Number(did="12345", queue="civil"),
        Number(did=BUSINESS, queue="enterprise", tag="enterprise", origin="12346"),
    )


async def test_a_call_has_the_tags_of_the_number_at_its_beginning(world: FloorWorld) -> None:
    """A number that is changed later, or taken away, changes none of the calls before."""
    await enterprise(world)
    call = await dials(world, BUSINESS)
    plain = await dials(world, "12345", "13800005678")
    assert (call.tags, plain.tags) == (ENTERPRISE, UNTAGGED)
    await numbers(world, Number(did=BUSINESS, queue="civil", tag="other"))
    await world.hangs_up(call)
    stored = await world.store.call(call.id)
    assert stored
    assert stored.tags == ENTERPRISE
    assert (await dials(world, BUSINESS, "13800009999")).tags == Tags(tag="other")


async def test_whatever_is_owed_has_the_tags_of_its_contact(world: FloorWorld) -> None:
    """A place kept, a cut, a call turned away, a wait in vain, a message, a promise."""
    await enterprise(world)
    call = await dials(world, BUSINESS)
    for reason in CallbackReason:
        (callback,), _ = owed(call, reason, world.clock.now(), ())
        assert (callback.tags, callback.contact_id) == (ENTERPRISE, call.id)


async def test_the_call_back_has_the_tags_of_the_contact_it_goes_back_to(
    world: FloorWorld,
) -> None:
    """By whichever number it is shown, also when the entry was crossed out meanwhile."""
    await enterprise(world)
    call = await dials(world, BUSINESS)
    await world.hear(
        line.CallGone(
            hotline_id=call.hotline_id, at=world.clock.now(), cause=0, by_citizen=False, cut=True
        )
    )
    (callback,) = world.floor.callbacks.values()
    assert callback.tags == ENTERPRISE
    await numbers(world, Number(did=BUSINESS, queue="enterprise"))
    await world.seated("li", "8001")
    world.floor.link = "up"
    dialler = calling_on(world, world.floor)
    await dialler.call(world.operators["li"], callback.id, First.SEAT)
    (tried,) = world.floor.tries.values()
    world.floor.callbacks.clear()
    await world.hear(
        line.CallArrived(
            hotline_id=tried.hotline_id,
            at=world.clock.now(),
            channel="PJSIP/out-1",
            number=callback.number,
            did="12345",
            origin=line.Origin.OUT,
        )
    )
    back = world.floor.call_by_hotline_id(tried.hotline_id)
    assert back
    assert back.tags == ENTERPRISE
    assert (await world.store.tries_dialling())[0].tags == ENTERPRISE


async def test_a_conversation_has_the_tags_of_its_account(chats: ChatWorld) -> None:
    """Two accounts of one channel are told apart to the end."""
    floor = chats.floor
    main = floor.accounts["wechat:main"]
    floor.accounts = {
        **floor.accounts,
        "wechat:business": replace(main, id="wechat:business", tags=ENTERPRISE),
    }
    own = await chats.writes(account="wechat:main")
    theirs = await chats.writes(account="wechat:business")
    await chats.sits("li", "8001")
    await chats.accepted(theirs.contact_id, "li")
    assert chats.chat(own.contact_id).tags == UNTAGGED
    assert chats.chat(theirs.contact_id).tags == ENTERPRISE
    await chats.says("li", theirs.contact_id)
    facts = await chats.floor.store.facts(contact_id=theirs.contact_id)
    said = {fact.kind: tags_said(fact.data) for fact in facts}
    assert said[FactKind.CHAT_OPENED] == said[FactKind.CHAT_ANSWERED] == ENTERPRISE
    stored = await chats.floor.store.contact(theirs.contact_id)
    assert isinstance(stored, ChatRecord)
    assert stored.chat.tags == ENTERPRISE
