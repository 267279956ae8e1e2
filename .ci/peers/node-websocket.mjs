// Usage: node node-websocket.mjs server              prints "listening on URL"; echoes messages on /echo
//        node node-websocket.mjs client URL [PATH]   tries a server that echoes
// WebSockets over HTTP/2 (RFC 8441) on node's own http2, with frames made here (RFC 6455, RFC 7692 without context takeover).
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http2 from 'node:http2';
import zlib from 'node:zlib';

const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const EXTENSION = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

// One end of a WebSocket on a stream: whole messages and control frames in, frames out.
class End {
  constructor(stream, masks, deflate, heard) {
    Object.assign(this, { stream, masks, deflate, heard, input: Buffer.alloc(0), parts: [] });
    stream.on('data', (chunk) => {
      this.input = Buffer.concat([this.input, chunk]);
      while (this.frame());
    });
  }

  frame() {
    const input = this.input;
    if (input.length < 2) return false;
    const masked = (input[1] & 0x80) !== 0;
    let length = input[1] & 0x7f, at = 2;
    if (length === 126) [length, at] = input.length < 4 ? [Infinity, 0] : [input.readUInt16BE(2), 4];
    else if (length === 127) [length, at] = input.length < 10 ? [Infinity, 0] : [Number(input.readBigUInt64BE(2)), 10];
    if (input.length < at + (masked ? 4 : 0) + length) return false;
    assert.equal(masked, !this.masks, 'clients mask and servers do not');
    const mask = masked ? input.subarray(at, at + 4) : Buffer.alloc(4);
    const start = at + (masked ? 4 : 0);
    const payload = Buffer.from(input.subarray(start, start + length)).map((byte, i) => byte ^ mask[i & 3]);
    this.input = input.subarray(start + length);
    const code = input[0] & 15;
    if (code >= CLOSE) {
      this.heard(code, payload, false);
      return true;
    }
    if (code) Object.assign(this, { code, compressed: (input[0] & 0x40) !== 0 });
    this.parts.push(payload);
    if (input[0] & 0x80) {
      let whole = Buffer.concat(this.parts);
      this.parts = [];
      if (this.compressed) {
        whole = zlib.inflateRawSync(Buffer.concat([whole, Buffer.from([0, 0, 255, 255])]), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
      }
      this.heard(this.code, whole, this.compressed);
    }
    return true;
  }

  // Sends a message in so many frames.
  send(code, content, frames = 1) {
    let payload = Buffer.from(content);
    const compressed = this.deflate && code < CLOSE;
    if (compressed) {
      payload = zlib.deflateRawSync(payload, { finishFlush: zlib.constants.Z_SYNC_FLUSH }).subarray(0, -4);
    }
    const size = Math.ceil(payload.length / frames) || 1;
    for (let i = 0; i < frames; i++) {
      const part = payload.subarray(i * size, (i + 1) * size);
      const first = (i === frames - 1 ? 0x80 : 0) | (i === 0 && compressed ? 0x40 : 0) | (i === 0 ? code : 0);
      const mark = this.masks ? 0x80 : 0;
      let head = Buffer.from([first, mark | part.length]);
      if (part.length > 125) {
        head = Buffer.from([first, mark | 126, part.length >> 8, part.length & 255]);
        assert(part.length < 65536);
      }
      const mask = this.masks ? crypto.randomBytes(4) : Buffer.alloc(4);
      this.stream.write(Buffer.concat([head, this.masks ? mask : Buffer.alloc(0), part.map((byte, n) => byte ^ mask[n & 3])]));
    }
  }
}

function serve() {
  const server = http2.createServer({ settings: { enableConnectProtocol: true } });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    if (headers[':method'] !== 'CONNECT' || headers[':protocol'] !== 'websocket' || headers[':path'] !== '/echo') {
      stream.respond({ ':status': 404 }, { endStream: true });
      return;
    }
    const deflate = (headers['sec-websocket-extensions'] ?? '').includes('permessage-deflate');
    stream.respond({ ':status': 200, ...(deflate ? { 'sec-websocket-extensions': EXTENSION } : {}) });
    const end = new End(stream, false, deflate, (code, payload) => {
      if (code === PING) end.send(PONG, payload);
      else if (code < CLOSE) end.send(code, payload, 3);
      else if (code === CLOSE) {
        end.send(CLOSE, payload);
        stream.end();
      }
    });
  });
  server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
}

async function ask(url, path, deflate) {
  const session = http2.connect(url, { rejectUnauthorized: false });
  const settings = await new Promise((resolve, reject) => session.on('error', reject).on('remoteSettings', resolve));
  assert.equal(settings.enableConnectProtocol, true);
  const stream = session.request({
    ':method': 'CONNECT', ':protocol': 'websocket', ':path': path, 'sec-websocket-version': '13',
    ...(deflate ? { 'sec-websocket-extensions': EXTENSION } : {}),
  });
  const answer = await new Promise((resolve, reject) => stream.on('error', reject).on('response', resolve));
  assert.equal(answer[':status'], 200);
  assert.equal('sec-websocket-extensions' in answer, deflate);
  const heard = [];
  let told = () => {};
  const end = new End(stream, true, deflate, (...frame) => {
    heard.push(frame);
    told();
  });
  const next = async () => {
    while (!heard.length) await new Promise((resolve) => (told = resolve));
    return heard.shift();
  };
  const big = 'to be or not to be, '.repeat(2000);
  for (const [code, content, frames] of [[TEXT, 'grüße', 1], [BINARY, Buffer.from([0, 1, 255]), 1], [TEXT, big, 1], [TEXT, big, 3]]) {
    end.send(code, content, frames);
    let parts = await next();
    assert.equal(parts[0], code);
    assert.deepEqual(parts[1], Buffer.from(content));
    assert.equal(parts[2] && !deflate, false);
  }
  end.send(PING, 'are you there');
  assert.deepEqual(await next(), [PONG, Buffer.from('are you there'), false]);
  const ended = new Promise((resolve) => stream.on('end', resolve));
  end.send(CLOSE, Buffer.from([0x03, 0xe8]));
  const close = await next();
  assert.equal(close[0], CLOSE);
  assert.equal(close[1].readUInt16BE(0), 1000);
  await ended;
  stream.end();
  await new Promise((resolve) => session.close(resolve));
}

const [mode, url, path = '/echo'] = process.argv.slice(2);
if (mode === 'server') {
  serve();
} else {
  await ask(url, path, false);
  await ask(url, path, true);
}
