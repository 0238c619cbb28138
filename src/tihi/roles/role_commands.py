"""Commands for roles that run apart, each as often as needed. Each imports what it runs."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

import click
import msgspec

from tihi.platform.config import MOST_PORT, Settings, settings

T = TypeVar("T")
Say = Callable[[str], None]

PORT = click.IntRange(1, MOST_PORT)

_metrics_port = click.option(
    "--metrics-port",
    type=click.IntRange(0, MOST_PORT),
    default=None,
    help="Port for /metrics and /health; none by default.",
)
_host = click.option("--host", default=None, help="Address to listen on; 127.0.0.1 by default.")
_proxied = click.option(
    "--lan-http", is_flag=True, help="Plain HTTP for a classroom's own network, without a proxy."
)


class Do(Protocol):
    """Runs work to its end and says plainly why it cannot be done."""

    def __call__(self, work: Awaitable[T]) -> T:
        """Run `work`."""
        ...


def commands(do: Do, say: Say) -> list[click.Command]:
    """Return the commands; `do` runs what they stand for, `say` tells a person."""
    api = "Serve the browser's files and the REST interface."
    return [
        _engines(do, say),
        _edge(do, "api", api, 8081, sockets=False),
        _edge(do, "gateway", "Serve Socket.IO.", 8082, rest=False),
        _worker(do),
        _scheduler(do),
        _proxy_config(),
        *_children(do),
    ]


def _engines(do: Do, say: Say) -> click.Command:
    @click.command()
    def engines() -> None:
        """Run PostgreSQL, Valkey and NATS alone, for roles that run apart on this machine."""
        from tihi.roles import serve

        do(serve.hold_engines(settings(), say))

    return engines


def _edge(  # an edge is told by what it serves
    do: Do, name: str, words: str, usual: int, *, rest: bool = True, sockets: bool = True
) -> click.Command:
    @click.command(name, help=words)
    @_host
    @click.option("--port", type=PORT, default=usual, show_default=True, help="Port to listen on.")
    @_proxied
    def edge(host: str | None, port: int, lan_http: bool) -> None:  # noqa: FBT001  # click
        from tihi.roles import processes

        known = _listening(settings(), host, port, lan_http=lan_http)
        do(processes.web_process(known, rest=rest, sockets=sockets))

    return edge


def _listening(found: Settings, host: str | None, port: int, *, lan_http: bool) -> Settings:
    return msgspec.structs.replace(
        found, host=host or found.host, port=port, lan_http=lan_http or found.lan_http
    )


def _measured(found: Settings, port: int | None) -> Settings:
    return msgspec.structs.replace(found, metrics_port=found.metrics_port if port is None else port)


def _worker(do: Do) -> click.Command:
    @click.command()
    @click.option("--only", multiple=True, help="Consumer to run; more with commas, or said again.")
    @_metrics_port
    def worker(only: tuple[str, ...], metrics_port: int | None) -> None:
        """Run consumers: all of them, or those named."""
        from tihi.roles import processes
        from tihi.roles.worker import UnknownConsumer

        names = {name.strip() for one in only for name in one.split(",") if name.strip()}

        known = _measured(settings(), metrics_port)
        try:
            do(processes.work_process(known, only=names, schedule=False))
        except UnknownConsumer as error:
            raise click.BadParameter(str(error), param_hint="--only") from error

    return worker


def _scheduler(do: Do) -> click.Command:
    @click.command()
    @_metrics_port
    def scheduler(metrics_port: int | None) -> None:
        """Run the scheduler: what must happen though nobody asked for it."""
        from tihi.roles import processes

        do(processes.work_process(_measured(settings(), metrics_port), consumers=False))

    return scheduler


def _proxy_config() -> click.Command:
    @click.command("proxy-config")
    @click.option("--api", "apis", multiple=True, default=["127.0.0.1:8081"], show_default=True)
    @click.option("--gateway", "gateways", multiple=True, default=["127.0.0.1:8082"])
    @click.option("--name", default="_", help="Host name of the site; any by default.")
    @click.option("--listen", default=None, help="Address and port; 443, or 80 without TLS.")
    @click.option("--certificate", default=None, help="File with the certificate and its chain.")
    @click.option("--certificate-key", default=None, help="File with its key.")
    def proxy_config(  # click gives an argument for each option
        apis: tuple[str, ...],
        gateways: tuple[str, ...],
        name: str,
        listen: str | None,
        certificate: str | None,
        certificate_key: str | None,
    ) -> None:
        """Print the nginx configuration for roles that run apart.

        Put it into nginx's `http` part, on Debian as /etc/nginx/conf.d/tihi.conf.
        """
        from tihi.roles import proxy

        tls = _tls(certificate, certificate_key)
        try:
            click.echo(proxy.nginx(apis, gateways, name=name, listen=listen, tls=tls), nl=False)
        except ValueError as error:
            raise click.ClickException(str(error)) from error

    return proxy_config


def _tls(certificate: str | None, key: str | None) -> tuple[Path, Path] | None:
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise click.UsageError("--certificate and --certificate-key go together")
    return Path(certificate).absolute(), Path(key).absolute()


def _children(do: Do) -> list[click.Command]:
    """Return what `tihi serve` starts: two processes that end with it."""
    child = click.option("--child", is_flag=True, help="End when standard input is closed.")

    @click.command(hidden=True)
    @click.option("--demo", is_flag=True)
    @child
    def web(demo: bool, child: bool) -> None:  # noqa: FBT001  # click
        from tihi.roles import processes

        do(processes.web_process(settings(), demo=demo, child=child))

    @click.command(hidden=True)
    @child
    def work(child: bool) -> None:  # noqa: FBT001  # click
        from tihi.roles import processes

        do(processes.work_process(settings(), child=child))

    return [web, work]
