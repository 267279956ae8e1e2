"""A WebSocket client: messages of several sizes, each in two pieces, come back from URL/websocket, and a Close is answered.

    websocket.py URL 1.1     with the handshake of HTTP/1.1 (RFC 6455)
    websocket.py URL 2       on a stream of HTTP/2 (RFC 8441), with python3-h2
"""
import os
import socket
import ssl
import struct
import sys
import urllib.parse

import h2.config
import h2.connection
import h2.events
import h2.settings

SIZES = [0, 1, 125, 126, 65535, 65536, 1000000]
BINARY, CLOSE = 2, 8


def frame(opcode, payload):
    """A whole message, masked as a client's has to be."""
    mask = os.urandom(4)
    length = len(payload)
    if length < 126:
        head = struct.pack('!BB', 0x80 | opcode, 0x80 | length)
    elif length < 65536:
        head = struct.pack('!BBH', 0x80 | opcode, 0x80 | 126, length)
    else:
        head = struct.pack('!BBQ', 0x80 | opcode, 0x80 | 127, length)
    repeated = (mask * (length // 4 + 1))[:length]
    masked = int.from_bytes(payload, 'big') ^ int.from_bytes(repeated, 'big')
    return head + mask + masked.to_bytes(length, 'big')


class Http1:
    def __init__(self, sock, authority):
        self.sock = sock
        sock.sendall((f'GET /websocket HTTP/1.1\r\nHost: {authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
                      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n').encode())
        head = b''
        while not head.endswith(b'\r\n\r\n'):
            head += sock.recv(1)
        assert head.startswith(b'HTTP/1.1 101 '), head
        assert b's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' in head, head

    def send(self, data):
        self.sock.sendall(data)

    def receive(self):
        return self.sock.recv(65536)


class Http2:
    def __init__(self, sock, authority):
        self.sock = sock
        self.h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=True, header_encoding='utf-8', validate_outbound_headers=False))
        self.h2.initiate_connection()
        self.received = b''
        self.status = None
        self.ended = False
        while not self.h2.remote_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL, 0):
            self.step()
        self.stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(self.stream, [
            (':method', 'CONNECT'), (':protocol', 'websocket'), (':scheme', 'http'), (':authority', authority),
            (':path', '/websocket'), ('sec-websocket-version', '13')])
        while self.status is None:
            self.step()
        assert self.status == '200', self.status

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.sock.sendall(data)

    def step(self):
        self.flush()
        data = self.sock.recv(65536)
        assert data, 'the connection ended'
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                self.status = dict(event.headers)[':status']
            elif isinstance(event, h2.events.DataReceived):
                self.received += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self.ended = True
            elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                raise EOFError(str(event))
        self.flush()

    def send(self, data):
        while data:
            count = min(len(data), self.h2.local_flow_control_window(self.stream), self.h2.max_outbound_frame_size)
            if count:
                self.h2.send_data(self.stream, data[:count])
                data = data[count:]
                self.flush()
            else:
                self.step()

    def receive(self):
        while not self.received and not self.ended:
            self.step()
        data, self.received = self.received, b''
        return data


class Frames:
    """What comes back."""

    def __init__(self, transport):
        self.transport = transport
        self.buffer = b''

    def take(self, count):
        while len(self.buffer) < count:
            data = self.transport.receive()
            assert data, 'it ended too early'
            self.buffer += data
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def next(self):
        first, second = self.take(2)
        assert not second & 0x80, 'a server masks nothing'
        length = second & 0x7f
        if length == 126:
            length, = struct.unpack('!H', self.take(2))
        elif length == 127:
            length, = struct.unpack('!Q', self.take(8))
        return first & 0xf, self.take(length)


def main(url, version):
    target = urllib.parse.urlsplit(url)
    sock = socket.create_connection((target.hostname, target.port), 30)
    if target.scheme == 'https':
        context = ssl._create_unverified_context()
        context.set_alpn_protocols(['h2' if version == '2' else 'http/1.1'])
        sock = context.wrap_socket(sock, server_hostname='localhost')
    transport = (Http2 if version == '2' else Http1)(sock, target.netloc)
    frames = Frames(transport)
    for size in SIZES:
        payload = os.urandom(size)
        data = frame(BINARY, payload)
        transport.send(data[:len(data) // 2])
        transport.send(data[len(data) // 2:])
        opcode, echoed = frames.next()
        assert opcode == BINARY and echoed == payload, f'{size} bytes came back as {len(echoed)}'
    transport.send(frame(CLOSE, struct.pack('!H', 1000)))
    opcode, reason = frames.next()
    assert opcode == CLOSE and reason[:2] == struct.pack('!H', 1000), (opcode, reason)
    assert not transport.receive(), 'nothing follows a Close'


main(*sys.argv[1:])
