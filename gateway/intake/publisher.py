"""What ``admin`` asks of the telephone system; ``telephony.publish`` answers."""

from typing import Protocol

from gateway.core.drift import Difference, Shape


class Publisher(Protocol):
    """Brings what an admin published to the telephone system, and looks whether it is there.

    Both raise PublishFailed when the telephone system cannot be asked, with the step and why.
    """

    async def publish(self, shape: Shape) -> tuple[Difference, ...]:
        """Make it so and read it back; gives what differs all the same, best nothing."""
        ...

    async def compare(self, shape: Shape) -> tuple[Difference, ...]:
        """What differs now."""
        ...
