"""Passkeys: WebAuthn Level 3 by the library `webauthn`, for one server at one address.

The library takes a quarter of a second to import and only staff's passkeys need it, so it
is imported where it is first used.
"""

from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from tihi.base.value import Value


class Registered(Value):
    """A passkey that was made."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


class Asked(Value):
    """What the browser is asked: options as JSON text, and the challenge within them."""

    options: str
    challenge: bytes


class Refused(Exception):
    """The answer of an authenticator does not hold."""


def possible(url: str) -> bool:
    """Return whether browsers allow passkeys at `url`: secure, with a name and no number."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost"
    return False


def ask_to_register(
    url: str, *, org: str, owner: bytes, name: str, known: Sequence[bytes]
) -> Asked:
    """Return what asks an authenticator for a new passkey.

    Args:
        url: the server's own address; its host is the relying party.
        org: name to show.
        owner: the account's id, which the authenticator keeps.
        name: sign-in name to show.
        known: credentials that the owner has already.
    """
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    asked = generate_registration_options(
        rp_id=_party(url),
        rp_name=org,
        user_id=owner,
        user_name=name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return Asked(options=options_to_json(asked), challenge=asked.challenge)


def register(url: str, *, credential: str, challenge: bytes) -> Registered:
    """Return the passkey that an authenticator made.

    Raises:
        Refused: the answer does not hold for this challenge and this server.
    """
    from webauthn import verify_registration_response  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_party(url),
            expected_origin=url,
        )
    except (WebAuthnException, ValueError) as error:
        raise Refused from error
    return Registered(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
    )


def ask_to_prove(url: str, *, known: Sequence[bytes]) -> Asked:
    """Return what asks an authenticator to prove that it holds one of `known`."""
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    asked = generate_authentication_options(
        rp_id=_party(url),
        allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return Asked(options=options_to_json(asked), challenge=asked.challenge)


def credential_of(credential: str) -> bytes:
    """Return which credential an answer claims to come from.

    Raises:
        Refused: it is no such answer.
    """
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        return parse_authentication_credential_json(credential).raw_id
    except (WebAuthnException, ValueError) as error:
        raise Refused from error


def prove(url: str, *, credential: str, challenge: bytes, passkey: Registered) -> int:
    """Return the authenticator's new count of uses, once its answer holds.

    Raises:
        Refused: the answer does not hold for this challenge, this server and this passkey.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_party(url),
            expected_origin=url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError) as error:
        raise Refused from error
    return found.new_sign_count


def _party(url: str) -> str:
    return urlsplit(url).hostname or ""
