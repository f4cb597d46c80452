"""Laws of fetching a model."""

from pathlib import Path

import pytest

from gateway.provision.errors import NotReady
from gateway.provision.model_fetch import fetch, offer
from tests.peers.model_site import NAME, ModelSite, model_site

ARCHIVE = bytes(range(256)) * 4096  # 1 MB


def names(folder: Path) -> list[str]:
    """What lies there."""
    return [path.name for path in folder.iterdir()]


async def got(site: ModelSite, into: Path, told: list[int] | None = None) -> bytes:
    """What was fetched."""
    offered = await offer(NAME, site.url)
    told = [] if told is None else told
    archive = await fetch(offered, into, lambda done, _: told.append(done), pause_seconds=0.01)
    return archive.read_bytes()


async def test_a_model_is_fetched_with_progress(tmp_path: Path) -> None:
    """Whole, and the bytes that are here only become more."""
    told: list[int] = []
    async with model_site(ModelSite(ARCHIVE)) as site:
        assert await got(site, tmp_path, told) == ARCHIVE
    assert told == sorted(told)
    assert told[-1] == len(ARCHIVE)
    assert names(tmp_path) == [f"{NAME}.zip"]


async def test_a_broken_connection_goes_on_where_it_was(tmp_path: Path) -> None:
    """Every try asks for the rest, and nothing is fetched twice."""
    async with model_site(ModelSite(ARCHIVE, breaks=[300_000, 400_000])) as site:
        assert await got(site, tmp_path) == ARCHIVE
    assert site.asked[0] == ""
    begins = [int(asked[6:-1]) for asked in site.asked[1:]]
    assert len(begins) == 2
    assert 0 < begins[0] <= 300_000
    assert begins[0] < begins[1] <= begins[0] + 400_000


async def test_another_day_goes_on_too(tmp_path: Path) -> None:
    """What an earlier run left is the begin of this one."""
    (tmp_path / f"{NAME}.zip.part").write_bytes(ARCHIVE[:1000])
    async with model_site(ModelSite(ARCHIVE)) as site:
        assert await got(site, tmp_path) == ARCHIVE
    assert site.asked == ["bytes=1000-"]


async def test_a_site_that_cannot_go_on_begins_anew(tmp_path: Path) -> None:
    """200 instead of 206: the whole, not the whole behind a part."""
    (tmp_path / f"{NAME}.zip.part").write_bytes(b"x" * 1000)
    async with model_site(ModelSite(ARCHIVE, resumes=False)) as site:
        assert await got(site, tmp_path) == ARCHIVE


@pytest.mark.parametrize("md5", ["0" * 32, "no checksum"])
async def test_a_wrong_checksum_leaves_nothing(tmp_path: Path, md5: str) -> None:
    """What does not match is deleted; the next try begins anew."""
    async with model_site(ModelSite(ARCHIVE, md5=md5)) as site:
        with pytest.raises(NotReady, match="does not match the checksum"):
            await got(site, tmp_path)
    assert names(tmp_path) == []


async def test_more_than_the_list_says_is_not_taken(tmp_path: Path) -> None:
    """The disk is not filled by a site that sends without end."""
    async with model_site(ModelSite(ARCHIVE, size=1000)) as site:
        with pytest.raises(NotReady, match="sends more"):
            await got(site, tmp_path)
    assert not (tmp_path / f"{NAME}.zip").exists()


async def test_a_site_that_always_breaks_is_given_up(tmp_path: Path) -> None:
    """After some tries; what is here stays for another day."""
    async with model_site(ModelSite(ARCHIVE, breaks=[1000] * 20)) as site:
        with pytest.raises(NotReady, match="try again"):
            await got(site, tmp_path)
    assert (tmp_path / f"{NAME}.zip.part").stat().st_size >= 1000


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>", "no list"),
        ("[]", "has no model"),
        ("{}", "has no model"),
        ("[1]", "no list"),
        (f'[{{"name": "{NAME}"}}]', "does not say size"),
        (f'[{{"name": "{NAME}", "size": -1, "md5": "x"}}]', "cannot be of"),
        (f'[{{"name": "{NAME}", "size": 9, "md5": "x", "url": "http://example.com/"}}]', "https"),
    ],
)
async def test_a_strange_list_is_told(text: str, said: str) -> None:
    """Never an exception of ours, never an address that anybody could speak for."""
    async with model_site(ModelSite(b"", list_text=text)) as site:
        with pytest.raises(NotReady, match=said):
            await offer(NAME, site.url)


async def test_without_the_site_the_way_around_is_told() -> None:
    """No network is usual in an office: fetch it elsewhere."""
    async with model_site(ModelSite(b"")) as site:
        gone = site.url
    with pytest.raises(NotReady, match=r"get FILE\.zip"):
        await offer(NAME, gone)
    with pytest.raises(NotReady, match="https"):
        await offer(NAME, "http://models.example/")
