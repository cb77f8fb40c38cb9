"""ETag and If-Match (RFC 9110, 8.8.3 and 13.1.1): a change names the version that it is made on."""

import re
from typing import Annotated, Final

from fastapi import Header, Response

from service.errors import problem

_TAG: Final = re.compile(r'"([1-9]\d{0,8})"')

IfMatch = Annotated[
    str | None, Header(description="The ETag of what is changed, as it was last read.", examples=['"1"'])
]


def tagged(response: Response, version: int) -> None:
    """Give an answer the ETag of a version."""
    response.headers["ETag"] = f'"{version}"'


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
