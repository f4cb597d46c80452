"""Laws of running programs out of unpacked packages."""

import os
import shutil
import subprocess
from pathlib import Path

from gateway.provision.debian_tree import DebianTree, write_wrapper


def tree_at(root: Path) -> DebianTree:
    """A tree with one program, as a package would lay it out."""
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/lib/any-linux-gnu/inner").mkdir(parents=True)
    (root / "usr/lib/any-linux-gnu/inner/libpulsecommon-17.0.so").touch()
    program = root / "usr/bin/tell"
    program.write_text('#!/bin/sh\nprintf "%s|" "$LD_LIBRARY_PATH" "$WHERE" "$@"\n')
    program.chmod(0o755)
    return DebianTree(root)


def test_links_of_packages_stay_inside_the_tree(tmp_path: Path) -> None:
    """/etc/alternatives/x in a package is a place in the tree, not on this machine."""
    tree = tree_at(tmp_path)
    (tmp_path / "usr/bin/other").symlink_to("/usr/bin/tell")
    (tmp_path / "usr/bin/near").symlink_to("tell")
    (tmp_path / "usr/bin/lost").symlink_to("/bin/sh-that-is-not-there")
    (tmp_path / "usr/bin/round").symlink_to("round")
    assert tree.program("other") == tmp_path / "usr/bin/tell"
    assert tree.program("near") == tmp_path / "usr/bin/tell"
    assert tree.program("lost") is None
    assert tree.program("round") is None
    assert tree.program("sh") is None


def test_a_wrapper_runs_with_the_trees_libraries(tmp_path: Path) -> None:
    """Paths with spaces and quotes, arguments as they were given."""
    root = tmp_path / "it's a folder"
    tree = tree_at(root)
    program = tree.program("tell")
    assert program
    wrapper = tmp_path / "bin" / "tell"
    write_wrapper(wrapper, tree.wrapper(program, env={"WHERE": "a b"}))
    said = subprocess.run(
        [wrapper, "x y", "*"], capture_output=True, text=True, check=True, timeout=10
    ).stdout
    folders = f"{root}/usr/lib/any-linux-gnu:{root}/usr/lib/any-linux-gnu/inner"
    assert said == f"{folders}|a b|x y|*|"


def test_a_tree_with_its_own_loader_runs_through_it(tmp_path: Path) -> None:
    """Its C library must not meet the machine's loader."""
    tree = tree_at(tmp_path)
    loader = tmp_path / "lib/any-linux-gnu/ld-linux-any.so.2"
    loader.parent.mkdir(parents=True)
    shutil.copy("/bin/echo", loader)
    assert tree.loader == loader
    script = tree.wrapper(tmp_path / "usr/bin/tell", "--first")
    said = subprocess.run(
        ["/bin/sh", "-c", script, "sh", "last"],
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
        env=dict(os.environ),
    ).stdout.split()
    assert said[0] == "--library-path"
    assert said[2:] == [str(tmp_path / "usr/bin/tell"), "--first", "last"]
