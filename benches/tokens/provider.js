// The other server: oidc-provider as its documentation sets it up for client credentials and introspection, and an
// endpoint that checks a token the cheapest way there is: in the same process.

import { once } from 'node:events';
import Provider from 'oidc-provider';

const [id, secret] = process.argv.slice(2);

const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: id,
      client_secret: secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
    },
  ],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: false },
  },
  ttl: { ClientCredentials: 86400 },
});

provider.use(async (ctx, next) => {
  if (ctx.path !== '/checked') return next();
  const found = await provider.ClientCredentials.find(ctx.get('authorization').replace(/^Bearer /, ''));
  if (!found || found.isExpired) ctx.throw(401);
  ctx.body = { client_id: found.clientId, scope: found.scope };
});

const listener = provider.listen(0, '127.0.0.1');
await once(listener, 'listening');
console.log(`port=${listener.address().port}`);
