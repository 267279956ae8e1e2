"""A peer made of python3-h2 that sends small pieces, each in a DATA frame of its own, and credits each frame it gets.

    pieces.py serve              prints "listening on http://127.0.0.1:PORT" and serves
                                   /pieces/N   N pieces of 50 bytes
                                   any POST    what is uploaded, piece by piece as it arrives
    pieces.py send URL N         uploads N pieces to URL/echo and reads them back
"""
import socket
import sys
import threading
import urllib.parse

import h2.config
import h2.connection
import h2.events

PIECE = b'fifty bytes of which a body is made piece by piece'


class Conversation:
    """One connection: what is to be sent on each stream waits until the windows let it go."""

    def __init__(self, sock, client):
        self.sock = sock
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=client, header_encoding='utf-8'))
        self.waiting = {}  # stream: [pieces, whether the end follows]
        self.h2.initiate_connection()

    def flush(self):
        for stream, (pieces, ends) in list(self.waiting.items()):
            while pieces and self.h2.local_flow_control_window(stream) >= len(pieces[0]):
                self.h2.send_data(stream, pieces.pop(0))
            if not pieces and ends:
                self.h2.end_stream(stream)
                del self.waiting[stream]
        data = self.h2.data_to_send()
        if data:
            self.sock.sendall(data)

    def events(self):
        data = self.sock.recv(65536)
        if not data:
            raise EOFError('the connection ended')
        for event in self.h2.receive_data(data):
            if isinstance(event, h2.events.DataReceived):
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            if isinstance(event, h2.events.ConnectionTerminated):
                raise EOFError(f'GOAWAY {event.error_code} {event.additional_data}')
            yield event


def serve_one(sock):
    talk = Conversation(sock, client=False)
    try:
        talk.flush()
        while True:
            for event in talk.events():
                if isinstance(event, h2.events.RequestReceived):
                    path = dict(event.headers)[':path']
                    talk.h2.send_headers(event.stream_id, [(':status', '200')])
                    if path.startswith('/pieces/'):
                        talk.waiting[event.stream_id] = [[PIECE] * int(path[len('/pieces/'):]), True]
                    else:
                        talk.waiting[event.stream_id] = [[], False]
                elif isinstance(event, h2.events.DataReceived):
                    pieces = talk.waiting[event.stream_id][0]
                    pieces += (event.data[i:i + 50] for i in range(0, len(event.data), 50))
                elif isinstance(event, h2.events.StreamEnded) and event.stream_id in talk.waiting:
                    talk.waiting[event.stream_id][1] = True
            talk.flush()
    except (EOFError, OSError) as end:
        print(end, file=sys.stderr)
    finally:
        sock.close()


def serve():
    with socket.create_server(('127.0.0.1', 0)) as listener:
        print(f'listening on http://127.0.0.1:{listener.getsockname()[1]}', flush=True)
        while True:
            threading.Thread(target=serve_one, args=(listener.accept()[0],), daemon=True).start()


def send(url, count):
    target = urllib.parse.urlsplit(url)
    talk = Conversation(socket.create_connection((target.hostname, target.port), timeout=60), client=True)
    talk.h2.send_headers(
        1, [(':method', 'POST'), (':scheme', 'http'), (':authority', target.netloc), (':path', '/echo')]
    )
    talk.waiting[1] = [[PIECE] * count, True]
    talk.flush()
    received = bytearray()
    ended = False
    while not ended:
        for event in talk.events():
            if isinstance(event, h2.events.DataReceived):
                received += event.data
            elif isinstance(event, h2.events.StreamReset):
                sys.exit(f'reset with {event.error_code} after {len(received)} bytes')
            elif isinstance(event, h2.events.StreamEnded):
                ended = True
        talk.flush()
    if received != PIECE * count:
        sys.exit(f'{len(received)} bytes came back, not the {len(PIECE) * count} that were sent')


if sys.argv[1] == 'serve':
    serve()
else:
    send(sys.argv[2], int(sys.argv[3]))
