"""Messages between the reader process and ours: JSON, then bytes. Nothing is pickled."""

import json
import socket
import struct
from typing import Any

Blobs = list[bytes]
Answer = tuple[dict[str, Any], Blobs]

_HEAD = struct.Struct("!I")


def send(to: socket.socket, header: dict[str, Any], blobs: Blobs, timeout: float | None) -> None:
    """Send one message. Raises OSError, TimeoutError when it takes over `timeout` seconds."""
    to.settimeout(timeout)
    head = json.dumps({**header, "sizes": [len(blob) for blob in blobs]}).encode()
    to.sendall(_HEAD.pack(len(head)) + head)
    for blob in blobs:
        to.sendall(blob)


def receive(from_: socket.socket, timeout: float | None) -> Answer:
    """Receive one message. Raises OSError, TimeoutError when nothing comes for `timeout`
    seconds, EOFError when the other side is gone."""
    from_.settimeout(timeout)
    (size,) = _HEAD.unpack(_receive_exactly(from_, _HEAD.size))
    header: dict[str, Any] = json.loads(_receive_exactly(from_, size))
    return header, [_receive_exactly(from_, size) for size in header["sizes"]]


def _receive_exactly(from_: socket.socket, size: int) -> bytes:
    buffer = bytearray(size)
    view, position = memoryview(buffer), 0
    while position < size:
        count = from_.recv_into(view[position:])
        if not count:
            raise EOFError
        position += count
    view.release()
    return bytes(buffer)
