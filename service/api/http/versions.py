"""ETag, If-Match and If-None-Match (RFC 9110, 8.8.3, 13.1.1 and 13.1.2).

A change names the version that it is made on; a reader who has the newest version is not sent it again.
"""

import re
from hashlib import sha256
from importlib.metadata import version as installed_version
from typing import Annotated, Any, Final

from fastapi import Header, Response, status

from service.errors import problem
from service.store.resources.resource_records import ANY, Expected

_TAG: Final = re.compile(r'"([1-9]\d{0,8})"')

IfMatch = Annotated[
    str | None, Header(description="The ETag of what is changed, as it was last read.", examples=['"1"'])
]


IfNoneMatch = Annotated[
    str | None,
    Header(description="The ETag of what you have: 304 and no body when it is still so.", examples=['"3q2-7w"']),
]

#: How an operation documents the answer of `unchanged`.
NOT_MODIFIED: Final[dict[str, Any]] = {"description": "It is still as If-None-Match says."}


def tagged(response: Response, version: int) -> None:
    """Give an answer the ETag of a version."""
    response.headers["ETag"] = f'"{version}"'


def expected_of(if_match: str | None) -> Expected:
    """Return the version that a change is made on: None without If-Match, ANY for `*`.

    Raises
    ------
    Problem
        `version_missing` with something that is no ETag of ours.
    """
    if if_match is None:
        return None
    return ANY if if_match.strip() == "*" else version_of(if_match)


def required(if_match: str | None) -> Expected:
    """Return the same where a change must name its version.

    Raises
    ------
    Problem
        `version_missing` without If-Match.
    """
    return version_of(None) if if_match is None else expected_of(if_match)


def version_of(if_match: str | None) -> int:
    """Return the version that a change is made on.

    Raises
    ------
    Problem
        `version_missing` without If-Match, or with something that is no ETag of ours.
    """
    tag = _TAG.fullmatch((if_match or "").strip())
    if tag is None:
        raise problem(code="version_missing")
    return int(tag[1])


def tag_of(*parts: object) -> str:
    """Return the ETag of what is made of these parts by this version of the service."""
    text = "\0".join(map(repr, (installed_version("doorstep"), *parts)))
    return f'"{sha256(text.encode()).hexdigest()[:32]}"'


def unchanged(if_none_match: str | None, tag: str) -> Response | None:
    """Return the 304 for a reader who has what the tag names already, else None."""
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if tag not in known and "*" not in known:
        return None
    return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers={"ETag": tag})
