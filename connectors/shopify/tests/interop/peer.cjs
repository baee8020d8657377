// Shopify's own library answers questions: one JSON array of tasks in, one of answers out.
// Arguments: the folder of @shopify/shopify-api, then the address template of the double.
const path = require("node:path");
const { createRequire } = require("node:module");

const [folder, template] = process.argv.slice(2);
const fromThere = createRequire(path.join(folder, "package.json"));
fromThere("@shopify/shopify-api/adapters/node");
const { shopifyApi } = fromThere("@shopify/shopify-api");
const { setAbstractFetchFunc } = fromThere("@shopify/shopify-api/runtime");
const helpers = fromThere("@shopify/shopify-api/test-helpers");
// Not exported: how the library itself signs.
const { generateLocalHmac } = fromThere("./dist/cjs/lib/utils/hmac-validator.js");
const { createSHA256HMAC } = fromThere("./dist/cjs/runtime/crypto/utils.js");

setAbstractFetchFunc((url, options) => {
  const { host, pathname } = new URL(url);
  return fetch(template.replace("{shop}", host) + pathname, options);
});

const api = ({ key, secret }) =>
  shopifyApi({
    apiKey: key,
    apiSecretKey: secret,
    apiVersion: "2026-10",
    hostName: "hub.example.jp",
    isEmbeddedApp: true,
    logger: { level: 0, log: () => {} },
  });

const shown = ({ session }) => ({
  shop: session.shop,
  scope: session.scope,
  accessToken: session.accessToken,
  refreshToken: session.refreshToken,
  expires: session.expires?.toISOString(),
  refreshTokenExpires: session.refreshTokenExpires?.toISOString(),
});

const TASKS = {
  // Does the library believe it?
  webhook: ({ app, body, headers }) =>
    api(app).webhooks.validate({
      rawBody: body,
      rawRequest: { method: "POST", url: "/hooks/shopify/k", headers },
      rawResponse: {},
    }),
  query: ({ app, query, signator }) =>
    api(app).utils.validateHmac(new URLSearchParams(query), { signator }),
  decode: ({ app, token }) => api(app).session.decodeSessionToken(token),
  // What does the library make?
  signQuery: ({ app, parameters, signator }) =>
    generateLocalHmac(api(app).config)(parameters, signator),
  signBody: ({ app, body }) => createSHA256HMAC(app.secret, body),
  signToken: ({ app, store, overrides }) =>
    helpers.getJwt(store, app.key, app.secret, overrides).then((made) => made.token),
  // Does the library get along with the double?
  exchange: ({ app, shop, token }) =>
    api(app)
      .auth.tokenExchange({
        shop,
        sessionToken: token,
        requestedTokenType: "urn:shopify:params:oauth:token-type:offline-access-token",
        expiring: true,
      })
      .then(shown),
  refresh: ({ app, shop, refreshToken }) =>
    api(app).auth.refreshToken({ shop, refreshToken }).then(shown),
  migrate: ({ app, shop, token }) =>
    api(app)
      .auth.migrateToExpiringToken({ shop, nonExpiringOfflineAccessToken: token })
      .then(shown),
  graphql: ({ app, shop, token, query }) => {
    const shopify = api(app);
    const session = shopify.session.customAppSession(shop);
    session.accessToken = token;
    const client = new shopify.clients.Graphql({ session });
    return client.request(query).then(({ data }) => data);
  },
};

async function answer(task) {
  try {
    return { ok: await TASKS[task.name](task) };
  } catch (error) {
    return { error: `${error.constructor.name}: ${error.message}` };
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const answers = [];
  for (const task of JSON.parse(Buffer.concat(chunks))) answers.push(await answer(task));
  process.stdout.write(JSON.stringify(answers));
}

main();
