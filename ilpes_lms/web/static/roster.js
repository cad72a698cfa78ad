// The roster: a mark by one key or one tap, shown at once, sent by itself, kept on the device while the line is down.
// The page works without this file; what a mark may be and whose turn it was is decided by the server alone.
(() => {
  "use strict";

  const list = document.getElementById("roster");
  if (!list) return;
  const rows = [...list.children];
  const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const shown = () => rows.filter((row) => !row.hidden);

  // Finding a person, by all words that are typed, accents apart; where others stand on other pages, the server does.
  const finder = document.getElementById("roster-find");
  const search = document.getElementById("roster-search");
  const whole = "whole" in list.dataset;
  const names = new Map(rows.map((row) => [row, fold(row.firstElementChild.textContent)]));
  const find = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => names.get(row).includes(word));
    document.getElementById("roster-nobody").hidden = shown().length > 0;
  };
  if (whole) {
    finder.querySelector("button").hidden = true;
    search.addEventListener("input", find);
  }
  search.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && (event.key !== "Enter" || !whole)) return;
    event.preventDefault();
    shown()[0]?.focus();
  });

  const form = document.getElementById("roster-form");
  if (!form) return;

  // What a row shows, what the server has, and what still waits to be sent.
  const saved = new Map();
  const buttonsOf = (row) => [...row.querySelectorAll("button[name=m]")];
  const keyOf = (button) => button.value.split(".")[1];
  const markOf = (row) => buttonsOf(row).filter((b) => b.getAttribute("aria-pressed") === "true").map(keyOf)[0] ?? "n";
  const nameOf = (row) => row.querySelector("a").textContent;
  const labelOf = (row, key) => buttonsOf(row).find((button) => keyOf(button) === key)?.textContent ?? "–";
  const show = (row, key) => {
    for (const button of buttonsOf(row)) button.setAttribute("aria-pressed", String(keyOf(button) === key));
  };
  for (const row of rows) {
    saved.set(row.id, { key: markOf(row), version: Number(buttonsOf(row)[0].value.split(".")[2]) });
    show(row, saved.get(row.id).key);
    row.tabIndex = 0;
  }
  // As the server prints numbers, which browsers do otherwise in Spanish.
  const between = document.getElementById("roster-counts").dataset.thousands;
  const printed = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, between);
  const here = () => {
    const found = {};
    for (const row of rows) found[markOf(row)] = (found[markOf(row)] ?? 0) + 1;
    return found;
  };
  const places = [...document.querySelectorAll("[data-count]")];
  const atFirst = here();
  const elsewhere = new Map(places.map((place) => [place, place.dataset.all - (atFirst[place.dataset.count] ?? 0)]));
  const count = () => {
    const found = here();
    for (const place of places) {
      place.textContent = printed(elsewhere.get(place) + (found[place.dataset.count] ?? 0));
    }
  };

  // The queue: one entry a person, kept on this device under the account and the class session.
  const STORE = `roster.${form.dataset.store}`;
  const waiting = new Map();
  const keep = () => {
    try {
      if (waiting.size) localStorage.setItem(STORE, JSON.stringify([...waiting.values()]));
      else localStorage.removeItem(STORE);
    } catch {
      // Without a store the marks wait in the page alone.
    }
  };
  const recall = () => {
    try {
      return JSON.parse(localStorage.getItem(STORE) ?? "[]");
    } catch {
      return [];
    }
  };

  // Saying how it stands, calmly: what lasts less than a moment is not worth a word.
  const stateLine = document.getElementById("roster-state");
  let standing = "";
  let slowly;
  const write = () => {
    stateLine.dataset.state = standing;
    stateLine.textContent = standing ? form.dataset[standing].replace("{n}", printed(waiting.size)) : "";
  };
  const say = (state) => {
    clearTimeout(slowly);
    standing = state;
    if (state === "saving") slowly = setTimeout(write, 500);
    else write();
  };
  const complain = (text) => {
    const line = document.createElement("p");
    line.className = "message wrong";
    line.textContent = text;
    document.getElementById("messages").replaceChildren(line);
  };

  // Taking back: the presses of this page, the last first.
  const undone = [];
  const last = document.getElementById("roster-last");
  const showLast = () => {
    if (!undone.length) return last.replaceChildren();
    const { row, to } = undone.at(-1);
    const line = document.getElementById("roster-last-press").content.cloneNode(true);
    line.querySelector("span").textContent = `${nameOf(row)}: ${labelOf(row, to)}`;
    line.querySelector("button").addEventListener("click", takeBack);
    last.replaceChildren(line);
  };
  const takeBack = () => {
    const press = undone.pop();
    if (press) put(press.row, press.from);
    showLast();
  };

  const newDeed = () => [...crypto.getRandomValues(new Uint8Array(13))].map((n) => n.toString(16).padStart(2, "0")).join("");
  const put = (row, key) => {
    const before = waiting.get(row.id);
    // A press that went out without an answer may have arrived: the next one says that it follows it.
    const follows = before ? [...before.follows, ...(before.sent ? [before.deed] : [])].slice(-20) : [];
    const version = before?.version ?? saved.get(row.id).version;
    row.querySelector(".roster-conflict")?.remove();
    waiting.delete(row.id);
    if (follows.length || key !== saved.get(row.id).key) {
      waiting.set(row.id, { ref: row.id, key, version, deed: newDeed(), follows, sent: false });
    }
    show(row, key);
    count();
    keep();
    // While the line is down, how many wait is true at once.
    if (failed) write();
    send();
  };
  const press = (row, to) => {
    const from = markOf(row);
    if (from === to) return;
    put(row, to);
    undone.push({ row, from, to });
    showLast();
  };

  // Sending: one after the other, again and again until there is an answer; the server does each deed once.
  const WAITS = [1, 2, 4, 8, 15];
  let busy = false;
  let failed = 0;
  let again;
  const ask = (entry) =>
    fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(10000),
      body: new URLSearchParams({
        csrf_token: form.elements.csrf_token.value,
        m: `${entry.ref}.${entry.key}.${entry.version}`,
        deed: entry.deed,
        follows: entry.follows.join("."),
      }),
    });
  const settle = (entry, now) => {
    saved.set(entry.ref, now);
    const newer = waiting.get(entry.ref);
    if (newer === entry) waiting.delete(entry.ref);
    else if (newer) Object.assign(newer, { version: now.version, follows: [] });
    keep();
  };
  const differ = (row, entry, now, text) => {
    const line = document.getElementById("roster-conflict").content.cloneNode(true);
    const box = line.firstElementChild;
    box.querySelector("span").textContent = text;
    box.querySelector("[data-mine]").addEventListener("click", () => press(row, entry.key));
    box.querySelector("[data-theirs]").addEventListener("click", () => {
      box.remove();
      row.focus();
    });
    row.querySelector(".roster-conflict")?.remove();
    row.append(line);
    // What did not come about can't be taken back.
    undone.splice(0, undone.length, ...undone.filter((made) => made.row !== row));
    showLast();
  };
  const refuse = (entry, text) => {
    waiting.delete(entry.ref);
    keep();
    const row = document.getElementById(entry.ref);
    if (row) show(row, saved.get(entry.ref).key);
    count();
    complain(text || form.dataset.refused);
  };
  // Returns whether to go on with the next.
  const deliver = async (entry) => {
    entry.sent = true;
    keep();
    let answer;
    try {
      answer = await ask(entry);
    } catch {
      return pause("offline");
    }
    if (answer.type === "opaqueredirect" || answer.status === 400 || answer.status === 401) return pause("signedOut");
    if (answer.status === 429 || answer.status >= 500) return pause("offline");
    const said = await answer.json().catch(() => ({}));
    failed = 0;
    if (said.version === undefined) refuse(entry, said.text);
    else if (answer.ok) settle(entry, { key: said.key, version: said.version });
    else {
      settle(entry, { key: said.key, version: said.version });
      const row = document.getElementById(entry.ref);
      if (answer.status === 409 && row && !waiting.has(entry.ref)) differ(row, entry, said, said.text);
      else complain(said.text);
    }
    const row = document.getElementById(entry.ref);
    if (row && !waiting.has(entry.ref)) show(row, saved.get(entry.ref).key);
    count();
    return true;
  };
  const pause = (state) => {
    failed += 1;
    say(state);
    clearTimeout(again);
    again = setTimeout(send, 1000 * WAITS[Math.min(failed, WAITS.length) - 1]);
    return false;
  };
  const send = async () => {
    if (busy) {
      write();
      return;
    }
    busy = true;
    clearTimeout(again);
    let going = true;
    while (going && waiting.size) {
      if (!failed) say("saving");
      going = await deliver(waiting.values().next().value);
    }
    busy = false;
    if (!waiting.size) say("saved");
  };
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && waiting.size && send());

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "m") press(event.submitter.closest("li"), keyOf(event.submitter));
  });
  // Deeds over many people, and their taking back, wait until every mark is where it belongs; a search only for the line.
  document.addEventListener("submit", (event) => {
    const ready = navigator.onLine && (!waiting.size || event.target === finder);
    if (event.target === form || ready) return;
    event.preventDefault();
    complain(form.dataset.first);
  }, true);

  // With the keyboard: arrows walk, P L E A mark, U takes back.
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "u" && undone.length) {
      event.preventDefault();
      return takeBack();
    }
    const row = event.target.closest("#roster > li");
    const step = { arrowdown: 1, arrowup: -1 }[key];
    if (!row || (!step && !"plea".includes(key))) return;
    event.preventDefault();
    if (step) shown()[shown().indexOf(row) + step]?.focus();
    else press(row, key);
  });

  // What waits may be of people on other pages of the roster: it is sent from here.
  for (const entry of recall()) {
    const row = document.getElementById(entry.ref);
    waiting.set(entry.ref, entry);
    if (row) show(row, entry.key);
  }
  count();
  if (waiting.size) send();
})();
