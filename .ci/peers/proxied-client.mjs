// Usage: node proxied-client.mjs URL COUNT
// A client behind a proxy, impatient: of COUNT requests, 50 at a time, every other one is cancelled half-way. All the others
// have to be answered in full, and so have uploads that follow.
import assert from 'node:assert/strict';
import http2 from 'node:http2';

const [url, count] = [process.argv[2], Number(process.argv[3])];
const SIZE = 200_000;
const session = http2.connect(url, { rejectUnauthorized: false });
session.on('error', (e) => {
  console.error(e);
  process.exit(1);
});
let goAway;
session.on('goaway', (code) => (goAway = code));

function exchange(headers, body, cancel) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: !body });
    const result = { size: 0 };
    stream.on('error', reject);
    stream.on('response', (h) => (result.status = h[':status']));
    stream.on('data', (chunk) => {
      result.size += chunk.length;
      if (cancel) stream.close(http2.constants.NGHTTP2_CANCEL);
    });
    stream.on('close', () => resolve(result));
    if (body) stream.end(body);
  });
}

let next = 0;
async function one() {
  while (next < count) {
    const cancel = next++ % 2 === 1;
    const got = await exchange({ ':path': `/bytes/${SIZE}` }, null, cancel);
    assert.equal(got.status, 200);
    if (!cancel) assert.equal(got.size, SIZE);
  }
}
await Promise.all(Array.from({ length: 50 }, one));

for (let i = 0; i < 10; i++) {
  const echoed = await exchange({ ':path': '/echo', ':method': 'POST' }, Buffer.alloc(SIZE, i), false);
  assert.deepEqual(echoed, { status: 200, size: SIZE });
}
assert.equal(goAway, undefined);
await new Promise((resolve) => session.close(resolve));
