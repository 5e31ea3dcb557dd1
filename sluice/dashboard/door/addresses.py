"""From which address a request comes: the connection's, or the one that a proxy names which the operator knows."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.requests import HTTPConnection

FORWARDED = "x-forwarded-for"


class Proxies:
    """Addresses and networks whose word on where a request came from counts; ValueError for one that is none."""

    def __init__(self, networks: tuple[str, ...]) -> None:
        self._networks: list[IPv4Network | IPv6Network] = [ip_network(one) for one in networks]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._networks)

    def has(self, address: str) -> bool:
        """Whether this is one of them."""
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)

    def client(self, connection: HTTPConnection) -> str:
        """The address that sent the request to the first of the proxies."""
        address = peer(connection)
        # Each proxy adds at the end whom it was asked by. What came before the first of ours, the client may have made up.
        for before in reversed(",".join(connection.headers.getlist(FORWARDED)).split(",")):
            if not self.has(address):
                break
            address = before.strip() or address
        return address


def peer(connection: HTTPConnection) -> str:
    """The other end of the connection."""
    return connection.client.host if connection.client else ""
