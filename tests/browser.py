"""Browsers and other clients, as tests use them: over ASGI, with a cookie or a key."""

from typing import Any

import httpx

COOKIE = "__Host-tihi"
Json = Any
"""What JSON holds, read by a test that knows what it asked for."""
App = Any


class Browser:
    """One person's browser, or a stranger's."""

    def __init__(
        self,
        app: App,
        token: str | None = None,
        *,
        peer: str = "127.0.0.1",
        secret: str | None = None,
    ) -> None:
        self.token = token
        self.secret = secret
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app, client=(peer, 1)), base_url="https://tihi.test"
        )

    async def send(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Json
    ) -> httpx.Response:
        """Send a request as our own pages do, with the session's cookie."""
        sent = {"x-tihi": "1"} if headers is None else headers
        if self.secret is not None:
            sent = {"authorization": f"Bearer {self.secret}", **(headers or {})}
        if self.token is not None:
            # By hand: a jar does not send a cookie back that came over no real connection.
            sent = {**sent, "cookie": f"{COOKIE}={self.token}"}
        self._http.cookies.clear()
        return await self._http.request(method, path, headers=sent, **more)

    async def get(self, path: str) -> Json:
        """Return what `path` answers; it must succeed."""
        return _said(await self.send("GET", path))

    async def post(self, path: str, body: object = None) -> Json:
        """Send `body` to `path`; it must succeed."""
        return _said(await self.send("POST", path, json=body))

    async def sign_in(self, slug: str, name: str, password: str) -> httpx.Response:
        """Sign in, and keep the cookie when it worked."""
        body = {"org": slug, "name": name, "password": password}
        reply = await self.send("POST", "/api/v1/signin", json=body)
        self.keep(reply)
        return reply

    def keep(self, reply: httpx.Response) -> None:
        """Keep the session's cookie of a reply, as a browser does."""
        if COOKIE in reply.cookies:
            self.token = reply.cookies[COOKIE]


def _said(reply: httpx.Response) -> Json:
    assert reply.is_success, f"{reply.status_code} {reply.text}"
    return reply.json() if reply.content else None
