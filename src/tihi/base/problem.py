"""How a refusal is said: problem details, RFC 9457."""

from http import HTTPStatus
from typing import ClassVar


class Problem(Exception):
    """A refusal with a name. Subclasses say what kind; an instance says what happened.

    Attributes:
        slug: `<feature>/<what>`; the wire type is `urn:tihi:problem:<slug>`.
        title: what went wrong, in words for a person, the same for every instance.
        status: the HTTP status that carries it.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[HTTPStatus]

    def __init__(self, detail: str = "", **members: str | int) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.members = members

    def body(self) -> dict[str, str | int]:
        """Return the problem-details object; extra members come last."""
        return {
            "type": f"urn:tihi:problem:{self.slug}",
            "title": self.title,
            "status": int(self.status),
            "detail": self.detail,
            **self.members,
        }


class Invalid(Problem):
    """The request is ill-formed."""

    slug: ClassVar[str] = "request/invalid"
    title: ClassVar[str] = "That request is not well formed"
    status: ClassVar[HTTPStatus] = HTTPStatus.UNPROCESSABLE_ENTITY


class Conflict(Problem):
    """The request is well formed, but the state says no."""

    slug: ClassVar[str] = "request/conflict"
    title: ClassVar[str] = "That cannot be done now"
    status: ClassVar[HTTPStatus] = HTTPStatus.CONFLICT


class Missing(Problem):
    """It does not exist, or the caller may not see that it does."""

    slug: ClassVar[str] = "request/missing"
    title: ClassVar[str] = "That was not found"
    status: ClassVar[HTTPStatus] = HTTPStatus.NOT_FOUND


class Unauthenticated(Problem):
    """Nobody is signed in."""

    slug: ClassVar[str] = "request/unauthenticated"
    title: ClassVar[str] = "Sign in first"
    status: ClassVar[HTTPStatus] = HTTPStatus.UNAUTHORIZED


class Forbidden(Problem):
    """Somebody is signed in and may not do this."""

    slug: ClassVar[str] = "request/forbidden"
    title: ClassVar[str] = "Your role may not do that"
    status: ClassVar[HTTPStatus] = HTTPStatus.FORBIDDEN


class Gone(Problem):
    """It was there and is over."""

    slug: ClassVar[str] = "request/gone"
    title: ClassVar[str] = "That is over"
    status: ClassVar[HTTPStatus] = HTTPStatus.GONE


class TooMany(Problem):
    """Too many requests; `retry_after` seconds say when to come back."""

    slug: ClassVar[str] = "request/too-many"
    title: ClassVar[str] = "Too many tries. Wait a little, then try again"
    status: ClassVar[HTTPStatus] = HTTPStatus.TOO_MANY_REQUESTS


class Unavailable(Problem):
    """A part is down or overloaded; nothing was changed."""

    slug: ClassVar[str] = "request/unavailable"
    title: ClassVar[str] = "Tihi is catching its breath. Try again in a moment"
    status: ClassVar[HTTPStatus] = HTTPStatus.SERVICE_UNAVAILABLE
