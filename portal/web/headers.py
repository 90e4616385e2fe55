"""Security headers on every answer, and one line in the log for every request.

The values are those of the Observatory's best marks that a page without any inline script or
style can keep; a page that needs something else (a file from a stranger) sets its own header and
it stays.
"""

import time
from collections.abc import Sequence

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("portal.web")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; media-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=()"
)


class SecurityHeaders:
    """ASGI middleware: sets what is missing and leaves what a page has set itself.

    Args:
        secure: whether the site is reached over https.
        frames: hosts a public page may show within itself; never a page of the staff's.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, frames: Sequence[str] = ()) -> None:
        self.app = app
        sources = " ".join(f"https://{host}" for host in frames)
        self.frames = f"; frame-src {sources}" if frames else ""
        self.headers = {
            "Content-Security-Policy": POLICY + ("; upgrade-insecure-requests" if secure else ""),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "X-Frame-Options": "DENY",
        }
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if self.frames and not scope["path"].startswith("/staff"):
                    policy = self.headers["Content-Security-Policy"] + self.frames
                    headers.setdefault("Content-Security-Policy", policy)
                if message["status"] >= 400 or scope["path"].startswith("/staff"):
                    # No page to find, or none of the public's.
                    headers.setdefault("X-Robots-Tag", "noindex")
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                log.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=message["status"],
                    ms=round((time.perf_counter() - began) * 1000, 1),
                )
            await send(message)

        await self.app(scope, receive, send_with_headers)
