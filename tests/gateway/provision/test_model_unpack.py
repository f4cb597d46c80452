"""Laws of unpacking a model."""

import stat
import zipfile
from pathlib import Path

import pytest

from asr.errors import ModelUnusable
from gateway.provision import model_unpack
from gateway.provision.errors import NotReady
from gateway.provision.model_unpack import unpack
from tests.peers.speaker import model_folder

NAME = "vosk-model-small-cn-0.22"


def archive_of(path: Path, files: dict[str, bytes]) -> Path:
    """A zip with these."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return path


def model_files(top: str) -> dict[str, bytes]:
    """A whole model below ``top``."""
    folder = model_folder("demo-16k")
    return {
        f"{top}{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name[0] != "."
    }


@pytest.mark.parametrize("top", [f"{NAME}/", ""])
def test_a_model_is_unpacked(tmp_path: Path, top: str) -> None:
    """With a folder of its own in the archive, as official ones have, or without."""
    archive = archive_of(tmp_path / f"{NAME}.zip", model_files(top))
    found = unpack(archive, tmp_path / "home")
    assert found.path == tmp_path / "home" / NAME
    assert found.model.rate == 16000
    assert [path.name for path in (tmp_path / "home").iterdir()] == [NAME]


def test_a_new_one_takes_the_place_of_the_old(tmp_path: Path) -> None:
    """Only when it is whole: a broken one leaves the old one alone."""
    home = tmp_path / "home"
    unpack(archive_of(tmp_path / f"{NAME}.zip", model_files("")), home)
    (home / NAME / "README").write_text("old", encoding="utf-8")
    files = model_files("")
    del files["am/final.mdl"]
    with pytest.raises(ModelUnusable):
        unpack(archive_of(tmp_path / "half.zip", files), home, NAME)
    assert (home / NAME / "README").exists()
    unpack(tmp_path / f"{NAME}.zip", home)
    assert not (home / NAME / "README").exists()
    assert [path.name for path in home.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "name", ["../out", "a/../../out", "/tmp/out", "\\out", "a\\..\\..\\out", "C:/out"]
)
def test_nothing_leaves_the_folder(tmp_path: Path, name: str) -> None:
    """No file of the archive is written when one of them would leave."""
    archive = archive_of(tmp_path / "bad.zip", {"am/final.mdl": b"x", name: b"out"})
    with pytest.raises(NotReady, match="unsafe"):
        unpack(archive, tmp_path / "home")
    assert [path.name for path in tmp_path.rglob("*out*")] == []
    assert [*tmp_path.glob("home/*")] == []


def test_links_are_refused(tmp_path: Path) -> None:
    """A link could lead the next file anywhere."""
    link = zipfile.ZipInfo("am")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as out:
        out.writestr(link, "/etc")
    with pytest.raises(NotReady, match="unsafe"):
        unpack(tmp_path / "bad.zip", tmp_path / "home")


def test_what_grows_without_end_is_refused(tmp_path: Path) -> None:
    """An archive that becomes much more than it is, or holds files without number."""
    bomb = archive_of(tmp_path / "bomb.zip", {"am/final.mdl": bytes(80 << 20)})
    with pytest.raises(NotReady, match="too large"):
        unpack(bomb, tmp_path / "home")
    many = {f"{number}": b"" for number in range(model_unpack.MOST_FILES + 1)}
    with pytest.raises(NotReady, match="too many"):
        unpack(archive_of(tmp_path / "many.zip", many), tmp_path / "home")


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    """Its list says one byte; no more is written."""
    content = b"A" * 50_000
    archive = archive_of(tmp_path / "lie.zip", {"am/final.mdl": content})
    data = archive.read_bytes()
    size = len(content).to_bytes(4, "little")
    archive.write_bytes(data.replace(size, (1).to_bytes(4, "little")))
    with pytest.raises(NotReady):
        unpack(archive, tmp_path / "home")
    assert [*tmp_path.glob("home/*")] == []


@pytest.mark.parametrize("content", [b"", b"<html>not here</html>", b"PK\x03\x04"])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    """A page of a captive portal, a file cut short."""
    (tmp_path / "model.zip").write_bytes(content)
    with pytest.raises(NotReady, match="damaged"):
        unpack(tmp_path / "model.zip", tmp_path / "home")
