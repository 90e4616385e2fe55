"""Asks one server for one page, over and over, on a few kept connections.

    python -m bench.http.asker PORT PATH CONNECTIONS

Reads a line with a number of seconds, asks for that long and answers a line of JSON: pages,
seconds, its own share of a core, the middle and the 99th percentile of a page's milliseconds.
"""

import json
import selectors
import socket
import sys
import time


class Asking:
    """One connection: a request out, its answer in, again."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.request = request
        self.left = -1
        self.began = 0.0

    def ask(self) -> None:
        self.began = time.perf_counter()
        self.left = -1
        self.socket.send(self.request)

    def read(self) -> bool:
        """Take what came; return whether the answer is complete."""
        data = self.socket.recv(262_144)
        if not data:
            raise SystemExit("the server closed the connection")
        if self.left < 0:
            head, _, body = data.partition(b"\r\n\r\n")
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise SystemExit(f"expected 200, got {head[:80]!r}")
            length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
            self.left = int(length) - len(body)
        else:
            self.left -= len(data)
        return self.left <= 0


def main(port: int, path: str, connections: int) -> None:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n"
    ).encode()
    selector = selectors.DefaultSelector()
    askers = [Asking(port, request) for _ in range(connections)]
    for each in askers:
        selector.register(each.socket, selectors.EVENT_READ, each)
    print("ready", flush=True)
    for line in sys.stdin:
        seconds = float(line)
        times: list[float] = []
        began, cpu = time.perf_counter(), time.process_time()
        for each in askers:
            each.ask()
        waiting = len(askers)
        while waiting:
            for key, _ in selector.select():
                each = key.data
                if not each.read():
                    continue
                now = time.perf_counter()
                times.append(now - each.began)
                if now - began < seconds:
                    each.ask()
                else:
                    waiting -= 1
        took = time.perf_counter() - began
        times.sort()
        found = {
            "pages": len(times),
            "seconds": took,
            "share": (time.process_time() - cpu) / took,
            "p50": times[len(times) // 2] * 1000,
            "p99": times[len(times) * 99 // 100] * 1000,
        }
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
