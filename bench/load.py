"""A load generator: keep-alive connections over plain sockets, every answer checked, requests and time bounded."""

import itertools
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_ANSWER_SECONDS = 30
_AT_ONCE = 1 << 18


class WrongAnswer(Exception):
    """The server answered something else than it should, so the figure would be of nothing."""


@dataclass(frozen=True)
class Expectation:
    """What every answer must be."""

    status: int
    marker: bytes

    def check(self, status: int, body: bytes) -> None:
        if status != self.status or self.marker not in body:
            raise WrongAnswer(f"answered {status} instead of {self.status}: {body[:300]!r}")


@dataclass(frozen=True)
class Load:
    """One process's share: these requests (one alone is repeated), each connection sending the next when answered."""

    port: int
    requests: Sequence[bytes]
    expected: Expectation
    connections: int = 8
    seconds: float = 60
    most: int = 20_000

    def prepare(self) -> Callable[[], int]:
        lines = [Line(self.port) for _ in range(self.connections)]
        return lambda: self._drive(lines)

    def _drive(self, lines: list["Line"]) -> int:
        until, done = time.monotonic() + self.seconds, 0
        waiting = self._requests()
        with selectors.DefaultSelector() as selector:
            for line in lines:
                _send_next(line, waiting, until, selector)
            while selector.get_map():
                for line in _readable(selector):
                    if (answer := line.receive()) is not None:
                        self.expected.check(*answer)
                        done += 1
                        _send_next(line, waiting, until, selector)
        return done

    def _requests(self) -> Iterator[bytes]:
        if len(self.requests) == 1:
            return itertools.repeat(self.requests[0], self.most)
        return iter(self.requests)


class Line:
    """One connection: a request sent, its answer gathered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._gathered = bytearray()
        self._body_at, self._length = 0, 0

    def send(self, request: bytes) -> None:
        self._gathered.clear()
        self._body_at = 0
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Read what has come; return status and body once the answer is whole."""
        piece = self.socket.recv(_AT_ONCE)
        if not piece:
            raise WrongAnswer("the server closed a connection")
        self._gathered += piece
        if not self._body_at:
            self._read_head()
        if not self._body_at or len(self._gathered) < self._body_at + self._length:
            return None
        return int(self._gathered[9:12]), bytes(self._gathered[self._body_at :])

    @property
    def head(self) -> bytes:
        """Return status and headers of the answer that came."""
        return bytes(self._gathered[: self._body_at])

    def _read_head(self) -> None:
        end = self._gathered.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._gathered[:end]).lower()
        _, found, rest = head.partition(b"\r\ncontent-length:")
        if not found:
            raise WrongAnswer(f"no Content-Length: {head!r}")
        self._body_at, self._length = end + 4, int(rest.split(b"\r\n", 1)[0])


def get(path: str, **headers: str) -> bytes:
    """Return the bytes of a GET request."""
    return _request("GET", path, headers, b"")


def post(path: str, body: bytes, **headers: str) -> bytes:
    """Return the bytes of a POST request of JSON."""
    return _request("POST", path, {"Content-Type": "application/json", **headers}, body)


def post_form(path: str, body: bytes, **headers: str) -> bytes:
    """Return the bytes of a POST request of a form."""
    return _request("POST", path, {"Content-Type": "application/x-www-form-urlencoded", **headers}, body)


def put(path: str, body: bytes, **headers: str) -> bytes:
    """Return the bytes of a PUT request of JSON."""
    return _request("PUT", path, {"Content-Type": "application/json", **headers}, body)


def fetch(port: int, request: bytes) -> tuple[int, bytes]:
    """Send one request and return status and body."""
    line = Line(port)
    line.send(request)
    while (answer := line.receive()) is None:
        pass
    line.socket.close()
    return answer


def _request(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = {"Host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if body:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def _send_next(line: Line, waiting: Iterator[bytes], until: float, selector: selectors.BaseSelector) -> None:
    request = next(waiting, None) if time.monotonic() < until else None
    if request is not None:
        if line.socket not in selector.get_map():
            selector.register(line.socket, selectors.EVENT_READ, line)
        line.send(request)
    elif line.socket in selector.get_map():
        selector.unregister(line.socket)
        line.socket.close()


def _readable(selector: selectors.BaseSelector) -> list[Line]:
    ready = selector.select(_ANSWER_SECONDS)
    if not ready:
        raise WrongAnswer(f"no answer within {_ANSWER_SECONDS} s")
    return [key.data for key, _events in ready]
