// Compares files with the published ones: hashes them here, piece by piece, and sends nothing anywhere.
"use strict";

// SHA-256 (FIPS 180-4) that takes bytes as they come; a file of any size needs the memory of one piece.
class Sha256 {
  static #constants = Sha256.#fractions(64, Math.cbrt);

  // Words are signed, as the machine adds them; only printing makes them unsigned.
  #state = Sha256.#fractions(8, Math.sqrt);
  #words = new Int32Array(64);
  #rest = new Uint8Array(64);
  #held = 0;
  #length = 0;

  // The first 32 bits behind the point of a root of each of the first primes.
  static #fractions(count, root) {
    const found = [];
    for (let n = 2; found.length < count; n += 1) {
      let prime = true;
      for (let by = 2; by * by <= n; by += 1) if (n % by === 0) prime = false;
      if (prime) found.push(Math.floor((root(n) % 1) * 2 ** 32));
    }
    return Int32Array.from(found, (word) => word | 0);
  }

  update(bytes) {
    this.#length += bytes.length;
    let at = 0;
    if (this.#held > 0) {
      at = Math.min(64 - this.#held, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#held);
      this.#held += at;
      if (this.#held < 64) return this;
      this.#block(this.#rest, 0);
      this.#held = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#block(bytes, at);
    this.#rest.set(bytes.subarray(at));
    this.#held = bytes.length - at;
    return this;
  }

  // The digest as 64 hex digits; nothing can be added afterwards.
  hex() {
    const length = this.#length;
    const zeros = (119 - (length % 64)) % 64;
    const end = new Uint8Array(1 + zeros + 8);
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    // The length in bits, as two halves: a number alone would lose bits, and shifts know only 32.
    view.setUint32(1 + zeros, Math.floor(length / 2 ** 29));
    view.setUint32(1 + zeros + 4, (length % 2 ** 29) * 8);
    this.update(end);
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  // As if this many bytes of whole blocks had come before; for tests of long lengths.
  static after(blocks) {
    const begun = new Sha256();
    begun.#length = blocks * 64;
    return begun;
  }

  #block(bytes, at) {
    const w = this.#words;
    const k = Sha256.#constants;
    const state = this.#state;
    for (let i = 0, j = at; i < 16; i += 1, j += 4) {
      w[i] = (bytes[j] << 24) | (bytes[j + 1] << 16) | (bytes[j + 2] << 8) | bytes[j + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let a = state[0], b = state[1], c = state[2], d = state[3];
    let e = state[4], f = state[5], g = state[6], h = state[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0;
      d = c; c = b; b = a; a = (one + two) | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d;
    state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }
}

// What a file is: the published one of that content, another one of a published name, or neither.
const judge = (known, name, sha256) => {
  const same = known.filter((file) => file.sha256 === sha256);
  if (same.length > 0) return { verdict: "same", names: same.map((file) => file.name) };
  const named = known.some((file) => file.name.split("/").pop() === name);
  return { verdict: named ? "different" : "unknown", names: [name] };
};

const wire = (page) => {
  const area = page.getElementById("drop");
  if (!area) return;
  const input = page.getElementById("dropped");
  const progress = page.getElementById("drop-progress");
  const said = page.getElementById("drop-said");
  const known = Array.from(page.querySelectorAll("[data-sha256]"), (file) => file.dataset)
    .map((file) => ({ name: file.file, sha256: file.sha256 }));
  area.hidden = false;
  page.getElementById("drop-not").hidden = true;

  const say = (verdict, name) => {
    const words = page.getElementById(`drop-${verdict}`).content.cloneNode(true);
    words.querySelector("[data-name]").textContent = name;
    return words;
  };
  const hash = async (file, more) => {
    const sha256 = new Sha256();
    const reader = file.stream().getReader();
    for (let painted = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return sha256.hex();
      sha256.update(value);
      more(value.length);
      // Now and then the page has its turn, so that it shows how far this is and stays usable.
      if (performance.now() - painted > 50) {
        await new Promise((resolve) => setTimeout(resolve));
        painted = performance.now();
      }
    }
  };
  let turn = 0;
  const check = async (files) => {
    const mine = (turn += 1);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    let read = 0;
    progress.value = 0;
    progress.hidden = false;
    said.replaceChildren(say("reading", files.map((file) => file.name).join(", ")));
    const found = [];
    for (const file of files) {
      try {
        const sha256 = await hash(file, (bytes) => {
          if (mine === turn) progress.value = (read += bytes) / total;
        });
        const { verdict, names } = judge(known, file.name, sha256);
        found.push(say(verdict, names.includes(file.name) ? file.name : `${file.name}: ${names.join(", ")}`));
      } catch {
        // A folder, or a file that went away: the reader is told.
        found.push(say("failed", file.name));
      }
      if (mine !== turn) return;
    }
    progress.hidden = true;
    said.replaceChildren(...found);
  };

  input.addEventListener("change", () => { if (input.files.length > 0) check([...input.files]); });
  for (const kind of ["dragover", "drop"]) area.addEventListener(kind, (event) => event.preventDefault());
  area.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length > 0) check([...event.dataTransfer.files]);
  });
};

// Copies the address of a page for whoever presses the button; without this script the address stands there to be chosen.
const offer = (button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
};

if (typeof document === "undefined") module.exports = { Sha256, judge };
else {
  wire(document);
  document.querySelectorAll("button[data-copy]").forEach(offer);
}
