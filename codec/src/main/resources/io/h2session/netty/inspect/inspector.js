'use strict';

// What the server keeps of a session is bounded; what the page keeps is bounded by the same numbers.
const MAX_FRAMES = 2000;
const MAX_SHOWN_FRAMES = 200;
const MAX_SAMPLES = 300;
const MAX_WAITS = 1000;
const MAX_STREAMS = 256;

// The causes of Http2Stall, and the phases of an exchange, in the words of the legend.
const COLOURS = [
  ['receiving', 'receiving'],
  ['sending', 'sending'],
  ['application', 'waits for the application'],
  ['peer', 'waits for the peer'],
  ['stream-window', 'waits for the stream window'],
  ['connection-window', 'waits for the connection window'],
  ['socket', 'waits for the socket'],
  ['limit', "waits for the peer's stream limit"],
];
const STALLS = {
  STREAM_WINDOW: 'stream-window',
  CONNECTION_WINDOW: 'connection-window',
  SOCKET: 'socket',
  PEER_STREAM_LIMIT: 'limit',
  APPLICATION: 'application',
};

const view = { order: 'BYTES', session: 0, paused: false, listSource: null, source: null, detail: null, timer: 0, due: 0 };

const $ = (id) => document.getElementById(id);

// ---- words and numbers ---------------------------------------------------------------------------------------------

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

function bytes(n) {
  if (n < 1000) return n + ' B';
  const units = ['kB', 'MB', 'GB', 'TB'];
  let unit = -1;
  do {
    n /= 1000;
    unit++;
  } while (n >= 1000 && unit < units.length - 1);
  return n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0) + ' ' + units[unit];
}

function duration(micros) {
  if (micros === undefined || micros < 0) return '-';
  if (micros < 1000) return Math.round(micros) + ' µs';
  if (micros < 1e6) return (micros / 1000).toFixed(micros < 10000 ? 2 : 1) + ' ms';
  const seconds = micros / 1e6;
  if (seconds < 60) return seconds.toFixed(seconds < 10 ? 2 : 1) + ' s';
  return Math.floor(seconds / 60) + ' min ' + Math.floor(seconds % 60) + ' s';
}

function setting(name, value) {
  if (value === undefined) return '';
  if (name === 'NO_RFC7540_PRIORITIES' && value > 1) return 'not sent';
  return value === 4294967295 || (value === 2147483647 && name !== 'INITIAL_WINDOW_SIZE') ? 'no limit' : String(value);
}

function rows(table, head, lines) {
  const made = [];
  if (head) {
    const row = element('tr');
    head.forEach((cell) => row.append(element('th', '', cell)));
    made.push(row);
  }
  for (const line of lines) {
    const row = element('tr');
    line.forEach((cell) => row.append(element('td', '', cell)));
    made.push(row);
  }
  table.replaceChildren(...made);
}

// ---- the list ------------------------------------------------------------------------------------------------------

function showList(list) {
  $('totals').textContent =
    `${list.sessions} connection${list.sessions === 1 ? '' : 's'}, ${list.active} open streams, ${bytes(list.bytesIn)} in, ${bytes(list.bytesOut)} out`
    + (list.silentLoops ? `, ${list.silentLoops} event loops do not answer` : '');
  $('empty').hidden = list.rows.length > 0;
  $('rows').replaceChildren(...list.rows.map(listRow));
  for (const button of document.querySelectorAll('[data-order]')) {
    button.classList.toggle('chosen', button.dataset.order === list.order);
  }
}

function listRow(one) {
  const row = element('tr', one.state.startsWith('ended') ? 'over' : '');
  row.dataset.session = one.id;
  row.tabIndex = 0;
  row.classList.toggle('chosen', one.id === view.session);
  const cells = [
    one.id, one.role, one.peer, duration(one.age), `${bytes(one.bytesIn)} / ${bytes(one.bytesOut)}`,
    `${one.active} of ${one.streams}`, one.stalls ? `${one.stalls}, ${duration(one.stallMicros)}` : '0', one.abuse,
    one.resets, duration(one.roundTrip), one.state,
  ];
  cells.forEach((cell) => row.append(element('td', '', cell)));
  row.cells[6].classList.toggle('bad', one.stalls > 0);
  row.cells[7].classList.toggle('bad', one.abuse > 0);
  return row;
}

// ---- one connection ------------------------------------------------------------------------------------------------

function keep(list, added, most) {
  list.push(...added);
  list.splice(0, Math.max(0, list.length - most));
}

/** Adds what is new to what is there. */
function merge(news) {
  const detail = view.detail;
  detail.now = news.summary.age;
  detail.latest = news;
  const recording = news.recording;
  if (!recording) return;
  keep(detail.frames, recording.frames, MAX_FRAMES);
  keep(detail.samples, recording.samples, MAX_SAMPLES);
  keep(detail.waits, recording.waits, MAX_WAITS);
  detail.waiting = recording.waiting;
  for (const stream of recording.streams) {
    detail.streams.set(stream.id, stream);
  }
  for (const id of detail.streams.keys()) {
    if (detail.streams.size <= MAX_STREAMS) break;
    detail.streams.delete(id);
  }
}

function showDetail() {
  const { latest } = view.detail;
  const one = latest.summary;
  $('detail').hidden = false;
  $('title').textContent = `Connection ${one.id}`;
  $('summary').textContent = `${one.role}, ${latest.local} with ${one.peer}, ${one.state}, age ${duration(one.age)}, `
    + `${bytes(one.bytesIn)} in ${latest.counts.framesIn} frames, ${bytes(one.bytesOut)} out ${latest.counts.framesOut} frames, `
    + `round trip ${duration(one.roundTrip)}`;
  $('values').disabled = !latest.values;
  showSettings(latest);
  showTables(latest);
  showWindows();
  showStreams();
  showFrames();
}

/** Shows what is new, but spends no more than a fourth of the time on it, so that a slow computer can still be used. */
function showSoon() {
  if (view.timer) return;
  view.timer = setTimeout(() => {
    view.timer = 0;
    if (view.paused || !view.detail.latest) return;
    const began = performance.now();
    showDetail();
    document.body.getBoundingClientRect(); // the layout counts, too
    const ended = performance.now();
    view.due = ended + 3 * (ended - began);
  }, Math.max(0, view.due - performance.now()));
}

function showSettings(latest) {
  const waits = latest.unacknowledgedSettings > 0;
  rows($('settings'), ['', 'ours', "peer's"].concat(waits ? ['sent, not acknowledged'] : []), latest.settings.map((one) => [
    one.name, setting(one.name, one.ours), latest.remoteSettingsReceived ? setting(one.name, one.peers) : '?',
  ].concat(waits ? [setting(one.name, one.sent)] : [])));
}

/** How much of a whole, as a bar. */
function meter(part, whole) {
  const made = element('span', 'meter', element('i'));
  const share = Math.min(1, Math.max(0, part / Math.max(1, whole)));
  made.classList.toggle('full', share > 0.8);
  made.firstChild.style.width = 100 * share + '%';
  return made;
}

function words(name) {
  return name.toLowerCase().replaceAll('_', ' ');
}

function showDeadlines({ deadlines, runningDeadlines }) {
  const lines = deadlines.map((one) => [
    words(one.name), one.stream ? `stream ${one.stream}` : '', meter(one.of - one.left, one.of),
    `${duration(Math.max(0, one.left))} left of ${duration(one.of)}${one.held ? ', stands still' : ''}`,
  ]);
  if (runningDeadlines > deadlines.length) lines.push([`and ${runningDeadlines - deadlines.length} later`]);
  rows($('deadlines'), null, lines.length ? lines : [['none']]);
}

function showBudgets({ budgets, glitches }) {
  rows($('budgets'), ['budget', '', 'used', 'forgiven'], budgets.map((one) => [
    words(one.name), meter(one.used, one.limit), `${one.used} of ${one.limit === 2147483647 ? 'any number' : one.limit}`,
    one.perSecond ? `${one.perSecond}/s` : '',
  ]));
  const lines = glitches.map((one) => [words(one.cause), one.count, one.points]);
  rows($('abuse'), lines.length ? ['', 'times', 'points each'] : null, lines.length ? lines : [['nothing suspicious']]);
}

/** The entries of a dynamic table, the newest first. */
function showEntries(id, direction, table) {
  $(id + 'Title').textContent =
    `HPACK table ${direction}: ${table.length} entr${table.length === 1 ? 'y' : 'ies'}, ${bytes(table.size)} of ${bytes(table.capacity)}`;
  const lines = table.entries.map((one) => [one.index, one.size + ' B', fieldText([one])]);
  if (table.length > lines.length) lines.push(['', '', `and ${table.length - lines.length} older ones`]);
  rows($(id), lines.length ? ['index', 'size', 'field'] : null, lines.length ? lines : [['empty']]);
}

function ratio(encoded, list) {
  return list ? (100 * (1 - encoded / list)).toFixed(0) + ' %' : '-';
}

function showTables(latest) {
  const { counts } = latest;
  const last = view.detail.samples[view.detail.samples.length - 1] || {};
  rows($('hpack'), ['', 'in', 'out'], [
    ['dynamic table', bytes(last.decoderTable || 0), bytes(last.encoderTable || 0)],
    ['fields', bytes(counts.headerListIn), bytes(counts.headerListOut)],
    ['encoded', bytes(counts.headerBytesIn), bytes(counts.headerBytesOut)],
    ['saved', ratio(counts.headerBytesIn, counts.headerListIn), ratio(counts.headerBytesOut, counts.headerListOut)],
  ]);
  rows($('stalls'), latest.stalls.length ? ['waited for', 'times', 'for'] : null, latest.stalls.length
    ? latest.stalls.map((one) => [words(one.cause), one.count, duration(one.micros)]) : [['none']]);
  showDeadlines(latest);
  showBudgets(latest);
  showEntries('tableIn', 'in', latest.tables.in);
  showEntries('tableOut', 'out', latest.tables.out);
}

// ---- the chart -----------------------------------------------------------------------------------------------------

const LINES = [
  ['sendWindow', 'send window', '--sending'],
  ['receiveWindow', 'receive window', '--receiving'],
  ['pending', 'bytes that wait to be sent', '--stream-window'],
];

function showWindows() {
  const { samples } = view.detail;
  if (!samples.length) return;
  const from = samples[0].t;
  const width = Math.max(1, samples[samples.length - 1].t - from);
  $('windows').replaceChildren(...LINES.flatMap(([name, words, colour]) => {
    const greatest = Math.max(1, ...samples.map((one) => one[name]));
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('viewBox', '0 0 1000 100');
    svg.setAttribute('preserveAspectRatio', 'none');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    line.setAttribute('points', samples.map((one) =>
      `${((one.t - from) * 1000 / width).toFixed(1)},${(98 - 94 * Math.max(0, one[name]) / greatest).toFixed(1)}`).join(' '));
    line.style.stroke = `var(${colour})`;
    svg.append(line);
    const label = element('div', 'label', '');
    const now = samples[samples.length - 1][name];
    label.append(element('span', '', words), element('span', '', `now ${bytes(now)}, highest ${bytes(greatest)}`));
    label.dataset.line = name;
    return [label, svg];
  }));
}

// ---- the waterfall -------------------------------------------------------------------------------------------------

/** The stretches of an exchange: [class, from, to]. Later ones lie on earlier ones. */
function stretches(stream, client, now) {
  const end = stream.closed ?? now;
  const request = client ? stream.out : stream.in;
  const response = client ? stream.in : stream.out;
  const begun = stream.opened;
  // Of a stream that was open before the recording began, nothing is known but what moves now.
  const requestEnd = stream.late && request.bytes === 0 ? begun : request.end ?? response.end ?? end;
  const found = [];
  if (stream.queued) found.push(['limit', begun - stream.queued, begun]);
  found.push([client ? 'sending' : 'receiving', begun, Math.max(begun, requestEnd)]);
  const responseBegun = response.head ?? (stream.late && response.bytes > 0 ? begun : end);
  found.push([client ? 'peer' : 'application', Math.min(responseBegun, Math.max(begun, request.end ?? responseBegun)), responseBegun]);
  if (responseBegun < end) {
    found.push([client ? 'receiving' : 'sending', responseBegun, response.end ?? end]);
  }
  const sendingFrom = client ? begun : responseBegun;
  const sendingTo = client ? request.end ?? end : response.end ?? end;
  const waits = view.detail.waits.concat(view.detail.waiting).filter((wait) => wait[0] !== 'PEER_STREAM_LIMIT').concat(stream.waits);
  if (stream.waiting) waits.push([stream.waiting, stream.waitingSince, now]);
  for (const [cause, from, to] of waits) {
    const visibleFrom = Math.max(from, sendingFrom);
    const visibleTo = Math.min(to, sendingTo);
    if (visibleTo > visibleFrom) found.push([STALLS[cause], visibleFrom, visibleTo]);
  }
  return found;
}

function field(stream, side, name) {
  return (stream[side].fields || []).find((one) => one.name === name)?.value;
}

function streamWords(stream, client) {
  const request = client ? 'out' : 'in';
  const response = client ? 'in' : 'out';
  const parts = [stream.id];
  if ($('values').checked && field(stream, request, ':path')) {
    parts.push(field(stream, request, ':method'), field(stream, request, ':path'));
  }
  const status = field(stream, response, ':status');
  if (status) parts.push(status);
  parts.push(`${bytes(stream.in.bytes)} in, ${bytes(stream.out.bytes)} out`);
  if (stream.closed !== undefined) parts.push(duration(stream.closed - stream.opened));
  if (stream.error && stream.error !== 'NO_ERROR') parts.push(stream.error);
  if (stream.sendWindow !== undefined) parts.push(`window ${bytes(stream.sendWindow)}`);
  if (stream.late) parts.push('(open before)');
  return parts.join('  ');
}

function showStreams() {
  const { detail } = view;
  const client = detail.latest.summary.role === 'client';
  const all = [...detail.streams.values()];
  const span = Number($('span').value) * 1e6;
  const to = detail.now;
  const from = span ? Math.max(0, to - span) : Math.min(to, ...all.map((one) => one.opened));
  const scale = 100 / Math.max(1, to - from);
  const shown = all.filter((one) => (one.closed ?? to) >= from).sort((a, b) => b.opened - a.opened || b.id - a.id);
  $('streams').replaceChildren(...(shown.length ? shown.map((stream) => {
    const row = element('div', 'row');
    row.dataset.stream = stream.id;
    const what = element('div', 'what', streamWords(stream, client));
    what.title = tip(stream);
    const track = element('div', 'track');
    for (const [className, begin, end] of stretches(stream, client, to)) {
      if (end < from || end < begin) continue;
      const left = Math.max(0, (begin - from) * scale);
      const part = element('span', className);
      part.style.left = left + '%';
      part.style.width = Math.max(0, (end - from) * scale - left) + '%';
      part.title = `${className} ${duration(end - begin)}`;
      track.append(part);
    }
    if (stream.closed !== undefined && stream.closed >= from) {
      const end = element('span', 'end' + (stream.error === 'NO_ERROR' ? '' : ' bad'));
      end.style.left = (stream.closed - from) * scale + '%';
      end.title = stream.error;
      track.append(end);
    }
    row.append(what, track);
    return row;
  }) : [element('p', 'note', ' No streams in this span.')]));
}

function fieldText(fields) {
  return fields.map((one) => (one.value === undefined || !($('values').checked || one.name === ':status')
    ? one.name : `${one.name}: ${one.value}`)).join(', ');
}

function tip(stream) {
  return ['in', 'out'].filter((side) => stream[side].fields)
    .map((side) => `${side}: ${fieldText(stream[side].fields)}`).join('\n');
}

// ---- the frames ----------------------------------------------------------------------------------------------------

function more(frame) {
  const parts = [];
  if (frame.error) parts.push(frame.error);
  if (frame.last !== undefined) parts.push('last stream ' + frame.last);
  if (frame.increment) parts.push('+' + frame.increment);
  if (frame.settings) parts.push(frame.settings.join(' '));
  if (frame.fields) parts.push(fieldText(frame.fields));
  return parts.join(' ');
}

function showFrames() {
  const { frames } = view.detail;
  const types = [...new Set(frames.map((one) => one.type))].sort();
  const known = [...$('type').options].slice(1).map((one) => one.value);
  types.filter((one) => !known.includes(one)).forEach((one) => $('type').append(new Option(one, one)));
  const direction = $('direction').value;
  const type = $('type').value;
  const stream = $('stream').value;
  const text = $('text').value.toLowerCase();
  const fitting = frames.filter((one) => (!direction || one.dir === direction) && (!type || one.type === type)
    && (stream === '' || one.stream === Number(stream))
    && (!text || `${one.flags || ''} ${more(one)}`.toLowerCase().includes(text)));
  const shown = fitting.slice(-MAX_SHOWN_FRAMES).reverse();
  $('frames').tBodies[0].replaceChildren(...shown.map((one) => {
    const row = element('tr', one.dir);
    const cells = [(one.t / 1e6).toFixed(6), one.dir === 'in' ? '←' : '→', one.type, one.stream, one.length,
      (one.flags || '').replaceAll('|', ' '), more(one)];
    cells.forEach((cell) => row.append(element('td', '', cell)));
    return row;
  }));
  $('frameCount').textContent = `${shown.length} of ${fitting.length} frames that fit, ${frames.length} kept; the latest first`;
}

// ---- events --------------------------------------------------------------------------------------------------------

function state(className, words) {
  $('state').className = 'state ' + className;
  $('state').textContent = words;
}

function live() {
  if (!view.paused) state('live', 'live');
}

function open(query, handlers) {
  const source = new EventSource('events?' + query);
  source.onopen = live;
  source.onerror = () => {
    if (!view.paused) state('lost', 'connection lost');
  };
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => {
      live();
      handle(JSON.parse(event.data));
    });
  }
  return source;
}

function watchList() {
  view.listSource?.close();
  view.listSource = open('order=' + view.order, { list: (list) => view.paused || showList(list) });
}

function watchSession(id) {
  view.source?.close();
  view.session = id;
  view.source = null;
  $('detail').hidden = true;
  history.replaceState(null, '', id ? '#' + id : '#');
  for (const row of $('rows').rows) row.classList.toggle('chosen', Number(row.dataset.session) === id);
  if (!id) return;
  $('exportJson').href = `session?session=${id}`;
  $('exportQlog').href = `session?session=${id}&format=qlog`;
  view.source = open('session=' + id, {
    session: (news) => {
      if (view.paused) return;
      merge(news);
      showSoon();
    },
    gone: () => view.source.close(),
  });
  // The server begins at the beginning for each connection of the browser.
  const fresh = () => {
    view.detail = { frames: [], samples: [], waits: [], waiting: [], streams: new Map(), now: 0, latest: null };
  };
  fresh();
  view.source.addEventListener('open', fresh);
}

function pause() {
  view.paused = !view.paused;
  $('pause').textContent = view.paused ? 'Continue' : 'Pause';
  $('pause').setAttribute('aria-pressed', String(view.paused));
  if (view.paused) {
    state('paused', 'paused');
  } else {
    watchList();
    watchSession(view.session);
  }
}

$('pause').addEventListener('click', pause);
$('close').addEventListener('click', () => watchSession(0));
$('rows').addEventListener('click', (event) => choose(event.target));
$('rows').addEventListener('keydown', (event) => event.key === 'Enter' && choose(event.target));
function choose(target) {
  const row = target.closest('tr');
  if (row) watchSession(Number(row.dataset.session));
}
for (const button of document.querySelectorAll('[data-order]')) {
  button.addEventListener('click', () => {
    view.order = button.dataset.order;
    $('exportList').href = 'sessions?order=' + view.order;
    watchList();
  });
}
for (const id of ['direction', 'type', 'stream', 'text', 'span', 'values']) {
  $(id).addEventListener('input', () => {
    if (view.detail?.latest) {
      showTables(view.detail.latest);
      showStreams();
      showFrames();
    }
  });
}
for (const [className, words] of COLOURS) {
  const entry = element('span', '');
  entry.append(element('i', className), words);
  $('legend').append(entry);
}
watchList();
watchSession(Number(location.hash.slice(1)) || 0);
