// Usage: node node-client.mjs URL FILE
// Many requests on one connection, a body echoed unchanged, trailers echoed, a HEAD, a stream reset half-way, a ping.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http2 from 'node:http2';

const [url, file] = process.argv.slice(2);
const session = http2.connect(url, { rejectUnauthorized: false });
session.on('error', (e) => {
  console.error(e);
  process.exit(1);
});

function fetch(headers, send, sink = () => {}) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { waitForTrailers: true, endStream: !send });
    const result = { size: 0, text: '', trailers: {} };
    stream.on('error', reject);
    stream.on('response', (h) => (result.headers = h));
    stream.on('trailers', (t) => (result.trailers = t));
    stream.on('data', (chunk) => {
      result.size += chunk.length;
      if (result.size < 1000) result.text += chunk;
      sink(chunk);
    });
    stream.on('end', () => resolve(result));
    if (send) send(stream);
  });
}

const hellos = await Promise.all(Array.from({ length: 500 }, () => fetch({ ':path': '/hello' })));
for (const h of hellos) {
  assert.equal(h.headers[':status'], 200);
  assert.equal(h.text, 'hello, world\n');
}

const head = await fetch({ ':path': '/hello', ':method': 'HEAD' });
assert.equal(head.headers[':status'], 200);
assert.equal(head.size, 0);

const sizes = [0, 1, 16383, 16384, 16385, 65535, 65536, 1000000];
const bodies = await Promise.all(sizes.map((n) => fetch({ ':path': `/bytes/${n}` })));
assert.deepEqual(bodies.map((b) => b.size), sizes);

const aborted = session.request({ ':path': '/bytes/10000000' });
await new Promise((resolve, reject) => {
  aborted.on('error', reject);
  aborted.on('close', resolve);
  aborted.once('data', () => aborted.close(http2.constants.NGHTTP2_CANCEL));
});

const sent = crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const received = crypto.createHash('sha256');
const echo = await fetch(
  { ':path': '/echo', ':method': 'POST' },
  (stream) => {
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sha256': sent }));
    fs.createReadStream(file).pipe(stream);
  },
  (chunk) => received.update(chunk),
);
assert.equal(echo.headers[':status'], 200);
assert.equal(received.digest('hex'), sent);
assert.equal(echo.trailers['x-sha256'], sent);

await new Promise((resolve, reject) => session.ping((error) => (error ? reject(error) : resolve())));
await new Promise((resolve) => session.close(resolve));
