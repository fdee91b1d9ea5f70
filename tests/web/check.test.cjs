// What the page's script for comparing files computes, beside the digests of Node.js and of published vectors.
"use strict";
const assert = require("node:assert");
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");

const script = { exports: {} };
new Function("module", readFileSync(process.argv[2], "utf8"))(script);
const { Sha256, judge } = script.exports;
const hashed = (...pieces) => pieces.reduce((sha256, piece) => sha256.update(piece), new Sha256()).hex();
const right = (bytes) => createHash("sha256").update(bytes).digest("hex");

// FIPS 180-4, examples of SHA-256.
assert.equal(hashed(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
assert.equal(hashed(Buffer.from("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
assert.equal(
  hashed(Buffer.from("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
);
assert.equal(
  hashed(Buffer.alloc(1_000_000, "a")),
  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
);

// Every length around the blocks, in pieces of every size.
const bytes = Buffer.from(Array.from({ length: 260 }, (_, at) => (at * 7 + 3) % 256));
for (let length = 0; length <= bytes.length; length += 1) {
  const whole = bytes.subarray(0, length);
  assert.equal(hashed(whole), right(whole), `length ${length}`);
  const size = 1 + (length % 67);
  const pieces = [];
  for (let at = 0; at < length; at += size) pieces.push(whole.subarray(at, at + size));
  assert.equal(hashed(...pieces), right(whole), `length ${length} in pieces of ${size}`);
}

// The length in bits stands in the last eight bytes, also above 2^32 bits and above 2^32 bytes: with the length of what
// came before said to be so many blocks, the digest is the one of the same block with just that length behind it.
const state = (blocks) => Sha256.after(blocks).hex();
const lengths = [0, 2 ** 23 - 1, 2 ** 23, 2 ** 26, 2 ** 26 + 1, 2 ** 40].map(state);
assert.equal(new Set(lengths).size, lengths.length, "different lengths give different digests");
const block = Buffer.alloc(64);
for (const blocks of [1, 2 ** 23, 2 ** 26 + 5, 2 ** 40 + 1]) {
  // An empty message of that length is one block: 0x80, zeros, and the length in bits.
  const said = Buffer.from(block);
  said[0] = 0x80;
  said.writeBigUInt64BE(BigInt(blocks) * 512n, 56);
  assert.equal(state(blocks), compressed(said), `${blocks} blocks`);
}

// One block through the rounds of FIPS 180-4 §6.2.2, written once more with whole numbers of any size.
function compressed(block) {
  const bits = 1n << 32n;
  const turned = (word, by) => ((word >> by) | (word << (32n - by))) % bits;
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const root = (n, power) => {
    // The greatest whole number whose power is at most n, by halving.
    let [low, high] = [0n, n];
    while (low < high) {
      const middle = (low + high + 1n) / 2n;
      if (middle ** power <= n) low = middle;
      else high = middle - 1n;
    }
    return low;
  };
  const k = primes.map((prime) => root(BigInt(prime) << 96n, 3n) % bits);
  const start = primes.slice(0, 8).map((prime) => root(BigInt(prime) << 64n, 2n) % bits);
  const w = Array.from({ length: 16 }, (_, at) => BigInt(block.readUInt32BE(at * 4)));
  for (let t = 16; t < 64; t += 1) {
    const [x, y] = [w[t - 15], w[t - 2]];
    const small = turned(x, 7n) ^ turned(x, 18n) ^ (x >> 3n);
    const large = turned(y, 17n) ^ turned(y, 19n) ^ (y >> 10n);
    w.push((w[t - 16] + small + w[t - 7] + large) % bits);
  }
  let [a, b, c, d, e, f, g, h] = start;
  for (let t = 0; t < 64; t += 1) {
    const choice = (e & f) ^ ((bits - 1n - e) & g);
    const one = h + (turned(e, 6n) ^ turned(e, 11n) ^ turned(e, 25n)) + choice + k[t] + w[t];
    const two = (turned(a, 2n) ^ turned(a, 13n) ^ turned(a, 22n)) + ((a & b) ^ (a & c) ^ (b & c));
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) % bits, c, b, a, (one + two) % bits];
  }
  const end = [a, b, c, d, e, f, g, h].map((word, at) => (word + start[at]) % bits);
  return end.map((word) => word.toString(16).padStart(8, "0")).join("");
}

// What a file is.
const known = [{ name: "data/model.onnx", sha256: "11" }, { name: "copy.onnx", sha256: "11" }];
assert.deepEqual(judge(known, "any.bin", "11"), { verdict: "same", names: ["data/model.onnx", "copy.onnx"] });
assert.deepEqual(judge(known, "model.onnx", "22"), { verdict: "different", names: ["model.onnx"] });
assert.deepEqual(judge(known, "odel.onnx", "22"), { verdict: "unknown", names: ["odel.onnx"] });
