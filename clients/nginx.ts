// Debian's nginx with docs/nginx.conf, a certificate of its own, and an application behind it that says what it got.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { curl } from './curl';
import { ADMIN, expect, freePort, ROOT, run, test as base, type Server } from './fixtures';

export type Proxy = {
  /** Of the https server; the application is at /wallboard/. */
  url: string;
  httpUrl: string;
  certificate: string;
  doorward: Server;
};

const READY_WITHIN = 10_000;

// Debian keeps nginx where only root looks.
const env = { ...process.env, PATH: [process.env.PATH, '/usr/sbin'].join(delimiter) };

export const test = base.extend<{ application: string; nginx: Proxy }>({
  application: async ({}, use) => {
    const listener = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    await use(`127.0.0.1:${(listener.address() as AddressInfo).port}`);
    listener.closeAllConnections();
    listener.close();
    await once(listener, 'close');
  },

  nginx: async ({ application, anotherServer, folder }, use) => {
    const [http, https] = [await freePort(), await freePort()];
    const url = `https://localhost:${https}`;
    const settings = { DOORWARD_PUBLIC_URL: url, DOORWARD_TRUSTED_PROXIES: '127.0.0.1' };
    const doorward = await anotherServer({ adminPassword: ADMIN.password, settings });
    const certificate = await makeCertificate(folder);
    await writeConfiguration(folder, {
      'listen 80;': `listen 127.0.0.1:${http};`,
      'listen 443 ssl;': `listen 127.0.0.1:${https} ssl;`,
      '/etc/ssl/doorward.example.pem': certificate,
      '/etc/ssl/doorward.example.key': join(folder, 'key.pem'),
      'doorward.example': 'localhost',
      '127.0.0.1:3000': new URL(doorward.url).host,
      '127.0.0.1:8080': application,
    });
    const child = spawn('nginx', ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (error) => (output += error.message));
    const exit = once(child, 'exit');
    try {
      await answers(`${url}/healthz`, certificate, () => output);
      await use({ url, httpUrl: `http://localhost:${http}`, certificate, doorward });
    } finally {
      child.kill('SIGTERM');
      await exit;
    }
  },
});

async function makeCertificate(folder: string): Promise<string> {
  const certificate = join(folder, 'certificate.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder, 'key.pem')];
  const names = ['-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', ['req', '-x509', ...key, ...names, '-out', certificate]);
  return certificate;
}

/** docs/nginx.conf with these texts replaced, each of which it must hold, inside the least that nginx needs around it. */
async function writeConfiguration(folder: string, replaced: Record<string, string>) {
  let text = await readFile(join(ROOT, 'docs/nginx.conf'), 'utf8');
  for (const [from, to] of Object.entries(replaced)) {
    expect(text, 'docs/nginx.conf').toContain(from);
    text = text.replaceAll(from, to);
  }
  await writeFile(join(folder, 'doorward.conf'), text);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const main = [
    // The workers, too, write into the test's folder.
    process.getuid?.() === 0 ? 'user root root;' : '',
    'daemon off;',
    'pid nginx.pid;',
    'events {}',
    'http {',
    ...temporary.map((name) => `${name}_temp_path ${name};`),
    'access_log off;',
    'include doorward.conf;',
    '}',
  ];
  await writeFile(join(folder, 'nginx.conf'), main.join('\n'));
}

async function answers(url: string, certificate: string, output: () => string) {
  const deadline = Date.now() + READY_WITHIN;
  for (;;) {
    const answer = await curl('--cacert', certificate, url).catch((error: Error) => error.message);
    if (typeof answer !== 'string' && answer.status === 200) return;
    if (Date.now() > deadline) throw new Error(`nginx is not ready: ${JSON.stringify(answer)}\n${output()}`);
    await pause(50);
  }
}
