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
if (pin.format !== 1) throw new Error("format");

const recordings = pin.recordings.map((recording) => {
  const [days, calls, puts] = [recording.days, recording.calls, recording.puts].map(sums);
  const rows = Buffer.alloc(24 * days.length);
  days.forEach((day, row) => {
    [day, calls[row], puts[row]].forEach((value, column) => rows.writeBigInt64LE(value, 24 * row + 8 * column));
  });
  if (!sha256(rows).equals(Buffer.from(recording.digest))) throw new Error("digest");
  return {
    market: recording.market,
    data_type: recording.dataType,
    first: recording.firstDay,
    last: recording.lastDay,
    origin: recording.origin,
    endpoint: recording.endpoint,
    observed_at: recording.observedAt,
    asked_start: Object.hasOwn(recording, "askedStart") ? recording.askedStart : null,
    digest: "sha256:" + Buffer.from(recording.digest).toString("hex"),
    rows: days.map((day, row) => [day, calls[row], puts[row]].map(String)),
    missing: sums(recording.missing).map(String),
    provisional: sums(recording.provisional).map(String),
  };
});
console.log(JSON.stringify(recordings));
