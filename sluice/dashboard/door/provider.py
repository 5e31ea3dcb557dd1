"""The way in by OpenID Connect: a provider says whose e-mail address it is, and a cookie of ours keeps it."""

from __future__ import annotations

from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from httpx2 import HTTPError
from joserfc.errors import JoseError
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sluice import provider
from sluice.analysis import viewers
from sluice.analysis.viewers import Users
from sluice.dashboard.door import cookies, forms
from sluice.dashboard.door.cookies import is_local
from sluice.dashboard.door.reports import Reports
from sluice.dashboard.door.sessions import Sessions
from sluice.dashboard.door.settings import Client
from sluice.dashboard.door.ways import signed_out, to_sign_in

START, CALLBACK = f"{forms.SIGN_IN}/start", f"{forms.SIGN_IN}/callback"
MINUTES = 10  # to sign in at the provider
SECONDS = 10  # that the provider has for an answer
# Signatures that only the provider can make: with HS256 anyone who knows the client's secret could.
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
FAILED = "The sign-in did not succeed. Try again."
UNKNOWN = "You are signed in as {}, who is not on the dashboard's list. Ask for access the person who runs it."
UNVERIFIED = "The provider has not verified your e-mail address. Verify it there, then try again."


class NotIssuer(Exception):
    """The provider calls itself by another name than the operator."""


class Provider:
    """By a provider, in the authorization code flow with PKCE."""

    def __init__(
        self, client: Client, sessions: Sessions, origins: tuple[str, ...], secret: str, reports: Reports
    ) -> None:
        self._client, self._sessions, self._origins = client, sessions, origins
        self._secret, self._reports = secret, reports
        self._provider = OAuth().register(
            "provider",
            client_id=client.id,
            client_secret=client.secret,
            server_metadata_url=provider.discovery(client.issuer),
            client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "timeout": SECONDS},
        )

    def name(self, connection: HTTPConnection, users: Users | None) -> str | None:
        """Who is signed in."""
        return self._sessions.name(connection, users) if users else None

    def refusal(self, request: Request) -> Response:
        """To the page with the provider's button."""
        return to_sign_in(request)

    async def answer(self, request: Request, users: Users | None) -> ASGIApp | None:
        """The page with the button, the way to the provider and back, and the way out."""
        path = request.url.path
        if users is None or path not in (forms.SIGN_IN, START, CALLBACK, forms.SIGN_OUT):
            return None
        if path == forms.SIGN_OUT:
            return signed_out(request, self._sessions) if request.method == "POST" else RedirectResponse("/", 303)
        target = forms.target(request.query_params.get(forms.NEXT))
        if path == forms.SIGN_IN:
            return RedirectResponse(target, 303) if self.name(request, users) else self._page(target)
        kept = cookies.name(request, "oidc")
        return SessionMiddleware(self._flow, self._secret, kept, MINUTES * 60, https_only=not is_local(request))

    async def _flow(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            await self._meet()
            answer = await (self._start(request) if request.url.path == START else self._finish(request))
        except (AuthlibBaseError, JoseError, HTTPError, NotIssuer, RuntimeError, ValueError) as error:
            answer = self._refuse(request, type(error).__name__, FAILED)
        await answer(scope, receive, send)

    async def _meet(self) -> None:
        """Read what the provider says about itself, once."""
        found = await self._provider.load_server_metadata()
        if found.get("issuer") != self._client.issuer:
            raise NotIssuer
        found["id_token_signing_alg_values_supported"] = SIGNATURES

    async def _start(self, request: Request) -> Response:
        request.session[forms.NEXT] = forms.target(request.query_params.get(forms.NEXT))
        answer: Response = await self._provider.authorize_redirect(request, self._own_address(request) + CALLBACK)
        return answer

    async def _finish(self, request: Request) -> Response:
        wanted = {"iss": self._client.issuer, "aud": self._client.id}
        options = {name: {"essential": True, "value": value} for name, value in wanted.items()}
        token = await self._provider.authorize_access_token(request, claims_options=options, leeway=60)
        claims = token.get("userinfo") or {}
        target = forms.target(request.session.pop(forms.NEXT, None))
        request.session.clear()
        users, email = viewers.load(), str(claims.get("email", "")).lower()
        # Entra has no such claim; what others say counts.
        if str(claims.get("email_verified", True)).lower() != "true":
            return self._refuse(request, "unverified", UNVERIFIED, email)
        if users is None or users.find(email) is None:
            return self._refuse(request, "unknown", UNKNOWN.format(email or "nobody with an e-mail address"), email)
        answer = RedirectResponse(target, 303)
        self._sessions.begin(request, answer, email, users)
        return answer

    def _refuse(self, request: Request, why: str, message: str, name: str | None = None) -> Response:
        self._reports.failed("oidc", why, name, request)
        return self._page("/", message, 403)

    def _page(self, target: str, message: str = "", status: int = 200) -> Response:
        host = urlsplit(self._client.issuer).hostname or ""
        return forms.page(
            "Sign in", forms.button(f"{START}?{forms.query(target)}", f"Sign in by {host}"), message, status
        )

    def _own_address(self, request: Request) -> str:
        """The origin that the browser shows."""
        host = request.headers.get("host", "")
        if is_local(request):
            return f"http://{host}"
        return next(
            (one for one in self._origins if urlsplit(one).netloc == host), [*self._origins, f"https://{host}"][0]
        )
