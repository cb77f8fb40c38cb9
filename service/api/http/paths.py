"""Paths of what has an id of the caller's: in headers and links, where only ASCII may stand."""

from urllib.parse import quote


def path_to(*segments: str) -> str:
    """Return the path of those segments below /v1, each percent-encoded (RFC 3986, 2.1).

    Examples
    --------
    >>> path_to("cases", "案件-1:a")
    '/v1/cases/%E6%A1%88%E4%BB%B6-1:a'
    """
    return "/v1/" + "/".join(quote(segment, safe=":") for segment in segments)
