"""Becomes another program, in a cage. Run by itself: ``python -I -S cage.py CPU MEMORY FILE ...``.

The program reads its standard input and writes its standard output, both regular files opened by
whoever started us. It gets so many seconds of processor, bytes of memory and bytes of output; no
network (own user and network namespaces, user_namespaces(7)); and no file but itself and the
system's libraries (Landlock, landlock(7)). What this kernel does not give is left out: the word
``fences`` in the place of the program prints those that hold. The number of processes is not
limited here: RLIMIT_NPROC counts all of a user, us included.
"""

import ctypes
import os
import resource
import signal
import struct
import sys

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
EXECUTE, READ_FILE = 1, 4
ALL_ACCESS_OF_ABI_1 = 0x1FFF
RULE_PATH_BENEATH = 1
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/etc/ld.so.cache")
MOST_FILES = 32

libc = ctypes.CDLL(None, use_errno=True)


def limit(cpu_seconds: int, memory_bytes: int, file_bytes: int) -> None:
    """What the kernel counts (setrlimit(2)); one second more of processor, then SIGKILL."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def no_network() -> bool:
    """Nothing to send by: a network namespace of its own, where not even loopback is up."""
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC) == 0)


def no_files(program: str) -> bool:
    """No file may be opened but ``program`` and the libraries."""
    handled = struct.pack("Q", ALL_ACCESS_OF_ABI_1)
    rules = libc.syscall(LANDLOCK_CREATE, handled, len(handled), 0)
    if rules < 0:
        return False
    for path in (program, *LIBRARIES):
        try:
            at = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rule = struct.pack("=QI", EXECUTE | READ_FILE, at)
        libc.syscall(LANDLOCK_ADD, rules, RULE_PATH_BENEATH, rule, 0)
        os.close(at)
    return bool(libc.syscall(LANDLOCK_RESTRICT, rules, 0) == 0)


def main(words: list[str]) -> None:
    """Fence in, then become the program; only the fences' words are ever said here."""
    cpu_seconds, memory_bytes, file_bytes, program, *arguments = words
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    held = {"network": no_network(), "files": no_files(program)}
    if program == "fences":
        sys.stdout.write(" ".join(name for name, holds in held.items() if holds))
        return
    for ignored in (signal.SIGXFSZ, signal.SIGPIPE):  # by this interpreter; they are to end it
        signal.signal(ignored, signal.SIG_DFL)
    limit(int(cpu_seconds), int(memory_bytes), int(file_bytes))
    os.execve(program, [program, *arguments], {"LC_ALL": "C", "MALLOC_ARENA_MAX": "2"})  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    main(sys.argv[1:])
