"""Who really calls: the peer of the connection, or what a listed reverse proxy says (S36)."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network


class Proxies:
    """The reverse proxies whose word on a caller's address is believed."""

    def __init__(self, listed: Sequence[str]) -> None:
        self._networks = [ip_network(one) for one in listed]

    def caller(self, peer: str, forwarded: Sequence[str]) -> str:
        """Return the caller's address.

        Args:
            peer: address of the connection.
            forwarded: values of `X-Forwarded-For`, in the order of the headers.

        Returns:
            The last address in the chain that is no proxy of ours. A stranger can put
            anything in front, but the proxies append what they saw.
        """
        chain = [part.strip() for value in forwarded for part in value.split(",")]
        caller = peer
        while chain and self.lists(caller):
            before = chain.pop()
            if not _is_address(before):
                break
            caller = before
        return caller

    def lists(self, address: str) -> bool:
        """Return whether `address` is one of them."""
        return _is_address(address) and any(
            ip_address(address) in network for network in self._networks
        )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
