"""What a client would rather have: the headers Accept and Accept-Language (RFC 9110, 12.5)."""


def weighed(header: str) -> list[tuple[str, float]]:
    """Return what a header lists, in small letters, each with its weight; one that cannot be read weighs nothing.

    Examples
    --------
    >>> weighed("de;q=0.9, zh-CN")
    [('de', 0.9), ('zh-cn', 1.0)]
    """
    return [_weighed(part) for part in header.split(",")]


def prefers_html(accept: str) -> bool:
    """Whether a page is named, and is not wanted less than JSON: as by each browser that opens an address.

    Examples
    --------
    >>> prefers_html("text/html,application/xhtml+xml,*/*;q=0.8"), prefers_html("*/*")
    (True, False)
    """
    weights = dict(weighed(accept))
    html = weights.get("text/html", 0.0)
    return html > 0 and all(weights.get(json, 0.0) <= html for json in ("application/json", "application/problem+json"))


def _weighed(part: str) -> tuple[str, float]:
    named, _, parameter = part.strip().partition(";")
    name, _, value = parameter.strip().partition("=")
    try:
        return named.strip().lower(), float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return named.strip().lower(), 0.0
