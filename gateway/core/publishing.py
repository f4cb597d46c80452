"""Why a plan was not published, or not taken back; each with words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.core.drift import PublishFailed
from gateway.core.errors import HotlineError, Problem
from gateway.core.plan_diff import Touched


class PublishedMeanwhile(HotlineError):
    """Somebody else published in the meantime; look at it and publish again."""

    code = "published-meanwhile"

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


class UndoBlocked(HotlineError):
    """Something that this revision changed was changed again later."""

    code = "undo-blocked"

    def __init__(self, revision: int, touched: Sequence[Touched]) -> None:
        super().__init__(revision, touched)
        self.revision, self.touched = revision, tuple(touched)

    def problems(self) -> tuple[Problem, ...]:
        """What stands in the way, each with how to go on."""
        return tuple(
            Problem(
                ".".join(part for part in (one.kind, one.name, one.field) if part),
                self.code,
                "后来又改过，请先撤销后来的修改，或手动修改",
                "changed again later: undo that first, or change it by hand",
            )
            for one in self.touched
        )


STEPS: Mapping[str, tuple[str, str]] = {
    "connect": (
        "连不上电话系统的管理接口，请确认它在运行、密钥一致，再试一次",
        "no way to the telephone system's manager interface: see that it runs, then try again",
    ),
    "callers-waiting": (
        "要删除的队列里有人在等待，请等他们接通后再试",
        "callers wait in a queue that was to be removed: try again when they have been answered",
    ),
    "read-back": (
        "发布后读回的内容与要求不一致，请查看差异并联系维护人员",
        "what was read back is not what was published: look at the drift and call maintenance",
    ),
    "store": (
        "数据库没有接受这次发布，请检查数据库后再试",
        "the database did not accept it: look after the database, then try again",
    ),
    "UpdateConfig": (
        "电话系统拒绝写入配置文件，请检查磁盘空间和权限后再试",
        "the telephone system refused to write its file: check space and rights, then try again",
    ),
}
OTHER_STEP = (
    "电话系统没有完成这一步，请稍后再试；多次失败请查看其日志",
    "the telephone system did not do this: try again, and look into its log if it stays so",
)


def explained(failed: PublishFailed) -> Problem:
    """What went wrong, why, whether anything was changed, and how to mend it."""
    zh, en = STEPS.get(failed.step, OTHER_STEP)
    if failed.put_back:
        state = ("一切仍如发布之前", "everything is as it was before")
    else:
        state = (
            "未能完全恢复，系统会自动再试，也可点“修复”",
            "not all could be put back; it is tried again by itself, or press mend",
        )
    return Problem(
        failed.step,
        failed.code,
        f"{zh}（{failed.reason}）。{state[0]}。",
        f"{en} ({failed.reason}). {state[1]}.",
    )
