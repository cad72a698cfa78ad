"""Sessions in signed cookies, as Flask has them, at less cost: most requests come and go without one."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """Unseals what there is to unseal and seals what there is to seal; Flask makes ready for it with every request."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of the request's cookie, a new one without."""
        if app.secret_key and not request.cookies.get(self.get_cookie_name(app)):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Give the browser a session that was changed; that pages vary by the cookie, their headers say already."""
        if session or session.modified:
            super().save_session(app, session, response)
