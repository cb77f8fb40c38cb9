"""Requests to an application in this process, without a server."""

from typing import Any

import anyio
import httpx
from starlette.types import ASGIApp


class ApiClient:
    """Sends each request through ASGI; what the application raises reaches the test."""

    def __init__(self, app: ASGIApp, *, base_url: str = "http://localhost") -> None:
        self._transport = httpx.ASGITransport(app=app)
        self._base_url = base_url

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.request("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)

    def delete(self, path: str, **options: Any) -> httpx.Response:
        return self.request("DELETE", path, **options)

    def post_raw(self, path: str, body: Any, content_type: str = "application/json") -> httpx.Response:
        return self.request("POST", path, content=body, headers={"Content-Type": content_type})

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        return anyio.run(lambda: self.send(method, path, **options))

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url=self._base_url) as client:
            return await client.request(method, path, **options)
