// aiosmtpd as the mail server of a test.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, freePort, PYTHON, test as base } from './fixtures';

export type Mail = { from: string; to: string[]; subject: string; text: string };

const PASSWORD = 'swordfish/of mail';

export class MailServer {
  readonly mails: Mail[] = [];
  private child: ChildProcess | undefined;
  private answers = 0;

  private constructor(private readonly port: number) {}

  /** On a port of its own, where nothing listens until `start`. */
  static async somewhere(): Promise<MailServer> {
    return new MailServer(await freePort());
  }

  /** What Doorward is told of it. */
  get settings(): Record<string, string> {
    const url = `smtp://doorward:${encodeURIComponent(PASSWORD)}@127.0.0.1:${this.port}`;
    return { DOORWARD_SMTP_URL: url, DOORWARD_MAIL_FROM: 'Doorward <doorward@example.com>' };
  }

  async start() {
    const env = { ...process.env, MAIL_PASSWORD: PASSWORD };
    const args = [join(import.meta.dirname, 'mail_server.py'), String(this.port)];
    const child = spawn(PYTHON, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface(child.stdout!).on('line', (line) => {
      const said = JSON.parse(line);
      if (typeof said === 'string') this.answers++;
      else this.mails.push(said);
    });
    this.child = child;
    await this.answered(1);
  }

  /** `take`, `hang`, or what it answers to every address. */
  async is(manner: string) {
    const before = this.answers;
    this.child!.stdin!.write(`${manner}\n`);
    await this.answered(before + 1);
  }

  async stop() {
    const child = this.child;
    if (!child) return;
    this.child = undefined;
    this.answers = 0;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** The mail to this address; waits for it. */
  async mailTo(address: string, count = 1): Promise<Mail> {
    const to = () => this.mails.filter((mail) => mail.to.includes(address));
    await expect.poll(() => to().length, { timeout: 15_000 }).toBe(count);
    return to()[count - 1]!;
  }

  private async answered(count: number) {
    await expect.poll(() => this.answers, { timeout: 10_000, intervals: [20] }).toBe(count);
  }
}

/** The temporary password that a mail brings. */
export function passwordIn(mail: Mail): string {
  const [, password = ''] = /Password: +(\S+)/.exec(mail.text) ?? [];
  expect(password, mail.text).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){4}$/);
  return password;
}

export const test = base.extend<{ mailServer: MailServer }>({
  mailServer: async ({}, use) => {
    const server = await MailServer.somewhere();
    await use(server);
    await server.stop();
  },
});

/** The mails that wait or were given up, as the HTTP API lists them. */
export type Waiting = { id: string; to: string; status: string; tries: number; last_error: string | null };
