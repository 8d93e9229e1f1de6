// The server that is watched: Debian's nginx, one worker, a few bytes for every path, an access log as witness.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { until } from '../../../tests/system/support/until.mjs';
import { freePort } from './bench.mjs';

export class Nginx {
  static async start(here, { log = false } = {}) {
    const folder = join(here.folder, 'nginx');
    await mkdir(folder);
    const nginx = new Nginx();
    nginx.port = await freePort();
    nginx.accessLog = join(folder, 'access.log');
    const file = join(folder, 'nginx.conf');
    await writeFile(file, configuration(folder, nginx.port, log && nginx.accessLog));
    const child = spawn('nginx', ['-c', file, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
    here.atEnd(() => child.kill('SIGTERM'));
    await until('nginx listens', () => listens(nginx.port));
    return nginx;
  }

  url(path) {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** The paths that were asked for, in their order. */
  async requests() {
    return (await readFile(this.accessLog, 'utf8')).split('\n').filter(Boolean);
  }
}

function configuration(folder, port, accessLog) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`);
  return `daemon off; worker_processes 1; pid ${folder}/nginx.pid; worker_rlimit_nofile 20000;
events { worker_connections 8192; }
http {
  ${temporary.join(' ')}
  log_format path '$uri';
  access_log ${accessLog ? `${accessLog} path buffer=64k flush=100ms` : 'off'};
  keepalive_timeout 0;
  server { listen 127.0.0.1:${port} backlog=8192; location / { return 200 'all is well'; } }
}
`;
}

function listens(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => done(true));
    socket.once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}
