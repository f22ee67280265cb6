// Loads series with the vendor's npm client, and prints them as JSON.
// node --experimental-websocket read_series.mjs PORT SSL KEY BEGIN END; the package is in the working folder.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const { default: ftWebsocket } = await import(pathToFileURL(require.resolve("futu-api")));
console.debug = console.log = () => {}; // the client talks
const say = (what) => process.stdout.write(JSON.stringify(what) + "\n");

const [port, ssl, key, beginTime, endTime] = process.argv.slice(2);
const client = new ftWebsocket();

async function pagesOf(optionMarket, dataType) {
  const pages = [];
  let nextPageKey;
  do {
    const reply = await client.GetOptionMarketStatistic({
      c2s: { optionMarket, dataType, beginTime, endTime, ...(nextPageKey ? { nextPageKey } : {}) },
    });
    if (reply.retType !== 0) throw new Error(reply.retMsg);
    const { s2c } = reply;
    pages.push(s2c.statisticList.map((row) => [row.time, String(row.callValue), String(row.putValue)]));
    nextPageKey = s2c.nextPageKey && s2c.nextPageKey.length ? s2c.nextPageKey : undefined;
    if (s2c.optionMarket !== optionMarket || s2c.dataType !== dataType) throw new Error("of another series");
  } while (nextPageKey);
  return pages;
}

client.onPush = (command) => say({ push: command });
client.onlogin = async (ok, why) => {
  if (!ok) {
    say({ login: false, error: why });
    process.exit(0);
  }
  try {
    const state = await client.GetGlobalState({ c2s: { userID: 0 } });
    say({ login: true, connID: String(client.getConnID()), qotLogined: state.s2c.qotLogined });
    for (const market of [1, 2, 3, 4])
      for (const dataType of [0, 1]) say({ market, dataType, pages: await pagesOf(market, dataType) });
  } catch (error) {
    say({ error: String(error) });
  }
  client.stop();
  process.exit(0);
};
client.start("127.0.0.1", Number(port), ssl === "true", key);
setTimeout(() => {
  say({ error: "nothing happened" });
  process.exit(1);
}, 30000);
