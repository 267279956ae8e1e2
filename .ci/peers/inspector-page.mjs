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
  for (let i = 0; i < 300; i++) {
    if (await evaluate(expression)) return;
    await pause(100);
  }
  throw new Error(`still not so after 30 s: ${expression}\n${await evaluate('document.body.innerText.slice(0, 3000)')}`);
}

const text = (id) => `document.getElementById('${id}').innerText`;
const set = (id, value) => `(() => { const it = document.getElementById('${id}'); it.value = '${value}';
  it.dispatchEvent(new Event('input')); return true; })()`;

// ---- what uses the server: requests whose window is small, so that they wait for it ------------------------------------

const session = http2.connect(server, { settings: { initialWindowSize: 32_000 } });
session.on('error', (failure) => complaints.push(String(failure)));
let using = true;

async function use(size) {
  while (using && !session.destroyed) {
    await new Promise((resolve) => {
      const stream = session.request({ ':path': `/bytes/${size}`, authorization: SECRET });
      stream.on('data', () => {});
      stream.on('error', resolve);
      stream.on('close', resolve);
    });
    await pause(100);
  }
}

try {
  const users = [use(400_000), use(400_000)];
  const target = (await ask('Target.createTarget', { url: 'about:blank' })).result.targetId;
  tab = (await ask('Target.attachToTarget', { targetId: target, flatten: true })).result.sessionId;
  for (const domain of ['Runtime', 'Log', 'Page']) await ask(`${domain}.enable`, {}, tab);
  await ask('Emulation.setDeviceMetricsOverride', { width: 1400, height: 1300, deviceScaleFactor: 1, mobile: false }, tab);
  await ask('Page.navigate', { url: inspector }, tab);

  await until(`document.getElementById('rows')?.rows.length > 0 && ${text('state')} === 'live'`);
  await evaluate(`document.querySelector('#rows tr').click()`);
  await until(`document.querySelectorAll('#streams .row').length > 5 && document.getElementById('frames').tBodies[0].rows.length > 50`);
  assert.match(await evaluate(text('settings')), /INITIAL_WINDOW_SIZE\s+\d+\s+32000/);
  assert.match(await evaluate(text('stalls')), /STREAM_WINDOW|APPLICATION/);
  assert.match(await evaluate(text('streams')), /400/);
  const colours = await evaluate(`[...new Set([...document.querySelectorAll('#streams .row span')].map((it) => it.className))].join(' ')`);
  assert.match(colours, /sending/);
  if (picture) {
    await pause(5000);
    await evaluate(set('span', '2'));
    const { data } = (await ask('Page.captureScreenshot', { format: 'png' }, tab)).result;
    fs.writeFileSync(picture, Buffer.from(data, 'base64'));
  }

  await evaluate(set('type', 'HEADERS'));
  await until(`(() => { const rows = [...document.getElementById('frames').tBodies[0].rows];
    return rows.length > 3 && rows.every((row) => row.cells[2].innerText === 'HEADERS'); })()`);
  await evaluate(`document.getElementById('values').click()`);
  const shown = await evaluate('document.body.innerText');
  assert.match(shown, /authorization/);
  assert.ok(!shown.includes(SECRET), 'a secret is shown');

  const exported = await evaluate(`fetch(document.getElementById('exportJson').href).then((it) => it.text())`);
  assert.ok(JSON.parse(exported) && exported.includes('HEADERS'), 'the export has no frames');
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
} finally {
  using = false;
  session.destroy();
  browser.kill();
  await new Promise((resolve) => (browser.exitCode === null ? browser.on('exit', resolve) : resolve()));
  fs.rmSync(profile, { recursive: true, force: true });
}
