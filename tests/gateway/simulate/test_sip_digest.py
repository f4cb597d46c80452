"""Answers to challenges, against the examples of the standards."""

from __future__ import annotations

from gateway.simulate.sip_digest import answer, choose, parts

RFC_2617 = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int", '
    'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


def test_md5_as_in_rfc_2617() -> None:
    """Section 3.5."""
    said = answer(
        RFC_2617,
        user="Mufasa",
        password="Circle Of Life",
        method="GET",
        uri="/dir/index.html",
        cnonce="0a4f113b",
    )
    assert parts(said)["response"] == "6629fae49393a05397450978507c4ef1"
    assert parts(said)["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41"


def test_sha_256_as_in_rfc_7616() -> None:
    """Section 3.9.1."""
    said = answer(
        RFC_7616,
        user="Mufasa",
        password="Circle of Life",
        method="GET",
        uri="/dir/index.html",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    assert (
        parts(said)["response"]
        == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    )


def test_without_qop_as_in_rfc_2069() -> None:
    """No counter, no client nonce."""
    said = answer(
        'Digest realm="r", nonce="n"', user="u", password="p", method="REGISTER", uri="sip:x",
        cnonce="c",
    )  # fmt: skip
    assert "qop" not in parts(said)
    assert "cnonce" not in parts(said)


def test_the_strongest_known_challenge_is_answered() -> None:
    """SHA-256 before MD5; nothing else."""
    assert choose([RFC_2617, RFC_7616]) == RFC_7616
    assert choose(['Basic realm="x"', RFC_2617]) == RFC_2617
    assert choose(['Digest realm="x", nonce="y", algorithm=SHA-512-256']) is None
    assert choose([]) is None
