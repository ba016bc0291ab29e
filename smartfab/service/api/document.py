"""The OpenAPI document as the service lives by it: problems with their media type, and the headers answers bear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from smartfab.service.problems import MEDIA_TYPE, TITLES

Json = dict[str, Any]
_PROBLEM: Json = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_TEXT: Json = {"type": "string"}
_NEXT: Json = {"description": "The next page (RFC 8288), where there is one.", "schema": _TEXT}
_OF_PROBLEMS: Mapping[str, Json] = {
    "401": {"WWW-Authenticate": {"description": "How to sign in.", "required": True, "schema": _TEXT}},
    "503": {"Retry-After": {"description": "When to try again [s].", "required": True, "schema": {"type": "integer"}}},
}
_OF_ANSWERS: Mapping[str, Json] = {
    "ImprovementOut": {
        "ETag": {
            "description": "Its version, for If-Match.",
            "required": True,
            "schema": {"type": "string", "pattern": '^"[0-9]+"$'},
        }
    },
    "Page": {"Link": _NEXT},
    "NewToken": {"Cache-Control": {"description": "no-store", "required": True, "schema": _TEXT}},
}
_OF_ROUTES: Mapping[tuple[str, str, str], Json] = {
    ("/v1/improvements", "post", "201"): {
        "Location": {"description": "Where the improvement can be read.", "required": True, "schema": _TEXT}
    },
    ("/v1/people", "get", "200"): {"Link": _NEXT},
    ("/v1/improvements/{improvement_id}", "get", "304"): {
        "ETag": {"description": "The version that is there still.", "required": True, "schema": _TEXT}
    },
    ("/v1/improvements/{improvement_id}/attachments/{number}", "get", "200"): {
        "Content-Disposition": {"description": "To be saved under its name (RFC 6266).", "required": True, "schema": _TEXT}
    },
}  # fmt: skip


class Described(FastAPI):
    """An application whose document says what FastAPI does not know of it."""

    def openapi(self) -> Json:
        """Return the document; it is made once."""
        if self.openapi_schema is None:
            made = super().openapi()
            for path, operations in made["paths"].items():
                for method, operation in operations.items():
                    operation["responses"] = {
                        status: _told(path, method, status, answer) for status, answer in _every(operation["responses"]).items()
                    }
        return super().openapi()


def _every(answers: Json) -> Json:
    """Every operation may break; what is answered then is a problem, too."""
    return {**answers, "500": {"description": " · ".join(TITLES[500])}}


def _told(path: str, method: str, status: str, answer: Json) -> Json:
    if int(status) >= 400:
        return {**answer, "content": _PROBLEM, **_headed(_OF_PROBLEMS.get(status))}
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**answer, **_headed({**_OF_ANSWERS.get(name, {}), **_OF_ROUTES.get((path, method, status), {})})}


def _headed(headers: Json | None) -> Json:
    return {"headers": headers} if headers else {}
