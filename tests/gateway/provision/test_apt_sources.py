"""Laws of reading what apt is configured with."""

from gateway.provision.apt_sources import (
    AptSource,
    mirrors,
    own_sources,
    parse_deb822,
    parse_list,
    parse_os_release,
)

BOOKWORM = """\
Types: deb
# a comment between fields
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""

NOBLE = """\
Types: deb
URIs: http://ubuntu.example/ubuntu/
Suites: noble noble-updates noble-backports
Components: main universe restricted multiverse
Signed-By: /usr/share/keyrings/ubuntu-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://ubuntu.example/proposed/
Suites: noble-proposed
Components: main

Types: deb-src
URIs: http://ubuntu.example/ubuntu/
Suites: noble
Components: main
"""


def test_deb822_stanzas_are_read() -> None:
    """Every enabled deb stanza, comments and other types passed over."""
    first, second = parse_deb822(BOOKWORM)
    assert first.uris == ("http://mirror.example/debian",)
    assert first.suites == ("bookworm", "bookworm-updates")
    assert second.suites == ("bookworm-security",)
    (ubuntu,) = parse_deb822(NOBLE)
    assert ubuntu.components == ("main", "universe", "restricted", "multiverse")
    assert ubuntu.signed_by.endswith("ubuntu-archive-keyring.gpg")


def test_what_is_written_reads_back() -> None:
    """A stanza we write means the same, an embedded key with its empty line included."""
    key = (
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQINBF\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----"
    )
    source = AptSource(("http://m.example/debian",), ("trixie",), ("main",), key)
    assert parse_deb822(source.deb822()) == (source,)
    plain = AptSource(("http://m.example/debian",), ("trixie",), ("main", "contrib"), "/k.gpg")
    assert parse_deb822(plain.deb822()) == (plain,)


def test_one_line_style_is_read() -> None:
    """Options in brackets, comments, source lines and disks."""
    text = """\
# deb http://no.example/debian bookworm main
deb http://a.example/debian bookworm main contrib # ours
deb-src http://a.example/debian bookworm main
  deb [arch=amd64 signed-by=/k/one.gpg,/k/two.gpg] http://b.example/debian sid main
deb cdrom:[Debian]/ bookworm main
"""
    first, second = parse_list(text)
    assert first == AptSource(("http://a.example/debian",), ("bookworm",), ("main", "contrib"))
    assert second.signed_by == "/k/one.gpg /k/two.gpg"
    assert second.suites == ("sid",)


def test_only_the_distributions_own_archives_are_used() -> None:
    """No backports, no third party, not even one that calls its suite by our code name."""
    others = parse_list(
        "deb http://pg.example/apt bookworm-pgdg main\n"
        "deb http://docker.example/debian bookworm stable\n"
        "deb http://node.example nodistro main\n"
    )
    own = own_sources((*parse_deb822(BOOKWORM), *others), "bookworm")
    assert [source.suites for source in own] == [
        ("bookworm", "bookworm-updates"),
        ("bookworm-security",),
    ]
    (ubuntu,) = own_sources(parse_deb822(NOBLE), "noble")
    assert ubuntu.suites == ("noble", "noble-updates")


def test_other_suites_are_asked_for_at_the_main_mirror_first() -> None:
    """Security archives hold no other suites, so they come last."""
    own = own_sources(parse_deb822(BOOKWORM), "bookworm")
    assert mirrors(own) == ("http://mirror.example/debian", "http://mirror.example/debian-security")
    assert mirrors(tuple(reversed(own)))[0] == "http://mirror.example/debian"


def test_a_machine_says_what_it_is() -> None:
    """os-release, with and without quotes; what is missing is empty."""
    read = parse_os_release('ID=ubuntu\nVERSION_CODENAME=noble\nID_LIKE="debian linux"\n# x=y\n')
    assert (read.id, read.codename, read.like) == ("ubuntu", "noble", ("debian", "linux"))
    assert parse_os_release("") == parse_os_release("NAME=Alpine")
