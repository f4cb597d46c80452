"""What the keeper tells each gateway it starts: where the telephone system is, and what it has."""

import json
from dataclasses import asdict, dataclass, field

from gateway.core.operator import Role
from gateway.intake.seed import FirstLogin
from gateway.telephony.ami_users import AmiSecrets

MAX_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where the telephone system is reached, and where it looks for the flow (``agi_port``)."""

    ami_host: str
    ami_port: int
    ami_secrets: AmiSecrets = field(repr=False)
    ws_url: str
    web_secret: str = field(repr=False)
    agi_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """``prompts`` are the names that can be spoken, as <name>.wav in ``prompts_folder``.

    ``first_logins`` are those that were just made.
    """

    reach: Reach
    prompts: tuple[str, ...]
    prompts_folder: str = ""
    first_logins: tuple[FirstLogin, ...] = ()

    def to_json(self) -> bytes:
        """One line."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Invitation":
        """Read back; raises ValueError, KeyError or TypeError for anything else."""
        table = json.loads(data)
        return cls(
            reach=Reach(**table["reach"]),
            prompts=tuple(table["prompts"]),
            prompts_folder=str(table["prompts_folder"]),
            first_logins=tuple(
                FirstLogin(one["login"], Role(one["role"]), one["password"])
                for one in table["first_logins"]
            ),
        )
