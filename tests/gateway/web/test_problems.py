"""What went wrong, told to people and to programs."""

import pytest

from gateway.core.errors import HotlineError
from gateway.web.problems import STATUS, TITLES, wants_english
from tests.gateway.web.web_world import WebWorld


@pytest.mark.parametrize(
    ("accept", "english"),
    [
        ("", False),
        ("zh-CN,zh;q=0.9,en;q=0.8", False),
        ("en-GB,en;q=0.9,zh;q=0.1", True),
        ("fr, en;q=0.2", True),
        ("fr", False),
        ("en;q=0, zh;q=0.1", False),
        ("en;q=nan", False),
        ("en;q=x", False),
        ("," * 5000, False),
    ],
)
def test_the_language_is_the_readers(accept: str, english: bool) -> None:
    """Chinese unless English is wanted more."""
    assert wants_english(accept) is english


def test_every_error_of_ours_has_a_status_and_a_title() -> None:
    """A new class in core finds its parent's status, but needs words of its own."""
    seen, todo = [], [HotlineError]
    while todo:
        kind = todo.pop()
        todo += [one for one in kind.__subclasses__() if one.__module__.startswith("gateway.core")]
        seen.append(kind)
    for kind in seen:
        assert any(parent in STATUS for parent in kind.__mro__)
        assert kind is HotlineError or kind.code in TITLES


async def test_the_servers_own_refusals_are_problems_too(world: WebWorld) -> None:
    """404 and 405 with Allow, in the reader's language, with the request's id."""
    async with world.browser() as browser:
        lost = await browser.ask("GET", "/nothing", headers={"Accept-Language": "en"})
        assert lost.status == 404
        assert lost.headers["Content-Type"].startswith("application/problem+json")
        assert lost.json["title"] == "There is no such page"
        assert lost.json["instance"] == lost.headers["X-Request-Id"]
        wrong = await browser.ask("PUT", "/api/v1/session", headers={"Accept-Language": "zh"})
        assert wrong.status == 405
        assert set(wrong.headers["Allow"].split(",")) == {"GET", "POST", "DELETE"}
        assert wrong.json["title"] == "不支持这种请求方式"


async def test_a_fault_nobody_expected_leaks_nothing(
    world: WebWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    """500 and an id; the log has the place, neither has the words."""
    world.health["store"] = HasSecret()  # type: ignore[assignment]  # this test's fault
    url = world.url + "/health/ready"
    async with world.browser() as browser, browser.http.get(url) as answer:
        text = await answer.text()
        assert answer.status == 500
    logged = capsys.readouterr().out
    assert "canary" not in text + logged
    assert "ZeroDivisionError" in logged
    assert "ZeroDivisionError" not in text


class HasSecret:
    """A part that fails when somebody looks at it."""

    def __eq__(self, other: object) -> bool:
        """Fail with a secret."""
        raise ZeroDivisionError("canary")

    def __hash__(self) -> int:
        """As any."""
        return 0
