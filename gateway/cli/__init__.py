"""The commands. Each is a file with a Typer ``app``, imported only when its word is said."""

import sys
from dataclasses import dataclass
from importlib import import_module

import typer


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the command line; ``module`` is its file here."""

    word: str
    module: str
    zh: str
    en: str


COMMANDS = (
    Command("up", "up", "装好一切并启动", "set everything up and start"),
    Command("test", "test", "装好一切并运行全部检查", "set everything up and run every check"),
    Command("serve", "serve", "启动（一切须已就绪）", "start; everything must be set up"),
    Command("doctor", "doctor", "检查哪里有问题、如何处理", "what is wrong and how to mend it"),
    Command("check-config", "check_config", "检查配置文件", "check the settings file"),
    Command("plan", "plan", "发布：show check diff publish history undo drift mend", "publish"),
    Command("user", "user", "账号：add set rm reset disable ls", "logins: add set rm reset"),
    Command("retention", "retention", "保存期限：plan apply", "how long data is kept: plan apply"),
    Command("flag", "flag", "号码标记：add rm import", "marks on numbers: add rm import"),
    Command("callback", "callback", "待回拨：ls", "who is to be called back: ls"),
    Command("queue", "queue", "队列：ls add set rm", "queues: ls add set rm"),
    Command("number", "number", "号码：ls add set rm", "numbers: ls add set rm"),
    Command("expert", "expert", "专家：ls import report", "experts: ls import report"),
    Command("seat", "seat", "坐席：ls add set rm", "seats: ls add set rm"),
    Command("channel", "channel", "渠道：ls check send-test connect", "channels: ls check"),
    Command(
        "model", "model", "语音识别模型：ls get use check", "models of speech: ls get use check"
    ),
    Command("asr", "asr", "语音识别：calibrate", "speech recognition: calibrate"),
    Command("speak", "speak", "把文字读成提示音", "a text as a prompt"),
    Command("wall-link", "wall_link", "大屏链接：--renew", "the wallboard's link: --renew"),
    Command("emergency", "emergency", "紧急专线：check reconcile", "lines: check reconcile"),
    Command("ban", "ban", "SIP 封禁：ls lift", "who is shut out of SIP: ls lift"),
    Command("asterisk", "asterisk", "Asterisk 配置：render", "configuration of Asterisk: render"),
    Command("service", "service", "systemd 服务：render", "the unit for systemd: render"),
    Command("demo", "demo", "演示：模拟的一天", "an ordinary day, simulated"),
    Command("simulate-call", "simulate_call", "模拟来电与坐席", "simulated citizens and operators"),
    Command("bench", "bench", "性能测量：ami_events …", "measurements: ami_events ..."),
    Command("lock", "lock", "重新生成依赖锁定文件", "make the dependency locks anew"),
)


def usage() -> str:
    """Every command on a line."""
    width = max(len(command.word) for command in COMMANDS)
    lines = [f"  {c.word:<{width}}  {c.zh} / {c.en}" for c in COMMANDS]
    return "\n".join(
        [
            "12345 热线网关 / hotline gateway",
            "",
            "用法 / usage: ./hotline COMMAND [OPTIONS]    (COMMAND --help)",
            "",
            *lines,
        ]
    )


def run(words: list[str]) -> None:
    """Run one command line; leaves by SystemExit as every command does."""
    known = {command.word: command for command in COMMANDS}
    if not words or words[0] in {"-h", "--help", "help"}:
        typer.echo(usage())
        return
    word, *rest = words
    if word not in known:
        typer.echo(f"没有这个命令 / no such command: {word}\n\n{usage()}", err=True)
        sys.exit(2)
    import_module(f"gateway.cli.{known[word].module}").app(args=rest, prog_name=f"hotline {word}")
