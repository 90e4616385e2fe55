"""Readers that only count: `python -m bench.sockets.readers PORT COUNT`.

Raw sockets and epoll. Prints `ready` when all are welcomed. For each line it reads it waits until
nothing has arrived for a moment and prints the bytes since the last line, how many whole frames
that is by the length of the first one, and which share of a core it used: above nine tenths it
was the bottleneck itself and the run says nothing about the server.
"""

import json
import os
import resource
import select
import socket
import struct
import sys
import time

QUIET_SECONDS = 0.3
HELLO = json.dumps({"type": "live.hello", "protocol": 1, "article": 42}).encode()
HANDSHAKE = (
    b"GET /live HTTP/1.1\r\nHost: bench\r\nOrigin: http://bench\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def connect(port: int) -> socket.socket:
    """Open a socket, say hello; the answer is read with everything else."""
    opened = socket.create_connection(("127.0.0.1", port))
    opened.sendall(HANDSHAKE)
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += opened.recv(4096)
    if b" 101 " not in answer[:20]:
        raise SystemExit(f"refused: {answer[:100]!r}")
    size = struct.pack("!BB", 0x81, 0x80 | len(HELLO))
    opened.sendall(size + b"\0\0\0\0" + HELLO)
    opened.setblocking(False)
    return opened


def main() -> None:
    port, count = int(sys.argv[1]), int(sys.argv[2])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    poll = select.epoll()
    handles = {}
    for _ in range(count):
        opened = connect(port)
        handles[opened.fileno()] = opened
        poll.register(opened.fileno(), select.EPOLLIN)
    buffer = bytearray(1 << 18)
    length = received = 0
    poll.register(0, select.EPOLLIN)
    asked = False
    began, cpu = time.monotonic(), time.process_time()
    last = began
    announced = False
    while True:
        for number, _ in poll.poll(0.05):
            if number == 0:
                if not os.read(0, 100):
                    return
                asked = True
                continue
            size = handles[number].recv_into(buffer)
            if size == 0:
                raise SystemExit("a reader was closed")
            if announced:
                # Frames of one run have one length: 2 bytes of header below 126, else 4.
                length = length or (
                    buffer[1] + 2 if buffer[1] < 126 else 4 + (buffer[2] << 8 | buffer[3])
                )
            received += size
            last = time.monotonic()
        if not announced and time.monotonic() - last > QUIET_SECONDS:
            announced, received = True, 0
            print("ready", flush=True)
            began, cpu = time.monotonic(), time.process_time()
        elif asked and time.monotonic() - last > QUIET_SECONDS:
            busy = time.process_time() - cpu
            wall = max(last - began, 0.001)
            print(
                json.dumps(
                    {
                        "frames": received // (length or 1),
                        "whole": received % (length or 1) == 0,
                        "share": round(busy / wall, 2),
                    }
                ),
                flush=True,
            )
            asked, received = False, 0
            began, cpu = time.monotonic(), time.process_time()


if __name__ == "__main__":
    main()
