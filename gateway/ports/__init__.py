"""What the use cases ask of the world."""

from gateway.ports.clock import Clock
from gateway.ports.messages import Claim, Line, LineCounts
from gateway.ports.phones import CallLog, Door, Phones, PhoneSecrets
from gateway.ports.store import Row, Store

__all__ = [
    "CallLog",
    "Claim",
    "Clock",
    "Door",
    "Line",
    "LineCounts",
    "PhoneSecrets",
    "Phones",
    "Row",
    "Store",
]
