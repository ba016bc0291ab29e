"""Errors as RFC 9457 problems: what was found, where, what was expected, what to do; titles in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from smartfab.errors import (
    RecordNotFound,
    RegisterError,
    RegisterUnavailable,
    SmartfabError,
    StaleVersionError,
    StoreError,
    TransitionRefused,
)  # fmt: skip
from smartfab.service.refusals import Refusal, SignInNeeded, TooManyTries

MEDIA_TYPE = "application/problem+json"
RETRY_S = 2
"""When to try again where the database is busy [s]."""

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("The request cannot be read", "Không đọc được yêu cầu"),
    401: ("Sign in first", "Cần đăng nhập"),
    403: ("Not allowed", "Không có quyền"),
    404: ("Not found", "Không tìm thấy"),
    405: ("Not offered here", "Không hỗ trợ thao tác này"),
    406: ("Not in that form", "Không có ở dạng này"),
    408: ("The request took too long to arrive", "Yêu cầu gửi đến quá chậm"),
    409: ("It does not fit what is there", "Không phù hợp với trạng thái hiện tại"),
    411: ("The length must be said", "Phải cho biết độ dài"),
    412: ("Somebody changed it in the meantime", "Người khác đã sửa trong lúc đó"),
    413: ("Too large", "Quá lớn"),
    415: ("A media type that is not taken", "Không nhận kiểu dữ liệu này"),
    422: ("Something in it is wrong", "Dữ liệu chưa đúng"),
    428: ("Say which version you read", "Cần cho biết phiên bản đã đọc"),
    429: ("Too many tries", "Thử quá nhiều lần"),
    500: ("Something went wrong here", "Hệ thống gặp lỗi"),
    503: ("Try again shortly", "Hệ thống đang bận, hãy thử lại"),
}  # fmt: skip
"""Status: what it is called, in English and Vietnamese."""


def status_of(error: SmartfabError, *, conditional: bool = False) -> int:
    """Return the HTTP status of an error.

    Parameters
    ----------
    error : SmartfabError
        What was raised.
    conditional : bool
        The request bore If-Match: a stale version then is 412, else 409.

    Returns
    -------
    int
        400 to 503 [1].
    """
    if isinstance(error, Refusal):
        return error.status
    if isinstance(error, StaleVersionError):
        return 412 if conditional else 409
    if isinstance(error, RegisterError) and "idempotency_key" in (error.where or ""):
        return 409
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 422)


_STATUSES: tuple[tuple[type[SmartfabError], int], ...] = (
    (RecordNotFound, 404), (TransitionRefused, 409), (RegisterUnavailable, 503), (StoreError, 503),
)  # fmt: skip


def problem(
    status: int, *, detail: str | None = None, lang: str = "en", faults: list[dict[str, str | None]] | None = None, **more: Any  # noqa: ANN401  members of the problem
) -> dict[str, Any]:  # fmt: skip
    """Return the body of a problem.

    Parameters
    ----------
    status : int
        Of HTTP [1].
    detail : str, optional
        What happened.
    lang : {"en", "vi"}
        Language of the title.
    faults : list of dict, optional
        Each fault with where, found, expected, remedy.
    **more
        Further members.

    Returns
    -------
    dict
        JSON-ready; `title_en` and `title_vi` are always there.
    """
    english, vietnamese = TITLES.get(status, (HTTPStatus(status).phrase, HTTPStatus(status).phrase))
    body: dict[str, Any] = {
        "type": "about:blank", "title": vietnamese if lang == "vi" else english, "status": status, "title_en": english,
        "title_vi": vietnamese,
    }  # fmt: skip
    if detail:
        body["detail"] = detail
    if faults:
        body["faults"] = faults
    return {**body, **more}


def faults_of(error: SmartfabError) -> list[dict[str, str | None]]:
    """Return each fault of an error by its fields.

    Parameters
    ----------
    error : SmartfabError
        What was raised.

    Returns
    -------
    list of dict
        where, found, expected, remedy.
    """
    return [
        {"where": fault.where, "found": fault.found, "expected": fault.expected, "remedy": fault.remedy or None}
        for fault in error.faults
    ]


def headers_of(error: SmartfabError, status: int) -> dict[str, str]:
    """Return the headers a problem travels with.

    Parameters
    ----------
    error : SmartfabError
        What was raised.
    status : int
        Its status [1].

    Returns
    -------
    dict
        When to try again, and how to sign in.
    """
    if isinstance(error, TooManyTries):
        return {"Retry-After": str(error.wait_s)}
    if isinstance(error, SignInNeeded):
        return {"WWW-Authenticate": 'Bearer realm="smartfab"'}
    return {"Retry-After": str(RETRY_S)} if status == 503 else {}
