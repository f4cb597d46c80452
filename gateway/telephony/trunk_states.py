"""Whether trunks answer, as Asterisk knows by its own OPTIONS (``qualify_frequency``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from gateway.telephony.ami_links import AmiLinks
from gateway.telephony.ami_reachable import AWAY

ANSWERING = "DEVICE_STATE(PJSIP/trunk-{name})"


class AsteriskTrunks:
    """``ports.emergency.Trunks`` over the link for commands."""

    def __init__(self, links: AmiLinks) -> None:
        self._links = links

    async def answering(self, trunks: Collection[str]) -> Mapping[str, bool]:
        """Each trunk's last word. Raises PhonesUnavailable."""
        found: dict[str, bool] = {}
        for name in trunks:
            variable = ANSWERING.format(name=name)
            told = await self._links.calls.act("Getvar", Variable=variable)
            found[name] = told.get("Value") not in {*AWAY, ""}
        return found
