"""The reverse proxy that stands before roles that run apart, as a configuration of nginx."""

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from tihi.learn.imports.api import LARGEST_REQUEST
from tihi.platform.config import MOST_PORT
from tihi.roles.api import LARGEST_BODY

_ADDRESS = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")
_LISTEN = re.compile(r"(?:(?:[0-9.]+|\[[0-9a-fA-F:]+\]|\*):)?[0-9]{1,5}")
_WITH_PORT = (_ADDRESS, _LISTEN)
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_PATH = re.compile(r"/[^\s;{}\"'\\$]+")
_REDIRECT = """
server {
    listen 80;
    server_name @NAME@;
    access_log off;
    return 301 https://$host$request_uri;
}
"""


def nginx(
    apis: Sequence[str],
    gateways: Sequence[str],
    *,
    name: str,
    listen: str | None,
    tls: tuple[Path, Path] | None,
) -> str:
    """Return what goes into the `http` part of nginx.

    Args:
        apis: address and port of each api.
        gateways: likewise of each gateway.
        name: the site's host name; `_` for any.
        listen: where the proxy listens; 443 or 80, as `tls` says, when it is None.
        tls: files of certificate and key, or None when something before it ends TLS.

    Raises:
        ValueError: a word has no such form; it would mean something else in the file.
    """
    own = listen or ("443" if tls else "80")
    parts = {
        "REDIRECT": _REDIRECT if tls and listen is None else "",
        "NAME": _checked(name, _NAME, "tihi.school.nz"),
        "LISTEN": _listening(_checked(own, _LISTEN, "443"), tls),
        "APIS": _servers(apis),
        "GATEWAYS": _servers(gateways),
        "BODY": f"{LARGEST_BODY // 1024}k",
        "IMPORT": f"{LARGEST_REQUEST // 1024}k",
    }
    text = resources.files("tihi").joinpath("content/nginx.conf").read_text("utf-8")
    for word, part in parts.items():
        text = text.replace(f"@{word}@", part)
    return text


def _servers(addresses: Sequence[str]) -> str:
    # One that fails three times within 2 s is left alone for the next 2 s.
    return "\n".join(
        f"    server {_checked(one, _ADDRESS, '10.0.0.5:8081')} max_fails=3 fail_timeout=2s;"
        for one in addresses
    )


def _listening(listen: str, tls: tuple[Path, Path] | None) -> str:
    if tls is None:
        return (
            f"    listen {listen};\n"
            "    # Plain HTTP: for TLS, ask again with --certificate and --certificate-key."
        )
    certificate, key = (_checked(str(one), _PATH, "/etc/ssl/tihi.pem") for one in tls)
    return (
        f"    listen {listen} ssl;\n"
        f"    ssl_certificate {certificate};\n"
        f"    ssl_certificate_key {key};\n"
        "    ssl_protocols TLSv1.2 TLSv1.3;\n"
        "    ssl_session_cache shared:tihi:5m;"
    )


def _checked(text: str, form: re.Pattern[str], example: str) -> str:
    if not form.fullmatch(text) or (form in _WITH_PORT and not _has_port(text)):
        raise ValueError(f"{text!r} is not like {example}")
    return text


def _has_port(text: str) -> bool:
    return 0 < int(text.rpartition(":")[2]) <= MOST_PORT
