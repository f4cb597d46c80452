"""Everything that can go wrong, as RFC 9457 problem details in the reader's language."""

from __future__ import annotations

import math
import traceback
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from aiohttp import web

from gateway.core.centre import FeedNotUnderstood
from gateway.core.drift import PublishFailed
from gateway.core.errors import (
    AlreadyTaken,
    Gone,
    HotlineError,
    IllegalMove,
    Invalid,
    NotAllowed,
    Problem,
    Throttled,
    Unavailable,
    Unknown,
)
from gateway.core.publishing import PublishedMeanwhile, UndoBlocked, explained
from gateway.core.upload import OtherTus, WrongOffset
from gateway.intake.accounts import LoginRefused, NotLoggedIn
from gateway.web.body import BodyTooSlow, WrongMedia

MEDIA = "application/problem+json"
DEFAULT_RETRY_SECONDS = 2

REQUEST_ID = web.RequestKey("request_id", str)

log = structlog.get_logger()


class ForeignOrigin(NotAllowed):
    """The request does not come from our own pages."""

    code = "foreign-origin"


class PasswordChangeRequired(NotAllowed):
    """Only changing the password is possible before it was changed."""

    code = "password-change-required"


STATUS: Mapping[type[HotlineError], int] = {
    NotLoggedIn: 401,
    LoginRefused: 401,
    NotAllowed: 403,
    Unknown: 404,
    Gone: 410,
    IllegalMove: 409,
    AlreadyTaken: 409,
    PublishedMeanwhile: 409,
    UndoBlocked: 409,
    WrongOffset: 409,
    OtherTus: 412,
    FeedNotUnderstood: 400,
    Invalid: 422,
    Throttled: 429,
    Unavailable: 503,
    HotlineError: 500,
}
"""The one table from cause to status; the nearest class counts."""

TITLES: Mapping[str, tuple[str, str]] = {
    "illegal-move": ("当前状态下不能这样操作", "This is not possible in the present state"),
    "not-verified": (
        "对方尚未核实接收，请先确认再离开",
        "The other side has not been said to have understood: press that first",
    ),
    "unknown": ("没有找到", "There is no such thing"),
    "gone": ("已超过保存期限，按规定销毁", "It was kept for as long as it may be, and is gone"),
    "not-allowed": ("没有权限", "You may not do this"),
    "not-logged-in": ("请先登录", "Log in first"),
    "no-visit": ("会话已过期，请刷新页面", "The session is over, load the page again"),
    "proof-needed": (
        "请求较多，请先完成计算验证，或直接拨打 12345",
        "Many come from there: solve a puzzle first, or dial 12345",
    ),
    "api-key": ("接口密钥不正确", "The API key is not known"),
    "key-used-otherwise": (
        "同一个 Idempotency-Key 已用于其他内容",
        "This Idempotency-Key was used for something else",
    ),
    "wrong-offset": ("续传位置不对，请先查询进度", "Ask first how far the upload is"),
    "other-tus": ("只支持 tus 1.0.0", "Only tus 1.0.0 is spoken here"),
    "no-room-for-files": ("暂时不能接收文件，请稍后再试", "No files can be taken now, try later"),
    "login-refused": ("登录名或密码不正确", "Login and password do not fit"),
    "foreign-origin": ("请求来源不被允许", "The request does not come from our own pages"),
    "password-change-required": ("请先修改密码", "Change your password first"),
    "feed-not-understood": (
        "分中心数据有误，未接收任何一条：请按所列各项更正后整批重发",
        "Nothing was taken: mend what is listed and send the whole delivery again",
    ),
    "invalid": ("提交的内容有误", "What was sent cannot be accepted"),
    "already-taken": ("已被占用", "Somebody else holds this already"),
    "throttled": ("操作过于频繁，请稍后再试", "Too many tries, come back later"),
    "published-meanwhile": ("已有人先发布，请核对后再发布", "Somebody published meanwhile"),
    "undo-blocked": (
        "后来又有修改，不能直接撤销",
        "Changed again later, not undone",
    ),
    "publish-failed": ("发布没有成功", "It was not published"),
    "unavailable": ("服务暂时不可用，请稍后再试", "A part of the service is away, try again"),
    "restarting": (
        "系统正在重启，请稍后再试",
        "The system is being restarted, try again in a moment",
    ),
    "phones-unavailable": ("电话系统暂时不可用", "The telephone system does not answer"),
    "store-unavailable": ("数据服务暂时不可用", "The record store does not answer"),
    "throttle-unavailable": ("限流计数服务暂时不可用", "Whoever counts the limits does not answer"),
    "line-unavailable": ("排队服务暂时不可用", "The line of what waits does not answer"),
    "internal": ("系统内部错误", "Something went wrong inside"),
    "not-found": ("没有这个页面", "There is no such page"),
    "method-not-allowed": ("不支持这种请求方式", "This method is not supported here"),
    "body-too-slow": ("请求体发送太慢", "The body did not come in time"),
    "body-too-large": ("请求体过大", "The body is too large"),
    "wrong-media": (
        "请求体应为未压缩的 application/json（UTF-8）",
        "The body must be plain application/json in UTF-8",
    ),
    "bad-request": ("无法理解的请求", "The request cannot be understood"),
    "not-built": (
        "界面尚未构建：请运行 ./hotline up",
        "The pages are not built yet: run ./hotline up",
    ),
}
HTTP_CODES: Mapping[int, str] = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "wrong-media",
    500: "internal",
}


def wants_english(accept_language: str) -> bool:
    """Whether English is asked for before Chinese; Chinese when nothing is said."""
    best, english = 0.0, False
    for entry in accept_language.split(",")[:16]:
        tag, _, rest = entry.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        try:
            quality = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            quality = 0.0
        if primary in ("zh", "en") and math.isfinite(quality) and quality > best:
            best, english = quality, primary == "en"
    return english


def problem(
    request: web.BaseRequest,
    status: int,
    code: str,
    *,
    errors: tuple[Mapping[str, str], ...] = (),
    retry_after: float | None = None,
) -> web.Response:
    """The answer that says what went wrong."""
    zh, en = TITLES.get(code, (f"请求失败（{status}）", HTTPStatus(status).phrase))
    english = wants_english(request.headers.get("Accept-Language", ""))
    content: dict[str, Any] = {
        "type": f"urn:hotline:problem:{code}",
        "title": en if english else zh,
        "status": status,
        "code": code,
        "instance": request.get(REQUEST_ID, ""),
    }
    if errors:
        content["errors"] = errors
    headers = {"Content-Language": "en" if english else "zh-CN", "Cache-Control": "no-store"}
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
        content["retry_after_seconds"] = round(retry_after, 1)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Session"
    return web.json_response(content, status=status, headers=headers, content_type=MEDIA)


def from_error(request: web.BaseRequest, error: HotlineError) -> web.Response:
    """One of ours."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    errors: tuple[Mapping[str, str], ...] = ()
    retry_after: float | None = None
    if isinstance(error, Invalid):
        errors = tuple(_told(one) for one in error.problems)
    elif isinstance(error, PublishFailed):
        errors = (_told(explained(error)),)
        retry_after = DEFAULT_RETRY_SECONDS
    elif isinstance(error, UndoBlocked):
        errors = tuple(_told(one) for one in error.problems())
    elif isinstance(error, Throttled):
        retry_after = error.retry_after_seconds
    elif isinstance(error, Unavailable):
        retry_after = DEFAULT_RETRY_SECONDS
        log.warning("unavailable", code=error.code, request_id=request.get(REQUEST_ID, ""))
    return problem(request, status, error.code, errors=errors, retry_after=retry_after)


def _told(one: Problem) -> Mapping[str, str]:
    return {"pointer": one.pointer, "code": one.code, "zh": one.zh, "en": one.en}


def from_http(request: web.BaseRequest, error: web.HTTPException) -> web.Response:
    """One of aiohttp's."""
    answer = problem(request, error.status, HTTP_CODES.get(error.status, f"http-{error.status}"))
    if "Allow" in error.headers:
        answer.headers["Allow"] = error.headers["Allow"]
    return answer


def from_fault(request: web.BaseRequest, fault: Exception) -> web.Response:
    """One that nobody expected: logged by its kind and place, told without a word of it."""
    log_fault("request_failed", request, fault)
    return problem(request, 500, "internal")


def log_fault(event: str, request: web.BaseRequest, fault: BaseException) -> None:
    """Kind and place of a fault; its words might be somebody's."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    frames = traceback.extract_tb(fault.__traceback__)[-6:]
    log.error(
        event,
        request_id=request.get(REQUEST_ID, ""),
        method=request.method,
        fault=type(fault).__name__,
        where=" > ".join(f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno}" for f in frames),
    )


@web.middleware
async def answer_problems(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The top of every request: whatever is raised below leaves as a problem."""
    try:
        return await handler(request)
    except HotlineError as error:
        return from_error(request, error)
    except BodyTooSlow:
        answer = problem(request, 408, "body-too-slow")
        answer.force_close()
        return answer
    except WrongMedia:
        return problem(request, 415, "wrong-media")
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        return from_http(request, error)
    except ConnectionError:
        raise  # the other side is gone, there is nobody to tell
    except Exception as fault:  # noqa: BLE001 - the top of a request answers for everything
        return from_fault(request, fault)
