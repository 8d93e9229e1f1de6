// Targets that mean harm, each a listener on a port of its own.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';

const kHead = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n';

/** Accepts, reads and never says a word. */
const silent = () => createServer((socket) => socket.resume());

/** A byte of a header that never ends, again and again. */
const dripsHeader = () =>
  createServer((socket) => {
    socket.write(`${kHead}X-Slow: `);
    drip(socket, () => 'a');
  });

/** A byte of the body, again and again. */
const dripsBody = () =>
  createServer((socket) => {
    socket.write(`${kHead}Content-Length: 1000000\r\n\r\n`);
    drip(socket, () => 'a');
  });

const redirectsForEver = () =>
  createHttp((request, response) => {
    const hop = Number(request.url.slice(1)) || 0;
    response.writeHead(302, { location: `/${hop + 1}` }).end();
  });

/** As many gigabytes as anybody cares to read. */
const endlessBody = () =>
  createServer((socket) => {
    socket.write(`${kHead}Transfer-Encoding: chunked\r\n\r\n`);
    pour(socket, Buffer.from(`100000\r\n${'x'.repeat(0x100000)}\r\n`));
  });

/** A chunk that never comes to its first byte. */
const endlessChunkExtension = () =>
  createServer((socket) => {
    socket.write(`${kHead}Transfer-Encoding: chunked\r\n\r\n5;x=`);
    pour(socket, Buffer.alloc(1 << 20, 'x'));
  });

/** A header line without end. */
const endlessHeader = () =>
  createServer((socket) => {
    socket.write(`${kHead}X-Long: `);
    pour(socket, Buffer.alloc(1 << 20, 'x'));
  });

/** A megabyte that unpacks to a gigabyte of zeros. */
const gzipBomb = () => {
  const header = Buffer.from('1f8b0800000000000003', 'hex');
  // Ends on a byte and refers to nothing before it, so it can be repeated.
  const block = deflateRawSync(Buffer.alloc(64 << 20), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const bomb = Buffer.concat([header, ...Array(16).fill(block)]);
  return createHttp((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(bomb);
  });
};

/** Codings over one another, and innermost 64 MiB of blocks that unpack to nothing. */
const stackedCodings = () => {
  const header = Buffer.from('1f8b0800000000000003', 'hex');
  const nothing = Buffer.concat([header, Buffer.alloc(64 << 20, Buffer.from('000000ffff', 'hex'))]);
  const body = gzipSync(gzipSync(nothing));
  return createHttp((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip, gzip, gzip', 'content-type': 'text/plain' }).end(body);
  });
};

const talksNoHttp = () => createServer((socket) => socket.end('220 mail.example.org ESMTP\r\n'));

/** Closes in the middle of the handshake. */
const breaksTls = () => createServer((socket) => socket.once('data', () => socket.end(Buffer.from('15030300020228', 'hex'))));

const stallsTls = () => createServer((socket) => socket.resume());

const selfSignedTls = (folder) => {
  const { key, cert } = certificate(folder);
  return createTls({ key, cert }, (socket) => socket.end(`${kHead}Content-Length: 2\r\n\r\nok`));
};

// Without it a body is of no interest, and not read far.
const kSearch = { keyword: { text: 'not in there', expect: 'present' } };

/** What each does to a probe: `verdict` and `cause` are what must be recorded of it with this `config`. */
export const kHostile = [
  { name: 'never answers', make: silent, verdict: 'down', cause: 'timeout' },
  { name: 'drips its header', make: dripsHeader, verdict: 'down', cause: 'timeout' },
  { name: 'drips its body', make: dripsBody, verdict: 'down', cause: 'timeout' },
  { name: 'redirects for ever', make: redirectsForEver, verdict: 'down', cause: 'too_many_redirects' },
  { name: 'sends gigabytes', make: endlessBody, verdict: 'up', cause: 'ok' },
  { name: 'sends gigabytes to be searched', make: endlessBody, config: kSearch, verdict: 'down', cause: 'too_large' },
  { name: 'sends an endless header', make: endlessHeader, verdict: 'down', cause: 'too_large' },
  { name: 'sends an endless chunk extension', make: endlessChunkExtension, verdict: 'down', cause: 'too_large' },
  { name: 'sends a gzip bomb to be searched', make: gzipBomb, config: kSearch, verdict: 'down', cause: 'too_large' },
  { name: 'stacks codings over nothing', make: stackedCodings, config: kSearch, verdict: 'down', cause: 'bad_response' },
  { name: 'talks no HTTP', make: talksNoHttp, verdict: 'down', cause: 'bad_response' },
  { name: 'breaks the TLS handshake', scheme: 'https', make: breaksTls, verdict: 'down', cause: 'tls_failed' },
  { name: 'stalls the TLS handshake', scheme: 'https', make: stallsTls, verdict: 'down', cause: 'timeout' },
  { name: 'has a certificate nobody signed', scheme: 'https', make: selfSignedTls, verdict: 'down', cause: 'certificate_invalid' },
];

/** Starts one; `{url, close}`. */
export async function startHostile({ make, scheme = 'http' }, folder) {
  const server = make(folder);
  const sockets = new Set();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => {});
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `${scheme}://127.0.0.1:${server.address().port}/`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}

function drip(socket, next) {
  const timer = setInterval(() => socket.write(next()), 50);
  socket.once('close', () => clearInterval(timer));
}

function pour(socket, data) {
  const more = () => {
    while (!socket.destroyed && socket.write(data));
  };
  socket.on('drain', more);
  more();
}

function certificate(folder) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
