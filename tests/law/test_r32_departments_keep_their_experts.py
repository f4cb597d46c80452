"""S1 article 8 (5): departments select their experts and manage them for a long time."""

from datetime import datetime, timedelta
from pathlib import Path

from gateway.app.experts import ExpertDesk
from gateway.core.operator import GRANTS, Right, Role
from tests.gateway.intake.floor_world import floor_world
from tests.gateway.intake.test_promises import SETTINGS

HEADING = "编号,部门编号,部门名称,姓名,电话,值班日,开始,结束,截止日期\n"
FIRST = (
    "zhao,shebao,人社局,赵一,13700000001,工作日,09:00,12:00,\n"
    "qian,shebao,人社局,钱二,13700000002,工作日,12:00,17:30,\n"
)
SECOND = "zhao,shebao,人社局,赵一,13700000001,工作日,09:00,17:30,2026-03-31\n"


async def test_a_departments_list_decides_who_is_called(tmp_path: Path) -> None:
    """S1§8(5): whose turn it is follows the department's own list, today and when it is changed.

    Over a restart, too; and whoever keeps the list sees no citizen's contact.
    """
    async with floor_world(tmp_path) as world:  # Monday, 2 March 2026, 09:00
        desk = ExpertDesk(SETTINGS, world.floor)
        await desk.open()
        chen, now = world.operators["chen"], world.clock.now()
        assert not (await desk.experts.take(chen, HEADING + FIRST, dry_run=False)).bad

        def tried(at: datetime) -> list[str]:
            return [one.target_id for one in desk.experts.tries("shebao", "", at)]

        assert tried(now) == ["zhao"]
        assert tried(now + timedelta(hours=5)) == ["qian"]
        assert tried(now + timedelta(hours=10)) == []
        desk = ExpertDesk(SETTINGS, world.floor)
        await desk.open()
        assert not (await desk.experts.take(chen, HEADING + SECOND, dry_run=False)).bad
        assert tried(now + timedelta(hours=5)) == ["qian", "zhao"]
        assert tried(now + timedelta(days=35)) == []
    assert Right.MANAGE in GRANTS[Role.ADMIN]
    assert Right.SEE_ALL_CONTACTS not in GRANTS[Role.ADMIN]
