// Usage: node inspector-page.mjs CHROMIUM SERVER INSPECTOR [PICTURE]
// Looks at the inspector of a server in headless Chromium while the server is used: what the page shows, filters, exports and
// keeps to itself. Takes a picture of it if PICTURE is given.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http2 from 'node:http2';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const [chromium, server, inspector, picture] = process.argv.slice(2);
const SECRET = 'Bearer of-nobody-else';

// ---- a browser ----------------------------------------------------------------------------------------------------

const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'inspector-page-'));
const browser = spawn(
  chromium,
  ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--remote-debugging-pipe',
    `--user-data-dir=${profile}`, 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
);
const answers = new Map();
const complaints = [];
let lastId = 0;
let input = '';
browser.stdio[4].on('data', (chunk) => {
  input += chunk;
  const messages = input.split('\0');
  input = messages.pop();
  for (const message of messages.map((one) => JSON.parse(one))) {
    answers.get(message.id)?.(message);
    answers.delete(message.id);
    if (['Runtime.exceptionThrown', 'Runtime.consoleAPICalled', 'Log.entryAdded'].includes(message.method)) {
      complaints.push(JSON.stringify(message.params).slice(0, 500));
    }
  }
});

function ask(method, params = {}, sessionId = undefined) {
  return new Promise((resolve) => {
    const id = ++lastId;
    answers.set(id, resolve);
    browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
  });
}

let tab;

async function evaluate(expression) {
  const { result } = await ask('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }, tab);
  assert.ok(!result.exceptionDetails, JSON.stringify(result.exceptionDetails));
  return result.result.value;
}

async function until(expression) {
  for (let i = 0; i < 600; i++) {
    if (await evaluate(expression)) return;
    await pause(100);
  }
  throw new Error(`still not so after a minute: ${expression}\n${await evaluate('document.body.innerText.slice(0, 3000)')}`);
}

const text = (id) => `document.getElementById('${id}').innerText`;
const shows = (id, pattern) => until(`/${pattern.source}/${pattern.flags}.test(${text(id)})`);
const set = (id, value) => `(() => { const it = document.getElementById('${id}'); it.value = '${value}';
  it.dispatchEvent(new Event('input')); return true; })()`;

// ---- what uses the server ------------------------------------------------------------------------------------------

let using = true;

function connect() {
  const session = http2.connect(server, { settings: { initialWindowSize: 32_000 } });
  session.on('error', (failure) => complaints.push(String(failure)));
  return session;
}

const over = (stream, onData = () => {}) => new Promise((resolve) => {
  stream.on('data', onData);
  stream.on('error', resolve);
  stream.on('close', resolve);
});

/** Downloads that are read slowly, with a small window, so that they wait for it. */
async function download(session, size, millis) {
  while (using && !session.destroyed) {
    const stream = session.request({ ':path': `/bytes/${size}`, authorization: SECRET, 'x-api-token': SECRET });
    await over(stream, async () => {
      stream.pause();
      await pause(millis);
      stream.resume();
    });
    await pause(100);
  }
}

/** An upload that does not end. */
async function upload(session) {
  const stream = session.request({ ':method': 'POST', ':path': '/echo', 'content-length': 1_000_000 });
  const end = over(stream);
  while (using && !session.destroyed) {
    stream.write('x'.repeat(1000));
    await pause(200);
  }
  stream.close(http2.constants.NGHTTP2_CANCEL);
  await end;
}

/** Requests that are cancelled before they are answered. */
async function cancel(session, count, interval) {
  while (using && !session.closed) {
    await Promise.all([...Array(count).keys()].map(async () => {
      const stream = session.request({ ':method': 'POST', ':path': '/echo' });
      const end = over(stream);
      setImmediate(() => stream.close(http2.constants.NGHTTP2_CANCEL));
      await end;
    }));
    await pause(interval);
  }
}

const users = [];

function use(user) {
  user.catch((failure) => complaints.push(String(failure)));
  users.push(user);
}

const busy = connect();
const rude = connect();

try {
  [download(busy, 400_000, 20), download(busy, 300_000, 5), download(busy, 1_000_000, 10), upload(busy), cancel(busy, 1, 500)]
    .forEach(use);
  const target = (await ask('Target.createTarget', { url: 'about:blank' })).result.targetId;
  tab = (await ask('Target.attachToTarget', { targetId: target, flatten: true })).result.sessionId;
  for (const domain of ['Runtime', 'Log', 'Page']) await ask(`${domain}.enable`, {}, tab);
  await ask('Emulation.setDeviceMetricsOverride', { width: 1400, height: 1500, deviceScaleFactor: 1, mobile: false }, tab);
  await ask('Page.navigate', { url: inspector }, tab);

  await until(`document.getElementById('rows')?.rows.length === 2 && ${text('state')} === 'live'`);
  const order = async (name, first) => {
    await evaluate(`document.querySelector('[data-order=${name}]').click()`);
    await until(`document.querySelector('[data-order=${name}].chosen') && /${first}/.test(document.querySelector('#rows tr').innerText)`);
  };
  const chooseFirst = async () => {
    await evaluate(`document.querySelector('#rows tr').click()`);
    await until(`!document.getElementById('detail').hidden`);
  };

  // The connection that cancels a few more than 100 requests a second, which is what is forgiven.
  use(cancel(rude, 27, 250));
  await order('ABUSE', '\\d+ of \\d\\d+.*\\t0\\t\\d\\d+\\t');
  await chooseFirst();
  await shows('budgets', /stream resets\s+[1-9]\d* of 1000\s+100\/s/);
  await shows('budgets', /abuse\s+0 of 10000\s+330\/s/);
  await shows('abuse', /reset\s+\d+\s+0/);

  rude.close();

  // The busy one.
  await order('BYTES', 'MB');
  await chooseFirst();
  await until(`document.querySelectorAll('#streams .row').length > 5 && document.getElementById('frames').tBodies[0].rows.length > 50`);
  await shows('settings', /INITIAL_WINDOW_SIZE\s+\d+\s+32000/);
  await shows('stalls', /stream window|application/);
  await shows('streams', /300 kB out/);
  await until(`document.querySelectorAll('#streams .row span.sending').length > 0`);
  await shows('deadlines', /stream read\s+stream \d+\s+[\d.]+ s left of 30.0 s/);
  await shows('tableInTitle', /in: [1-9]\d* entries, \d+ B of 4.10 kB/);
  await shows('tableIn', /^6\d\s+\d+ B\s+x-api-token\s*$/m);
  await shows('tableOut', /^62\s+\d+ B\s+[a-z:-]+\s*$/m);
  if (picture) {
    await pause(5000);
    await evaluate(set('span', '2'));
    const { data } = (await ask('Page.captureScreenshot', { format: 'png' }, tab)).result;
    fs.writeFileSync(picture, Buffer.from(data, 'base64'));
  }

  await evaluate(set('type', 'HEADERS'));
  await until(`(() => { const rows = [...document.getElementById('frames').tBodies[0].rows];
    return rows.length > 3 && rows.every((row) => row.cells[2].innerText === 'HEADERS'); })()`);
  assert.ok(!(await evaluate('document.body.innerText')).includes('/bytes/'), 'a value is shown');
  await evaluate(`document.getElementById('values').click()`);
  await until(`['authorization: [redacted]', 'x-api-token: [redacted]', ':path: /bytes/400000']
    .every((field) => document.body.innerText.includes(field))`);
  const shown = await evaluate('document.body.innerText');
  assert.ok(!shown.includes(SECRET), 'a secret is shown');

  const exported = await evaluate(`fetch(document.getElementById('exportJson').href).then((it) => it.text())`);
  assert.ok(exported.includes('HEADERS'), 'the export has no frames');
  const { deadlines, budgets, tables } = JSON.parse(exported);
  assert.ok(deadlines.some((one) => one.name === 'STREAM_READ' && one.of === 30e6 && one.left <= one.of), 'the export has no deadline');
  assert.deepEqual(budgets.map((one) => one.name),
    ['ABUSE', 'STREAM_RESETS', 'EMPTY_DATA', 'SMALL_WINDOW_UPDATES', 'SMALL_WINDOW_STEPS']);
  assert.equal(tables.in.entries.find((one) => one.name === 'x-api-token').value, '[redacted]');
  assert.ok(tables.out.entries.length > 0, 'the export has no table');
  assert.ok(!exported.includes(SECRET), 'a secret is exported');
  const qlog = await evaluate(`fetch(document.getElementById('exportQlog').href).then((it) => it.text())`);
  assert.match(qlog, /qlog/);
  assert.ok(qlog.length > 1000 && !qlog.includes(SECRET));

  await evaluate(`document.getElementById('pause').click()`);
  await until(`${text('state')} === 'paused'`);
  const before = await evaluate(text('frameCount'));
  await pause(1500);
  assert.equal(await evaluate(text('frameCount')), before, 'the page changes while it is paused');
  await evaluate(`document.getElementById('pause').click()`);
  await until(`${text('state')} === 'live' && ${text('frameCount')} !== ${JSON.stringify(before)}`);

  using = false;
  await Promise.all(users);
  assert.deepEqual(complaints, []);
} catch (failure) {
  console.error(complaints.join('\n'));
  throw failure;
} finally {
  using = false;
  busy.destroy();
  rude.destroy();
  const exit = new Promise((resolve) => (browser.exitCode === null ? browser.on('exit', resolve) : resolve()));
  ask('Browser.close');
  await Promise.race([exit, pause(10_000, null, { ref: false })]);
  browser.kill();
  await exit;
  // Its children may write for a moment.
  fs.rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
