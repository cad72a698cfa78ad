"""A mail server on this machine that takes everything and keeps a count; run by `sending`, prints its port.

python bench/sink.py
"""

import asyncio
import contextlib
import socket
import sys

from aiosmtpd.smtp import SMTP


class Everything:
    """Takes every letter."""

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802
        return "250 OK"


async def serve() -> None:
    """Serve until the process is ended."""
    listening = socket.create_server(("127.0.0.1", 0))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Everything(), hostname="sink"), sock=listening)
    print(listening.getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
    sys.exit(0)
