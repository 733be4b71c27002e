// status.mjs [--json] [--stopped=<service>:<process>…]: asks every service over its own protocol, so that the
// answer is the same however the service runs. Plain JavaScript without packages: it runs before `npm ci`.
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 3000;
const NAME_WIDTH = 18;
const URL_WIDTH = 50;

const services = [
  { name: 'postgres', url: address('AQUIFER_TEST_POSTGRES_URL'), ask: askPostgres },
  { name: 'postgres-standby', url: address('AQUIFER_TEST_POSTGRES_STANDBY_URL'), ask: askStandby },
  { name: 'redis', url: address('AQUIFER_TEST_REDIS_URL'), ask: askRedis },
  { name: 'chroma', url: address('AQUIFER_TEST_CHROMA_URL'), ask: askChroma },
  { name: 's3', url: address('AQUIFER_TEST_S3_URL'), ask: askS3 },
];

const stopped = new Map(
  process.argv
    .filter((argument) => argument.startsWith('--stopped='))
    .map((argument) => argument.slice('--stopped='.length).split(':')),
);
const report = await Promise.all(services.map(examine));
print(report);
process.exit(report.every((service) => service.up) ? 0 : 1);

function address(variable) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set; start this through scripts/services status`);
  return new URL(value);
}

async function examine({ name, url, ask }) {
  if (stopped.has(name))
    return { name, url: url.href, up: false, version: `${stopped.get(name)} is not running` };
  try {
    const version = await Promise.race([ask(url), delay(TIMEOUT_MS).then(failWithTimeout)]);
    return { name, url: url.href, up: true, version };
  } catch (error) {
    return { name, url: url.href, up: false, version: error.code ?? error.message };
  }
}

function failWithTimeout() {
  throw new Error(`no answer in ${TIMEOUT_MS / 1000} s`);
}

function print(report) {
  if (process.argv.includes('--json')) {
    const environment = Object.entries(process.env).filter(([name]) => name.startsWith('AQUIFER_TEST_'));
    console.log(JSON.stringify({ services: report, environment: Object.fromEntries(environment) }, null, 2));
    return;
  }
  for (const { name, url, up, version } of report) {
    console.log(
      `${name.padEnd(NAME_WIDTH)}${url.padEnd(URL_WIDTH)}${(up ? 'up' : 'down').padEnd(6)}${version}`,
    );
  }
}

async function askPostgres(url) {
  return `PostgreSQL ${(await postgresParameters(url)).get('server_version')}`;
}

async function askStandby(url) {
  const parameters = await postgresParameters(url);
  if (parameters.get('in_hot_standby') !== 'on') throw new Error('answers, but is not a standby');
  return `PostgreSQL ${parameters.get('server_version')}`;
}

/** The settings a server reports after the start-up message (PostgreSQL protocol 3.0, section 53.2.1). */
async function postgresParameters(url) {
  const parameters = new Map();
  const isReady = (received) => {
    for (const { type, body } of postgresMessages(received)) {
      if (type === 'E') throw new Error(/\0M([^\0]*)/.exec(body.toString())?.[1] ?? 'refuses');
      if (type === 'S') parameters.set(...body.toString().split('\0'));
      if (type === 'Z') return true;
    }
    return false;
  };
  await exchange(url, postgresStartup(url), isReady);
  return parameters;
}

function postgresStartup(url) {
  const fields = Buffer.from(`user\0${url.username}\0database\0${url.pathname.slice(1)}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + fields.length, 0);
  head.writeInt32BE(3 << 16, 4); // protocol 3.0
  return Buffer.concat([head, fields]);
}

function* postgresMessages(received) {
  let at = 0;
  while (at + 5 <= received.length) {
    const end = at + 1 + received.readInt32BE(at + 1);
    if (end > received.length) return;
    yield { type: String.fromCharCode(received[at]), body: received.subarray(at + 5, end) };
    at = end;
  }
}

async function askRedis(url) {
  const answer = await exchange(url, 'INFO server\r\n', (received) => received.includes('redis_version:'));
  return `Redis ${/redis_version:(\S+)/.exec(answer.toString())[1]}`;
}

async function askChroma(url) {
  const answer = await fetch(new URL('/api/v2/version', url), { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return `Chroma ${await answer.json()}`;
}

/** S3 has no version to ask for: without a signature any answer below 500 is a living server. */
async function askS3(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.status >= 500) throw new Error(`HTTP ${answer.status}`);
  return answer.headers.get('server') ?? 'S3';
}

/** Sends `request` and collects the answer until `isComplete(everything received)`. */
function exchange(url, request, isComplete) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(Number(url.port), url.hostname, () => socket.write(request));
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
    socket.on('data', (data) => {
      received = Buffer.concat([received, data]);
      try {
        if (isComplete(received)) socket.destroy();
      } catch (error) {
        socket.destroy(error);
      }
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
