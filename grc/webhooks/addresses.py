"""Where something may be posted: not into our own network, unless a setting says so. Pure.

What counts is the address that is connected to, since a name may say another one each time
it is asked (OWASP, server-side request forgery).
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 500
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215: what stands behind is not said


def networks(named: Sequence[str]) -> tuple[Network, ...]:
    """Networks as settings write them: `10.2.0.0/16`. Raises ValueError."""
    return tuple(ip_network(name) for name in named)


def parts_of(url: str) -> SplitResult | None:
    """The parts of an address to which something may be posted, None when it is none: http or
    https, a host, no user, no password, no fragment."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        if not (fine and url.isascii() and url.isprintable() and len(url) <= LONGEST):
            return None
    except ValueError:
        return None
    return None if "@" in parts.netloc or parts.fragment or " " in url else parts


def may_reach(address: str, scheme: str, inside: Sequence[Network]) -> bool:
    """True for an address of the Internet by https, and for one of the networks `inside`."""
    try:
        found = _meant(ip_address(address))
    except ValueError:
        return False
    if any(found in network for network in inside):
        return True
    if found.is_reserved or (isinstance(found, IPv6Address) and _is_local(found)):
        return False
    return scheme == "https" and found.is_global and not found.is_multicast


def _is_local(address: IPv6Address) -> bool:
    return address.is_site_local or address in _LOCAL_NAT64


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
