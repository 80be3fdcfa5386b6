"""OAuth 1.0a: its three endpoints and the signature of every other request ("OAuth 1.0a")."""

from __future__ import annotations

import hmac
from dataclasses import replace
from hashlib import sha256
from secrets import token_bytes

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from ibtui.sim.gateway.wire import Fields
from ibtui.sim.oauth import header as headers
from ibtui.sim.oauth.basestring import SignedRequest, Variant, candidates
from ibtui.sim.oauth.folder import SECRET_BYTES, THIRD_PARTY
from ibtui.sim.oauth.handshake import Handshake, shake
from ibtui.sim.oauth.header import OAuthHeader
from ibtui.sim.oauth.nonces import Nonces
from ibtui.sim.oauth.refusals import gone, malformed, unauthorised
from ibtui.sim.oauth.server import OAuthServer
from ibtui.sim.oauth.settings import REALM, TEST_REALM
from ibtui.sim.oauth.thirdparty import Authorisations, make_token

RSA, HMAC = "RSA-SHA256", "HMAC-SHA256"


class SignedAccess:
    """The server's side of OAuth 1.0a for one first-party consumer and the third-party consumer TESTCONS."""

    def __init__(self, server: OAuthServer) -> None:
        self._server = server
        self._nonces = Nonces()
        self.authorisations = Authorisations()
        registration = server.registration
        self._tokens: dict[str, tuple[str, bytes]] = {
            registration.access_token: (registration.consumer_key, registration.secret)
        }
        """Access tokens: their consumer and decrypted secret."""
        if registration.third_party is not None:
            token, secret = registration.third_party
            self._tokens[token] = (THIRD_PARTY, secret)

    def request_token(self, request: SignedRequest, authorization: str) -> Fields:
        """`POST /oauth/request_token`: a temporary token, for third parties."""
        header = self._opened(authorization, RSA, third_party=True)
        callback = header.required("oauth_callback")
        self._check_rsa(request, header)
        return {"oauth_token": self.authorisations.request(THIRD_PARTY, callback)}

    def access_token(self, request: SignedRequest, authorization: str) -> Fields:
        """`POST /oauth/access_token`: the permanent token for an authorised request, with a new secret each time."""
        header = self._opened(authorization, RSA, third_party=True)
        token, verifier = header.required("oauth_token"), header.required("oauth_verifier")
        self._check_rsa(request, header)
        if not self.authorisations.exchange(token, THIRD_PARTY, verifier):
            raise unauthorised("invalid verifier")
        secret = token_bytes(SECRET_BYTES)
        access = next((name for name, (consumer, _) in self._tokens.items() if consumer == THIRD_PARTY), make_token())
        self._tokens[access] = (THIRD_PARTY, secret)
        encrypted = self._server.registration.keep_third_party(access, secret)
        return {"is_paper": True, "oauth_token": access, "oauth_token_secret": encrypted}

    def live_session_token(self, request: SignedRequest, authorization: str) -> Fields:
        """`POST /oauth/live_session_token`: the Diffie-Hellman exchange; opens a session."""
        header = self._opened(authorization, RSA)
        access, challenge = header.required("oauth_token"), header.required("diffie_hellman_challenge")
        consumer, secret = self._token(header, access)
        self._check_rsa(request, header, prepend=secret.hex())
        registration, rules = self._server.registration, self._server.rules
        answer = shake(challenge, registration.prime, registration.generator, secret, consumer)
        if rules.dh_fault:
            answer = _spoilt(answer, rules.dh_fault)
        else:
            dies = rules.old_token == "dies"
            self._server.sessions.open(access, answer.live_session_token, rules.life_s, replaces=dies)
        ends = self._server.ends_ms() if rules.expiration == "end" else self._server.now_ms
        return {
            "diffie_hellman_response": answer.response,
            "live_session_token_signature": answer.signature,
            "live_session_token_expiration": ends,
        }

    def check(self, request: SignedRequest, authorization: str) -> Variant:
        """Admit a request that a living live session token signed; how its query was signed. OAuthRefused if not."""
        header = self._opened(authorization, HMAC)
        access = header.required("oauth_token")
        self._token(header, access)
        texts = list(candidates(request, self._server.origins, header.parameters, self._server.rules.query))
        for token in self._server.sessions.of(access):
            for variant, text in texts:
                if hmac.compare_digest(hmac.new(token.key, text, sha256).digest(), header.signature):
                    if token.dead:
                        raise gone("live session token expired", self._server.rules.dead_status)
                    self._use_nonce(header)
                    return variant
        raise unauthorised("invalid signature" if self._server.sessions.living(access) else "no live session token")

    def is_access_token(self, token: str) -> bool:
        """Whether a websocket's `oauth_token` is an access token with a living session."""
        return token in self._tokens and not self._server.killed and bool(self._server.sessions.living(token))

    def _opened(self, authorization: str, method: str, *, third_party: bool = False) -> OAuthHeader:
        """The header, of a known consumer, in its realm, with this signature method and at this time."""
        header = headers.parse(authorization)
        consumer = header.required("oauth_consumer_key")
        for name in ("oauth_signature_method", "oauth_timestamp", "oauth_nonce"):
            header.required(name)
        server = self._server
        known = consumer in (server.registration.consumer_key, THIRD_PARTY)
        if not known or server.rules.invalid_consumer or (third_party and consumer != THIRD_PARTY):
            raise unauthorised("invalid consumer")
        if header.realm != (TEST_REALM if consumer == THIRD_PARTY else REALM):
            raise unauthorised("invalid realm")
        if header.parameters["oauth_signature_method"] != method:
            raise malformed(f"oauth_signature_method must be {method}")
        stamp = header.parameters["oauth_timestamp"]
        self._nonces.check_time(consumer, stamp, server.now_s, in_order=server.rules.query == "strict")
        return header

    def _token(self, header: OAuthHeader, access: str) -> tuple[str, bytes]:
        """Consumer and secret of the access token; 401 where it is unknown, revoked or another consumer's."""
        found = self._tokens.get(access)
        if found is None or self._server.killed or found[0] != header.parameters["oauth_consumer_key"]:
            raise unauthorised("invalid token")
        return found

    def _check_rsa(self, request: SignedRequest, header: OAuthHeader, prepend: str = "") -> None:
        rule, key = self._server.rules.query, self._server.registration.signature_key
        for _variant, text in candidates(request, self._server.origins, header.parameters, rule, prepend):
            try:
                key.verify(header.signature, text, padding.PKCS1v15(), hashes.SHA256())
            except InvalidSignature:
                continue
            self._use_nonce(header)
            return
        raise unauthorised("invalid signature")

    def _use_nonce(self, header: OAuthHeader) -> None:
        parameters = header.parameters
        self._nonces.use(parameters["oauth_consumer_key"], parameters["oauth_nonce"], self._server.now_s)


def _spoilt(answer: Handshake, fault: str) -> Handshake:
    if fault == "signature":
        return replace(answer, signature=answer.signature[::-1])
    return replace(answer, response=f"{int(answer.response, 16) ^ 1:x}")
