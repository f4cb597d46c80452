"""A telephone system that takes what is published, or does not."""

from dataclasses import dataclass, field

from gateway.core.drift import Difference, PublishFailed, Shape


@dataclass
class PublisherPeer:
    """``running`` is what it has; ``refuses`` fails the next publishes with these steps, in order.

    A step that begins with ``half`` fails after everything was taken.
    """

    running: Shape | None = None
    refuses: list[str] = field(default_factory=list)
    published: int = 0

    async def publish(self, shape: Shape) -> tuple[Difference, ...]:
        """Take it."""
        step = self.refuses.pop(0) if self.refuses else ""
        if step and not step.startswith("half"):
            raise PublishFailed(step, "as told")
        self.published += 1
        self.running = shape
        if step:
            raise PublishFailed(step, "as told")
        return ()

    async def compare(self, shape: Shape) -> tuple[Difference, ...]:
        """Queue by queue, number by number."""
        if self.refuses and self.refuses[0] == "connect":
            raise PublishFailed(self.refuses.pop(0), "as told")
        have = self.running or Shape(queues=(), dids=(), seats=())
        names = {one.name for one in shape.queues} ^ {one.name for one in have.queues}
        changed = {one.name for one in set(shape.queues) ^ set(have.queues)} - names
        return tuple(
            sorted(
                (
                    *(Difference(kind="queue", name=name) for name in names),
                    *(Difference(kind="queue", name=n, field="strategy") for n in changed),
                    *(
                        Difference(kind="number", name=did)
                        for did in set(shape.dids) ^ set(have.dids)
                    ),
                )
            )
        )
