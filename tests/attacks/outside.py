"""Other machines for tests of addresses: small servers on loopback, and names that lead to them as to public hosts."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

CSV = b"id,name\n1,a\n"
Answer = tuple[int, dict[str, str], bytes]


class Server:
    """A server that keeps what it was asked: path, headers. `answers` maps a path to status, headers and body."""

    def __init__(self, host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                outer.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, body = outer.answers.get(path, (200, {}, CSV))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value.encode("utf-8").decode("latin-1"))  # as servers send it
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, *_: Any) -> None:
                """Nothing on the terminal."""

        self._server = ThreadingHTTPServer((host, 0), Handler)
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.host, self.port = host, int(self._server.server_address[1])
        self.scheme = "https" if context else "http"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.answers[path] = (status, {"location": to}, b"moved")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


@contextmanager
def servers() -> Iterator[Callable[..., Server]]:
    """Start servers; all are closed at the end."""
    started: list[Server] = []

    def start(host: str = "127.0.0.1", context: ssl.SSLContext | None = None) -> Server:
        started.append(Server(host, context))
        return started[-1]

    try:
        yield start
    finally:
        for one in started:
            one.close()


class Internet:
    """Names and the addresses that they lead to, one after another at each look-up; and which local server stands
    behind a public address. `connected` are the addresses that were really connected to."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.behind: dict[tuple[str, int], Server] = {}
        self.looked_up: list[str] = []
        self.connected: list[tuple[str, int]] = []
        real_look_up, real_connect = socket.getaddrinfo, socket.socket.connect

        def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            if host not in self.names:
                return real_look_up(host, port, *args, **kwargs)
            self.looked_up.append(host)
            turns = self.names[host]
            found = turns.pop(0) if len(turns) > 1 else turns[0]
            family = {True: socket.AF_INET6, False: socket.AF_INET}
            return [
                (family[":" in ip], socket.SOCK_STREAM, 6, "", (ip, port, 0, 0) if ":" in ip else (ip, port))
                for ip in found
            ]

        def connect(sock: socket.socket, address: Any) -> None:
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                self.connected.append((address[0], address[1]))
                if server := self.behind.get((address[0], address[1])):
                    address = (server.host, server.port)
            real_connect(sock, address)

        patch.setattr(socket, "getaddrinfo", look_up)
        patch.setattr(socket.socket, "connect", connect)

    def host(self, name: str, server: Server, ip: str, port: int = 80) -> None:
        """Let `name` lead to the public address `ip`, where `server` answers at `port`."""
        self.names[name] = [[ip]]
        self.behind[ip, port] = server
