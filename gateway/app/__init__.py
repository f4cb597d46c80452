"""Where the parts meet: the settings become a running gateway."""

from gateway.app.from_settings import opened_store
from gateway.app.invitation import Invitation
from gateway.app.keeper import keep
from gateway.app.opening import Gateway, open_gateway
from gateway.app.telephone import OurAsterisk

__all__ = ["Gateway", "Invitation", "OurAsterisk", "keep", "open_gateway", "opened_store"]
