"""Finds a Kamailio for the edge: the machine's own, else a private copy of the distribution's."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.provision.debian_tree import DebianTree
from gateway.provision.errors import NotReady
from gateway.provision.places import Places
from gateway.provision.progress import Step
from gateway.provision.tools import kept_copy, private_packages
from gateway.telephony.edge_process import EdgeProgram

PROGRAM = "kamailio"
PACKAGES = (PROGRAM,)
MODULES = "usr/lib/*/kamailio/modules"
NEEDED = "tm.so"


def find_edge(places: Places, step: Step | None = None) -> EdgeProgram:
    """The Kamailio to use; a private copy is made when there is none. NotReady says what to do."""
    present = present_edge(places)
    if present:
        return present
    program = _of_tree(private_packages(PROGRAM, PACKAGES, places, step))
    if not program:
        raise NotReady(
            "Kamailio 的安装包不完整。请执行 sudo apt-get install kamailio 后重试。",
            "The package of Kamailio is not complete. Run sudo apt-get install kamailio and try "
            "again.",
        )
    return program


def present_edge(places: Places) -> EdgeProgram | None:
    """The Kamailio that is here; None when there is none."""
    installed = shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin:/usr/local/sbin")
    modules = _modules(Path("/"))
    if installed and modules:
        return EdgeProgram(argv=(installed,), modules_dir=modules)
    tree = kept_copy(PROGRAM, PACKAGES, places)
    return _of_tree(tree) if tree else None


def _of_tree(tree: DebianTree) -> EdgeProgram | None:
    program, modules = tree.program(PROGRAM), _modules(tree.root)
    if not program or not modules:
        return None
    if tree.loader:
        argv = (str(tree.loader), "--library-path", tree.library_path, str(program))
        return EdgeProgram(argv=argv, modules_dir=modules)
    env: Mapping[str, str] = {"LD_LIBRARY_PATH": tree.library_path}
    return EdgeProgram(argv=(str(program),), modules_dir=modules, env=env)


def _modules(root: Path) -> Path | None:
    return next((path for path in sorted(root.glob(MODULES)) if (path / NEEDED).exists()), None)
