// Makes the try-it page live: a slider and two buttons beside each number box, and the new order while values change.
// The page works without it; the server makes every order and every sentence.
(() => {
  "use strict";
  const form = document.getElementById("trial-form");
  if (!form) return;
  const wait = 150;
  let timer = 0;
  let running = null;

  const show = async () => {
    if (running) running.abort();
    running = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/html" }, signal: running.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["order", "said"]) {
      const fresh = page.getElementById(id);
      const here = document.getElementById(id);
      if (fresh) here.replaceChildren(...document.adoptNode(fresh).childNodes);
    }
    if (!answer.ok) {
      const wrong = page.querySelector("main .lead, main h1");
      document.getElementById("said").textContent = wrong ? wrong.textContent : String(answer.status);
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => show().catch((error) => { if (error.name !== "AbortError") form.removeAttribute("data-live"); }), wait);
  };

  const button = (text, label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "step glyph";
    made.dataset.glyph = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };

  for (const field of form.querySelectorAll(".field[data-step]")) {
    const { min, max, step, less, more } = field.dataset;
    if (min === "" || max === "" || Number(min) >= Number(max)) continue;
    const box = field.querySelector("input");
    const slider = document.createElement("input");
    Object.assign(slider, { type: "range", min, max, step: "any", value: box.value === "" ? min : box.value, className: "slider" });
    slider.setAttribute("aria-label", field.querySelector("label").textContent);
    const set = (value) => {
      box.value = Number(value.toPrecision(6));
      slider.value = box.value;
      soon();
    };
    const within = (value) => Math.min(Math.max(value, Number(min)), Number(max));
    const by = (way) => () => set(within((box.value === "" ? Number(min) : Number(box.value)) + way * Number(step)));
    const round = (value) => (step === "1" ? Math.round(value) : value);
    slider.addEventListener("input", () => set(round(Number(slider.value))));
    box.addEventListener("input", () => { if (box.value !== "") slider.value = box.value; });
    const tools = document.createElement("div");
    tools.className = "tools";
    tools.append(button("−", less, by(-1)), slider, button("+", more, by(1)));
    box.after(tools);
  }
  form.addEventListener("input", soon);
  form.addEventListener("submit", (event) => { event.preventDefault(); soon(); });
  form.dataset.live = "";
})();
