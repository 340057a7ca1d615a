// Requests that nobody thought of, made from the description: no answer contradicts it, and none is an error of ours.

import { join } from 'node:path';
import { ADMIN, Admin, createIntegration, expect, run, test } from './fixtures';

const SCHEMATHESIS = join(import.meta.dirname, '../target/clients/python/bin/schemathesis');

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'missing_required_header',
  'use_after_free',
];

/** A key of the administrator that may do all that the administrator may; it cannot revoke itself. */
async function keyOf(admin: Admin): Promise<{ secret: string; organization: string }> {
  const body = { name: 'Schemathesis', may_administer_access: true };
  const answer = await admin.request('POST', '/api/v1/api-keys', body);
  expect(answer.status).toBe(201);
  const { secret, organization } = await answer.json();
  return { secret, organization: organization.id };
}

test('Schemathesis finds no answer that contradicts the description', async ({
  anotherServer,
  folder,
}) => {
  test.setTimeout(180_000);
  // One of its own: what is asked changes and deletes whatever there is.
  const server = await anotherServer({ demo: true, adminPassword: ADMIN.password });
  const key = await keyOf(await Admin.signIn(server.url, ADMIN));
  const client = await createIntegration(server, 'Schemathesis', 'integrations:read');
  const environment = {
    ...process.env,
    DOORWARD_KEY: key.secret,
    DOORWARD_ORGANIZATION: key.organization,
    DOORWARD_CLIENT_ID: client.id,
    DOORWARD_CLIENT_SECRET: client.secret,
  };
  const config = join(import.meta.dirname, 'schemathesis.toml');
  const args = ['--config-file', config, 'run', `${server.url}/api/openapi.json`, '--checks', CHECKS.join(',')];
  const { stdout } = await run(SCHEMATHESIS, args, environment, { cwd: folder, timeout: 150_000 });
  console.log(stdout.slice(stdout.indexOf('SUMMARY')));
  expect(server.output()).not.toContain('ERROR');
});
