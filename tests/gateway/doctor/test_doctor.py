"""Laws of the doctor: it finds what is broken, says how to mend it, and touches nothing."""

import io
import json
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from rich.console import Console
from typer.testing import CliRunner

from config.settings import AsteriskSettings, Settings, Trunk, Web
from gateway.app import opened_store
from gateway.cli.doctor import ALL, app, table
from gateway.core.facts import Fact, FactKind
from gateway.core.operator import Operator, Role
from gateway.core.queue import Queue
from gateway.doctor import CHECKS, Finding, Grade, Patient, examine
from gateway.doctor.finding import Check
from gateway.doctor.machine import LOCAL_PORTS, sound_ports
from gateway.provision.places import here
from gateway.telephony.free_port import free_port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A hotline that was never started."""
    return Settings(
        data_dir=tmp_path / "data",
        web=Web(port=free_port()),
        asterisk=AsteriskSettings(sip_port=free_port()),
    )


async def found(settings: Settings, name: str) -> Finding:
    """What this check finds."""
    check = next(one for one in CHECKS if one.name == name)
    patient = Patient(settings=settings, places=here())
    (only,) = [finding async for _, finding in examine(patient, (check,))]
    return only[1] if isinstance(only, tuple) else only


async def fill(settings: Settings, *rows: Operator | Queue | Fact) -> None:
    """A store with these rows."""
    async with opened_store(settings) as store:
        await store.record(*rows)


def person(login: str, role: Role, **more: object) -> Operator:
    """Somebody with a login."""
    return replace(Operator(id=login, login=login, name=login, role=role), **more)  # type: ignore[arg-type]  # any field


CIVIL = Queue(name="civil", title_zh="综合", title_en="General")


async def test_a_flow_that_does_not_fit_the_queues_is_found(settings: Settings) -> None:
    """Those of the store count once there is one."""
    spoken = replace(settings, speech=replace(settings.speech, flow="speech"))
    assert (await found(spoken, "flow")).grade is Grade.OK
    await fill(settings, CIVIL)
    assert (await found(settings, "flow")).grade is Grade.OK
    assert (await found(spoken, "flow")).grade is Grade.WARN


async def test_nothing_is_made_by_looking(settings: Settings, tmp_path: Path) -> None:
    """Every check on a hotline that was never started leaves the disk as it was."""
    async for _check, _finding in examine(Patient(settings=settings, places=here())):
        pass
    assert not any((tmp_path / name).exists() for name in ("data", "keys"))


async def test_a_check_that_cannot_look_is_a_finding(settings: Settings) -> None:
    """One that raises says what, and the next ones are looked at all the same."""

    async def broken(_patient: Patient) -> Finding:
        raise OSError(5, "Input/output error")

    async def fine(_patient: Patient) -> Finding:
        return Finding(grade=Grade.OK, zh="好", en="fine")

    checks = (Check("broken", "坏", "broken", broken), Check("fine", "好", "fine", fine))
    patient = Patient(settings=settings, places=here())
    grades = [finding.grade async for _, finding in examine(patient, checks)]
    assert grades == [Grade.FAIL, Grade.OK]


async def test_a_damaged_database_is_found(settings: Settings) -> None:
    """Pages overwritten in the middle: failed, with what to do; a whole one is whole."""
    await fill(settings, CIVIL, *(person(f"p{n}", Role.OPERATOR) for n in range(200)))
    assert (await found(settings, "database")).grade is Grade.OK
    path = settings.data_dir / "hotline.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(8192, size - 4096, 4096):
            file.seek(place)
            file.write(b"\xa5" * 512)
    finding = await found(settings, "database")
    assert finding.grade is Grade.FAIL
    assert finding.fix_zh


async def test_a_clock_that_was_set_back_is_found(settings: Settings) -> None:
    """Facts from the future mean that waits and ages are wrong."""
    ahead = datetime.now(UTC) + timedelta(hours=3)
    await fill(settings, Fact(kind=FactKind.LINK_LOST, at=ahead))
    finding = await found(settings, "database")
    assert finding.grade is Grade.FAIL
    assert "将来" in finding.zh


async def test_a_key_that_others_can_read_is_found(settings: Settings) -> None:
    """Mode 0600 is fine, 0644 is not."""
    await fill(settings, CIVIL)
    key = settings.data_dir / "keys" / "master.key"
    assert (await found(settings, "key")).grade is Grade.OK
    key.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    assert (await found(settings, "key")).grade is Grade.FAIL
    key.unlink()
    assert (await found(settings, "key")).grade is Grade.FAIL


async def test_people_are_looked_at(settings: Settings) -> None:
    """No admin: failed; a queue that nobody answers: named; all there: fine."""
    await fill(settings, CIVIL)
    assert (await found(settings, "people")).grade is Grade.FAIL
    await fill(settings, person("boss", Role.ADMIN, skills={"civil": 0}))
    lonely = await found(settings, "people")
    assert (lonely.grade, "civil" in lonely.en) == (Grade.WARN, True)
    await fill(settings, person("li", Role.OPERATOR, skills={"civil": 0}, simulated=True))
    assert (await found(settings, "people")).grade is Grade.WARN
    await fill(settings, person("wang", Role.OPERATOR, skills={"civil": 0}))
    assert (await found(settings, "people")).grade is Grade.OK
    await fill(
        settings, person("zhao", Role.OPERATOR, skills={"civil": 0}, must_change_password=True)
    )
    assert "zhao" in (await found(settings, "people")).en


@pytest.fixture
async def sick(settings: Settings) -> AsyncIterator[None]:
    """Somebody on the gateway's port who says that one part is down."""

    async def ready(_request: web.Request) -> web.Response:
        return web.json_response(
            {"status": "down", "parts": {"phones": "down", "store": "up"}}, status=503
        )

    application = web.Application()
    application.router.add_get("/health/ready", ready)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.web.port).start()
    yield
    await runner.cleanup()


@pytest.mark.usefixtures("sick")
async def test_a_part_that_is_down_is_named(settings: Settings) -> None:
    """What /health/ready says is said again."""
    finding = await found(settings, "gateway")
    assert finding.grade is Grade.FAIL
    assert "phones" in finding.zh
    assert "store" not in finding.zh


async def test_a_gateway_that_does_not_run_is_no_failure(settings: Settings) -> None:
    """A newcomer looks before the first start: warned, told how to start, not failed."""
    for name in ("gateway", "sip"):
        finding = await found(settings, name)
        assert finding.grade is Grade.WARN, name
        assert "hotline up" in finding.fix_en


async def test_a_trunk_that_does_not_answer_fails(settings: Settings) -> None:
    """Calls that go out by it would be lost; one that only brings calls is not asked."""
    assert (await found(settings, "trunks")).grade is Grade.OK
    dead = Trunk(name="carrier", host="127.0.0.77")
    finding = await found(replace(settings, trunk=(dead,)), "trunks")
    assert finding.grade is Grade.FAIL
    assert "carrier" in finding.zh


def certificate(path: Path, days: int) -> Path:
    """Self-signed, ending in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "12345.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.mark.parametrize(
    ("days", "grade"), [(-1, Grade.FAIL), (10, Grade.WARN), (90, Grade.OK)], ids=str
)
async def test_a_certificate_that_ends_is_told_in_time(
    settings: Settings, tmp_path: Path, days: int, grade: Grade
) -> None:
    """Three weeks before it ends, and after."""
    path = certificate(tmp_path / "cert.pem", days)
    with_tls = replace(settings, web=replace(settings.web, tls_cert_file=path))
    assert (await found(with_tls, "certificate")).grade is grade


@pytest.mark.parametrize(
    ("url", "grade"),
    [
        ("https://12345.example.gov.cn", Grade.OK),
        ("http://12345.example.gov.cn", Grade.WARN),
        ("http://localhost:8012", Grade.OK),
        ("http://[::1]:8012", Grade.OK),
        ("http://10.0.0.5:8012", Grade.WARN),
    ],
)
async def test_a_page_without_a_microphone_is_told(
    settings: Settings, url: str, grade: Grade
) -> None:
    """Browsers give it to https and to their own machine only."""
    public = replace(settings, web=replace(settings.web, public_url=url))
    assert (await found(public, "microphone")).grade is grade


def test_sound_ports_that_the_kernel_gives_away_are_told(settings: Settings) -> None:
    """The range of outgoing connections is read from this machine."""

    def patient(asterisk: AsteriskSettings) -> Patient:
        return Patient(settings=replace(settings, asterisk=asterisk), places=here())

    low, high = map(int, LOCAL_PORTS.read_text().split())
    inside = replace(settings.asterisk, rtp_start=low, rtp_end=min(low + 99, high))
    assert sound_ports(patient(inside)).grade is Grade.WARN
    outside = replace(settings.asterisk, rtp_start=2000, rtp_end=2099)
    assert sound_ports(patient(outside)).grade is Grade.OK


async def test_what_set_up_made_is_here(settings: Settings) -> None:
    """After set-up: telephone system and prompts are found."""
    for name in ("telephone", "prompts", "python", "disk"):
        assert (await found(settings, name)).grade is not Grade.FAIL, name


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """The same settings in a file."""
    path = tmp_path / "hotline.toml"
    path.write_text(
        f'data_dir = "data"\n[web]\nport = {settings.web.port}\n'
        f"[asterisk]\nsip_port = {settings.asterisk.sip_port}\n"
    )
    return path


def test_the_command_gives_a_table_or_json_and_a_status(file: Path) -> None:
    """Every check is in both; a failure, and only that, leaves with 1."""
    shown = CliRunner().invoke(app, ["-c", str(file)], env={"COLUMNS": "200"})
    told = CliRunner().invoke(app, ["-c", str(file), "--json"])
    rows = json.loads(told.stdout)
    accounts = ["channel web:main", "channel app:main"]
    assert [row["check"] for row in rows] == [*(check.name for check in ALL), *accounts]
    failed = any(row["grade"] == "fail" for row in rows)
    assert {shown.exit_code, told.exit_code} == {int(failed)}
    for check in ALL:
        assert check.zh in shown.output, check.name


def test_a_finding_is_shown_as_it_is() -> None:
    """Brackets are text, not the table's own markup."""
    check = Check("x", "名", "name", CHECKS[0].look)
    finding = Finding(grade=Grade.FAIL, zh="坏", en="bad", fix_zh="看 [[trunk]]", fix_en="[red]x")
    out = io.StringIO()
    Console(file=out, width=120).print(table([(check, finding)]))
    assert "[[trunk]]" in out.getvalue()
    assert "[red]x" in out.getvalue()
