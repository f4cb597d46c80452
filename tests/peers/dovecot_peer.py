"""dovecot's LMTP, a receiver of letters that others wrote: what it took lies in Maildirs.

Boxes: ``zhang@`` is there, ``full@`` has no room, ``away@`` cannot be written to; nobody else.
"""

from __future__ import annotations

import asyncio
import grp
import os
import pwd
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from gateway.telephony.free_port import free_port
from tests.eventually import eventually
from tests.needs import absent

DOMAIN = "citizen.example"
START_SECONDS = 30

CONFIG = """
protocols = lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
libexec_dir = {programs}
mail_plugin_dir = {programs}/modules
import_environment = LD_LIBRARY_PATH
log_path = {folder}/log
ssl = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_uid = {owner}
mail_gid = {owners}
mail_location = maildir:{folder}/mail/%n
lmtp_rcpt_check_quota = no
mail_plugins = quota
quota_full_tempfail = yes
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
plugin {{
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage=8M
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
}}
"""
USERS = f"""\
zhang@{DOMAIN}:::::::
full@{DOMAIN}:::::::userdb_quota_rule=*:storage=1B
away@{DOMAIN}:::::::userdb_mail=maildir:/proc/nowhere
"""


@dataclass(frozen=True)
class Dovecot:
    """``port`` is where it takes letters."""

    port: int
    folder: Path

    def letters(self, name: str = "zhang") -> list[EmailMessage]:
        """What it took for this box, as the standard library reads it."""
        return list(self._read(name))

    def _read(self, name: str) -> Iterator[EmailMessage]:
        for path in sorted((self.folder / "mail" / name / "new").glob("*")):
            letter = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(letter, EmailMessage)
            assert not letter.defects
            yield letter

    @property
    def log(self) -> str:
        """What it said."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""


@asynccontextmanager
async def dovecot() -> AsyncIterator[Dovecot]:
    """It runs for as long as this lasts; as root, letters belong to nobody."""
    programs = Path(os.environ.get("HOTLINE_TEST_DOVECOT", "/usr/lib/dovecot"))
    if not (programs / "lmtp").is_file():
        absent("dovecot")
    with tempfile.TemporaryDirectory(prefix="hotline-dovecot-") as place:
        folder = Path(place)
        peer = Dovecot(free_port(), folder)
        config = _laid_out(peer, programs)
        library = [programs, programs / "modules", programs / "modules/old-stats"]
        library += programs.parents[1].glob("lib/*-linux-*")
        paths = [*map(str, library), os.environ.get("LD_LIBRARY_PATH", "")]
        usr = programs.parents[1]
        process = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "TERM"),
            *(usr / "bin/doveconf", "-f", "service=master", "-c", config, "-m", "master", "-x"),
            *("-e", usr / "sbin/dovecot", "-F", "-c", config),
            env={**os.environ, "LD_LIBRARY_PATH": ":".join(filter(None, paths))},
        )
        try:
            await eventually(lambda: _listens(peer, process), START_SECONDS)
            yield peer
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def _laid_out(peer: Dovecot, programs: Path) -> Path:
    """Its folders and files; where its configuration is."""
    folder, me = peer.folder, pwd.getpwuid(os.geteuid())
    owner = pwd.getpwnam("nobody") if me.pw_uid == 0 else me
    for name in ("run", "mail"):
        (folder / name).mkdir()
    (folder / "run/modules").symlink_to(programs / "modules")
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    (folder / "users").write_text(USERS)
    config = folder / "dovecot.conf"
    config.write_text(
        CONFIG.format(
            folder=folder,
            programs=programs,
            port=peer.port,
            user=me.pw_name,
            group=grp.getgrgid(me.pw_gid).gr_name,
            owner=owner.pw_name,
            owners=grp.getgrgid(owner.pw_gid).gr_name,
        )
    )
    return config


async def _listens(peer: Dovecot, process: asyncio.subprocess.Process) -> bool:
    assert process.returncode is None, peer.log
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", peer.port)
        writer.close()
        return True
    return False
