// Drives a sandbox's /accounts and /users with the vendor's own client, which checks every answer against the vendor's own schema.
// Usage: node drive.mjs http://127.0.0.1:PORT
import assert from "node:assert/strict";
import { UnipileClient } from "unipile-node-sdk";

const base = process.argv[2];
if (!base) {
  console.error("usage: node drive.mjs SANDBOX_URL");
  process.exit(2);
}
const strict = { validateRequestPayload: true, validateRequestPayloadLevel: "error" };
const client = new UnipileClient(base, "any-key", strict);

/** The vendor's client has no search: people to look at come by a plain request. */
async function search(api, limit) {
  const response = await fetch(`${base}/api/v1/linkedin/search?account_id=acc_${api}&limit=${limit}`, {
    method: "POST",
    headers: { "X-API-KEY": "any-key", "Content-Type": "application/json" },
    body: JSON.stringify({ api, category: "people", keywords: "manager" }),
  });
  assert.equal(response.status, 200);
  const page = await response.json();
  assert.equal(page.items.length, limit);
  return page.items;
}

async function refusal(call, type, status) {
  const error = await call().then(
    () => assert.fail(`${type} was expected`),
    (error) => error,
  );
  assert.equal(error.body?.type, `errors/${type}`);
  assert.equal(error.body?.status, status);
}

const checks = {
  async "accounts are listed, in pages too"() {
    const all = await client.account.getAll();
    assert.equal(all.object, "AccountList");
    assert.deepEqual(all.items.map((account) => account.id), ["acc_classic", "acc_sales_navigator", "acc_recruiter", "acc_restricted"]);
    assert.equal(all.cursor, null);
    const seen = [];
    let cursor;
    do {
      const page = await client.account.getAll({ limit: 3, cursor });
      seen.push(...page.items.map((account) => account.id));
      cursor = page.cursor;
    } while (cursor);
    assert.deepEqual(seen, all.items.map((account) => account.id));
  },

  async "an account says what it may do"() {
    const features = async (id) => (await client.account.getOne(id)).connection_params.im.premiumFeatures;
    assert.deepEqual(await features("acc_classic"), []);
    assert.ok((await features("acc_sales_navigator")).includes("sales_navigator"));
    assert.ok((await features("acc_recruiter_7")).includes("recruiter"));
    assert.deepEqual((await client.account.getOne("acc_classic")).sources.map((source) => source.status), ["OK"]);
    await refusal(() => client.account.getOne("acc_nobody"), "resource_not_found", 404);
  },

  async "a profile is found by every id of the person"() {
    for (const [api, prefix] of [["classic", "ACoAA"], ["sales_navigator", "ACwAA"], ["recruiter", "AEMAA"]]) {
      for (const row of await search(api, 25)) {
        assert.ok(row.id.startsWith(prefix), row.id);
        const profile = await client.users.getProfile({ account_id: `acc_${api}`, identifier: row.id });
        assert.equal(profile.headline, row.headline);
        assert.ok(profile.provider_id.startsWith("ACoAA"));
        const again = await client.users.getProfile({ account_id: "acc_classic", identifier: profile.public_identifier });
        assert.deepEqual(again, profile);
      }
    }
  },

  async "sections come when they are asked for"() {
    const [row] = await search("sales_navigator", 1);
    const get = (linkedin_sections) => client.users.getProfile({ account_id: "acc_sales_navigator", identifier: row.id, linkedin_sections });
    const bare = await get(undefined);
    assert.equal(bare.work_experience, undefined);
    const some = await get(["experience", "education"]);
    assert.ok(some.work_experience.length > 0 && some.education.length > 0);
    assert.equal(some.skills, undefined);
    assert.equal(some.work_experience[0].current, true);
    assert.equal(some.work_experience[0].company, row.current_positions[0].company);
    const all = await get("*");
    assert.ok(all.skills.length > 0 && all.summary.length > 0 && all.languages.length > 0);
    assert.equal(all.throttled_sections, undefined);
  },

  async "the ids of another api are given on request"() {
    const [row] = await search("recruiter", 1);
    const get = (account_id) => client.users.getProfile({ account_id, identifier: row.id, linkedin_api: "recruiter" });
    assert.equal((await get("acc_recruiter")).provider_id, row.id);
    await refusal(() => get("acc_classic"), "feature_not_subscribed", 403);
  },

  async "trouble comes in the vendor's error bodies"() {
    const get = (client, account_id) => client.users.getProfile({ account_id, identifier: "nobody-at-all-00000000" });
    await refusal(() => get(client, "acc_classic"), "resource_not_found", 404);
    await refusal(() => get(client, "acc_restricted"), "account_restricted", 403);
    await refusal(() => get(new UnipileClient(base, "bad-key", strict), "acc_classic"), "invalid_credentials", 401);
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`FAIL  ${name}\n${error.stack}\n${error.body ? JSON.stringify(error.body).slice(0, 2000) : ""}`);
  }
}
process.exit(failed === 0 ? 0 : 1);
