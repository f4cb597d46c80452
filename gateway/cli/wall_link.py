"""``hotline wall-link``: the address of the wallboard for a screen nobody logs in at."""

from typing import Annotated

import typer

from gateway.app import opened_store
from gateway.cli.options import ConfigOption, settings_from, told
from gateway.store.wall_link import WallLink
from gateway.web.server import url_of

app = typer.Typer(add_completion=False)


@app.command()
def wall_link(
    *,
    renew: Annotated[
        bool, typer.Option("--renew", help="换新链接，旧链接立即失效 / a new one; the old one ends")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """输出大屏链接：只读、不过期 / print the wallboard's link: read only, never expires.

    谁有此链接谁就能看大屏数字（无个人信息）；泄露时用 --renew。
    Whoever has it sees the wallboard's numbers (no personal data); use --renew when it leaked.
    """
    settings = settings_from(config)

    async def work() -> str:
        async with opened_store(settings) as store:
            link = WallLink(store.passwords, settings.data_dir)
            return link.renew() if renew else link.token()

    typer.echo(f"{url_of(settings.web, settings.web.port)}/wall#{told(work())}")
