// Usage: node node-server.mjs [--http1|--close] [--tls] [KEY CERT]
// Prints "listening on URL". Paths: /hello, /echo (body and trailers), /bytes/N, /half, /reset, /cut.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import http2 from 'node:http2';
import net from 'node:net';

const flags = process.argv.slice(2).filter((a) => a.startsWith('--'));
const [key, cert] = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const tls = flags.includes('--tls');
const options = tls ? { key: fs.readFileSync(key), cert: fs.readFileSync(cert) } : {};

function answer(stream, headers) {
  const path = headers[':path'];
  if (path === '/hello') {
    stream.respond({ ':status': 200 });
    stream.end('hello, world\n');
  } else if (path === '/echo') {
    let trailers = {};
    stream.on('trailers', (t) => (trailers = t));
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }));
    stream.pipe(stream);
  } else if (path.startsWith('/bytes/')) {
    stream.respond({ ':status': 200 });
    stream.end(Buffer.alloc(Number(path.slice(7)), 'x'));
  } else if (path === '/half') {
    stream.respond({ ':status': 200 });
    stream.write('half a line');
  } else if (path === '/reset') {
    stream.respond({ ':status': 200, 'content-length': 100 });
    stream.write('only this');
    setImmediate(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR));
  } else if (path === '/cut') {
    stream.respond({ ':status': 200, 'content-length': 100 });
    stream.write('only this', () => stream.session.socket.destroy());
  } else {
    stream.respond({ ':status': 404 });
    stream.end();
  }
}

let server;
if (flags.includes('--close')) {
  server = net.createServer((socket) => socket.end());
} else if (flags.includes('--http1')) {
  const reply = (request, response) => response.end('HTTP/1\n');
  server = tls ? https.createServer(options, reply) : http.createServer(reply);
} else {
  server = tls ? http2.createSecureServer(options) : http2.createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  server.on('sessionError', () => {});
}
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on ${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`);
});
