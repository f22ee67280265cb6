// Reads a pin with nothing but pin.proto and its comments, as someone without Python would.
// node read_pin.js PIN.PROTO FILE: prints what the file holds as JSON; counts as text, as JSON's numbers end at 2^53.
"use strict";
const crypto = require("node:crypto");
const fs = require("node:fs");
const protobuf = require("protobufjs");

const [, , definition, path] = process.argv;
const PinFile = protobuf.loadSync(definition).lookupType("pd_optstat.pin.PinFile");
const sha256 = (bytes) => crypto.createHash("sha256").update(bytes).digest();

// Running sums, in big integers.
function sums(deltas) {
  let sum = 0n;
  return deltas.map((delta) => (sum += BigInt(delta.toString())));
}

const file = fs.readFileSync(path);
if (!file.subarray(0, 8).equals(Buffer.from("PDOSPIN\0", "latin1"))) throw new Error("magic");
const body = file.subarray(40);
if (!file.subarray(8, 40).equals(sha256(body))) throw new Error("checksum");
const pin = PinFile.decode(body);
if (pin.format !== 1 && pin.format !== 2) throw new Error("format");

// A double as its bits, which the digest covers.
function bits(value) {
  const bytes = Buffer.alloc(8);
  if (Number.isNaN(value)) return 0x7ff8000000000000n;
  bytes.writeDoubleLE(value);
  return bytes.readBigInt64LE();
}

// The columns of a row after the day: of floats, their bits.
function columns(recording) {
  const [calls, puts] = [recording.calls, recording.puts].map(sums);
  const [prices, ivs, hvs] = [recording.prices, recording.ivs, recording.hvs].map((floats) => floats.map(bits));
  if (!recording.underlying) return [calls, puts];
  return recording.dataType === 2 ? [ivs, hvs, prices] : [calls, puts, prices];
}

const recordings = pin.recordings.map((recording) => {
  const days = sums(recording.days);
  const table = [days, ...columns(recording)];
  const rows = Buffer.alloc(8 * table.length * days.length);
  days.forEach((_, row) => {
    table.forEach((column, place) => rows.writeBigInt64LE(column[row], 8 * (table.length * row + place)));
  });
  if (!sha256(rows).equals(Buffer.from(recording.digest))) throw new Error("digest");
  return {
    market: recording.market,
    underlying: recording.underlying,
    data_type: recording.dataType,
    first: recording.firstDay,
    last: recording.lastDay,
    origin: recording.origin,
    endpoint: recording.endpoint,
    observed_at: recording.observedAt,
    asked_start: Object.hasOwn(recording, "askedStart") ? recording.askedStart : null,
    digest: "sha256:" + Buffer.from(recording.digest).toString("hex"),
    rows: days.map((_, row) => table.slice(0, 3).map((column) => String(column[row]))),
    prices: recording.prices,
    missing: sums(recording.missing).map(String),
    provisional: sums(recording.provisional).map(String),
  };
});
console.log(JSON.stringify(recordings));
