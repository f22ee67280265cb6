// Loads statistics and volatilities of underlyings with the vendor's npm client, and prints them as JSON.
// node --experimental-websocket read_underlyings.mjs PORT BEGIN END CODE...; the package is in the working folder.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { default: ftWebsocket } = await import(pathToFileURL(require.resolve("futu-api")));
console.debug = console.log = () => {}; // the client talks
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const [port, beginTime, endTime, ...codes] = process.argv.slice(2);
const client = new ftWebsocket();
const MARKETS = { HK: 1, US: 11 };
const KINDS = {
  statistic: (c2s) => client.GetOptionUnderlyingHisStatistic({ c2s }),
  volatility: (c2s) => client.GetOptionUnderlyingHisVolatility({ c2s }),
};
const rows = {
  statistic: (s2c) =>
    s2c.statisticList.map((row) => [
      row.time,
      ...[row.callVolume, row.putVolume, row.callOpenInterest, row.putOpenInterest, row.underlyingPrice].map(Number),
    ]),
  volatility: (s2c) => s2c.volatilityList.map((row) => [row.time, row.iv, row.hv, row.underlyingPrice]),
};

async function pagesOf(symbol, kind) {
  const [market, ...rest] = symbol.split(".");
  const owner = { market: MARKETS[market], code: rest.join(".") };
  const pages = [];
  let nextPageKey, name;
  do {
    const c2s = { owner, indexOptionType: 1, beginTime, endTime, ...(nextPageKey ? { nextPageKey } : {}) };
    const reply = await KINDS[kind](c2s);
    if (reply.retType !== 0) throw new Error(reply.retMsg);
    const { s2c } = reply;
    if (s2c.owner.market !== owner.market || s2c.owner.code !== owner.code) throw new Error("of another underlying");
    pages.push(rows[kind](s2c));
    name = s2c.name;
    nextPageKey = s2c.nextPageKey && s2c.nextPageKey.length ? s2c.nextPageKey : undefined;
  } while (nextPageKey);
  return { pages, name };
}

client.onlogin = async () => {
  try {
    for (const code of codes)
      for (const kind of Object.keys(KINDS)) say({ code, kind, ...(await pagesOf(code, kind)) });
    await pagesOf("US.NOSUCH", "statistic");
  } catch (error) {
    say({ error: error.retMsg ?? error.message ?? String(error) });
  }
  client.stop();
  process.exit(0);
};
client.start("127.0.0.1", Number(port), false, "");
setTimeout(() => {
  say({ error: "nothing happened" });
  process.exit(1);
}, 30000);
