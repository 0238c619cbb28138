"""S36: what a stranger forwards is ignored; what a listed proxy saw is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tihi.platform.config import settings
from tihi.roles.proxies import Proxies
from world import World

PROXIES = Proxies(["10.0.0.0/8", "::1"])
addresses = st.ip_addresses().map(str)


@given(addresses, st.lists(addresses))
def test_a_stranger_is_whom_the_connection_names(peer: str, forwarded: list[str]) -> None:
    assert Proxies([]).caller(peer, forwarded) == peer


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["evil, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["not an address"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("::1", ["2001:db8::7"], "2001:db8::7"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_counts(
    peer: str, forwarded: list[str], caller: str
) -> None:
    assert PROXIES.caller(peer, forwarded) == caller


@given(st.lists(addresses, max_size=5))
def test_nobody_can_put_an_address_behind_the_one_that_the_proxy_saw(planted: list[str]) -> None:
    chain = ", ".join([*planted, "198.51.100.1"])
    assert PROXIES.caller("10.0.0.1", [chain]) == "198.51.100.1"


async def test_limits_cannot_be_escaped_by_a_forwarded_address(world: World) -> None:
    browser = await world.browser(None)
    body = {"org": world.slug, "name": "wiremu", "password": "not it"}
    found = []
    for n in range(12):
        headers = {"x-tihi": "1", "x-forwarded-for": f"198.51.100.{n}", "x-real-ip": f"1.1.1.{n}"}
        reply = await browser.send("POST", "/api/v1/signin", headers=headers, json=body)
        found.append(reply.status_code)
    assert found[-1] == 429


async def test_a_forwarded_host_does_not_make_a_foreign_page_ours(world: World) -> None:
    browser = await world.browser(None)
    headers = {"x-tihi": "1", "origin": "https://evil.test", "x-forwarded-host": "evil.test"}
    reply = await browser.send("POST", "/api/v1/links/open", headers=headers, json={"token": ""})
    assert reply.status_code == 403


def test_settings_name_addresses_and_a_whole_url_only() -> None:
    found = settings({"TIHI_PROXIES": "10.0.0.1, 192.168.0.0/16", "TIHI_URL": "https://a.nz/"})
    assert found.proxies == ("10.0.0.1", "192.168.0.0/16")
    assert found.url == "https://a.nz"
    for wrong in ({"TIHI_PROXIES": "proxy.local"}, {"TIHI_URL": "a.nz"}, {"TIHI_URL": "ftp://a"}):
        with pytest.raises(ValueError, match="TIHI_"):
            settings(wrong)
