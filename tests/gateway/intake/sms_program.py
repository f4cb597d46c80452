"""A gateway's intake of short messages over CMPP 3.0, as a process that can be killed.

python -m tests.gateway.intake.sms_program FOLDER PORT
"""

import asyncio
import sys
from pathlib import Path

from tests.channels.cmpp_world import account_at
from tests.eventually import never
from tests.gateway.intake.chat_world import chat_world
from tests.gateway.intake.sms_world import sms_fed


async def main(folder: Path, port: int) -> None:
    """For ever."""
    async with chat_world(folder) as chats, sms_fed(chats, account_at(port, three=True)):
        await never()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
