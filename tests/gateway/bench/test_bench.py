"""``hotline bench``: each measurement runs and says its figures by their names."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gateway.bench.names import NAMES, NEEDS_A_HOTLINE
from tests.gateway_world import CHECKOUT, environment

pytestmark = pytest.mark.alone


Result = subprocess.CompletedProcess[str]


def run(*words: str) -> Result:
    """The command, as people run it; its set-up finds everything there."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "gateway", "bench", *words],
        cwd=CHECKOUT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def figures(result: Result) -> dict[str, dict[str, float]]:
    """The one object on stdout; what happened meanwhile is on stderr."""
    assert result.returncode == 0, result.stderr
    found: dict[str, dict[str, float]] = json.loads(result.stdout)
    assert result.stderr
    return found


def spread(found: dict[str, float], name: str) -> None:
    """A median with its least and its most."""
    assert 0 < found[f"{name}_min"] <= found[name] <= found[f"{name}_max"]


def test_events_and_durable_posts() -> None:
    """Two names, one object, in the order they were named."""
    found = figures(run("durable_accept", "ami_events", "--quick", "--json"))
    assert list(found) == ["durable_accept", "ami_events"]
    for name in ("vs_minimal", "vs_panoramisk", "vs_minimal_all_parsed"):
        spread(found["ami_events"], name)
    for name in ("vs_bare", "vs_bare_reveal"):
        spread(found["durable_accept"], name)


def test_messages_are_accepted() -> None:
    """Every push is acknowledged, and how long that takes is said."""
    found = figures(run("intake", "--quick", "--json"))["intake"]
    spread(found, "vs_bare")
    assert 0 < found["p99_ack_ms"] < 60_000
    assert 0 < found["p99_ack_full_ms"] < 60_000


def test_claims_from_both_lines() -> None:
    """The worse of the two is named as both are."""
    found = figures(run("line", "--quick", "--json"))["line"]
    for name in ("flat_1e6_vs_1e3", "flat_memory", "flat_redis", "vs_raw"):
        spread(found, name)
    assert found["flat_1e6_vs_1e3"] == min(found["flat_memory"], found["flat_redis"])


@pytest.mark.asterisk
def test_calls_into_the_queue() -> None:
    """Every way leads into the same queue of a real hotline."""
    found = figures(run("ivr_calls", "--quick", "--json"))
    for name in ("vs_static", "vs_static_unrecorded"):
        spread(found["ivr_calls"], name)


@pytest.mark.asterisk
@pytest.mark.browser
def test_pops_on_a_real_screen() -> None:
    """Calls ring at a real page and at a stand-in; each shows its own, the page's are timed."""
    found = figures(run("pop", "--quick", "--json"))["pop"]
    assert (found["wrong"], found["calls"], found["pages"]) == (0, 4, 1)
    assert 1 <= found["pops"] < found["rings"]
    assert 0 < found["p50_ms"] <= found["p99_ms"]


@pytest.mark.asterisk
def test_words_in_real_time() -> None:
    """Voices talk to a real ear: errors, delays, what it costs beside vosk, and Asterisk's part."""
    found = figures(run("asr", "--quick", "--json"))["asr"]
    for name in ("streams_vs_raw", "tapped_vs_untapped_cpu"):
        spread(found, name)
    assert 0 <= found["wer_clean"] < 0.5
    assert 0 <= found["wer_phone"] < 0.5
    assert found["first_partial_p99_ms"] > 0
    assert found["final_p99_ms"] > 0


def test_a_table_is_for_people() -> None:
    """Without --json: a row for each figure, and what the figures mean."""
    result = run("ami_events", "--quick")
    assert result.returncode == 0, result.stderr
    for words in ("vs_minimal", "vs_panoramisk", "before parsing"):
        assert words in result.stdout


def test_a_name_that_is_none_is_refused() -> None:
    """With those that there are."""
    result = run("speed")
    assert result.returncode == 2
    assert all(name in result.stderr for name in NAMES)
    assert set(NAMES) > NEEDS_A_HOTLINE
