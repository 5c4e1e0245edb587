// What a person does: search, filter, order, turn pages, copy, follow a link, choose colours.

const byId = (id) => document.getElementById(id);
const units = new Units(JSON.parse(byId("data").textContent));
const FILTERS = ["search", "locale", "type", "flag", "page"];
const number = (value) => value.toLocaleString("en");
/** What is listed: unit numbers in their order, and the place in it at which the page of the list begins. */
const shown = { units: [], start: 0 };

const asked = () => Object.fromEntries(FILTERS.map((id) => [id, byId(id).value]));
const perPage = () => Number(byId("rows").value);
const lastStart = () => Math.max(0, Math.ceil(shown.units.length / perPage()) - 1) * perPage();

function say(text) {
  byId("said").textContent = text;
}

function describe(filters) {
  const parts = FILTERS.filter((id) => filters[id].trim()).map((id) => `${id === "type" ? "translated by" : id} “${filters[id].trim()}”`);
  const found = `${number(shown.units.length)} of ${number(units.count)} units`;
  return parts.length ? `${found}: ${parts.join(", ")}` : found;
}

function draw() {
  const size = perPage();
  const filters = asked();
  const sought = fold(filters.search.trim());
  const end = Math.min(shown.start + size, shown.units.length);
  const rows = shown.units.slice(shown.start, end).map((unit) => rowOf(units, unit, sought));
  if (rows.length) rows[0].tabIndex = 0;
  byId("list").replaceChildren(...rows);
  byId("status").textContent = describe(filters);
  byId("position").textContent = shown.units.length
    ? `${number(shown.start + 1)} to ${number(end)} of ${number(shown.units.length)}`
    : "nothing found";
  byId("first").disabled = byId("previous").disabled = shown.start === 0;
  byId("last").disabled = byId("next").disabled = end === shown.units.length;
}

/** Ask anew, and show the page of the list that holds the unit, or the first. */
function update(unit = -1) {
  shown.units = units.sort(units.find(asked()), byId("order").value);
  const place = Math.max(0, shown.units.indexOf(unit));
  shown.start = place - (place % perPage());
  draw();
}

function turnTo(start) {
  shown.start = Math.min(Math.max(0, start), lastStart());
  draw();
}

/** Where the beginning of the list has been scrolled out of sight, bring it back. */
function showBeginning() {
  const covered = Math.max(0, byId("controls").getBoundingClientRect().bottom);
  if (byId("status").getBoundingClientRect().top < covered) byId("status").scrollIntoView();
}

/** What a person has asked for: shown from its first unit. */
function ask() {
  update();
  showBeginning();
}

function turnAndShow(start) {
  turnTo(start);
  showBeginning();
}

function focusRow(row) {
  for (const other of byId("list").querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}

/** Open the unit that the address names: clear the filters where they hide it. */
function follow() {
  const unit = units.named(location.hash);
  if (unit < 0) {
    if (location.hash.startsWith("#u=")) say("The unit that the address names is not in this report.");
    return;
  }
  if (!units.find(asked()).includes(unit)) byId("controls").reset();
  update(unit);
  const row = byId("list").querySelector(`[data-unit="${unit}"]`);
  row.classList.add("named");
  focusRow(row);
  row.scrollIntoView({ block: "center" });
}

async function copy(row) {
  const unit = Number(row.dataset.unit);
  const done = await copyText(`${units.texts[units.source[unit]]}\n${units.texts[units.target[unit]]}`);
  const button = row.querySelector(".copy");
  button.textContent = done ? "Copied" : "Not copied";
  say(done ? `Copied ${units.id[unit]}` : "The browser did not allow copying");
  setTimeout(() => (button.textContent = "Copy"), 1500);
}

/** Keys on a row of the list; true when the key meant something. */
function rowKey(row, key) {
  const rows = [...byId("list").children];
  const at = rows.indexOf(row);
  const move = (to) => to && focusRow(to);
  const turn = (start, place) => {
    turnTo(start);
    move([...byId("list").children].at(place));
  };
  const keys = {
    ArrowDown: () => (at + 1 < rows.length ? move(rows[at + 1]) : shown.start < lastStart() && turn(shown.start + perPage(), 0)),
    ArrowUp: () => (at > 0 ? move(rows[at - 1]) : shown.start > 0 && turn(shown.start - perPage(), -1)),
    PageDown: () => turn(shown.start + perPage(), 0),
    PageUp: () => turn(shown.start - perPage(), 0),
    Home: () => move(rows[0]),
    End: () => move(rows.at(-1)),
    c: () => copy(row),
    Escape: () => byId("search").focus(),
  };
  const name = key.length === 1 ? key.toLowerCase() : key; // also with Caps Lock
  keys[name]?.();
  return name in keys;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target;
  if (target.id === "search" && event.key === "Escape" && target.value) {
    target.value = "";
    ask();
    event.preventDefault();
  } else if (target.id === "search" && (event.key === "ArrowDown" || event.key === "Enter")) {
    byId("list").firstElementChild?.focus();
    event.preventDefault();
  } else if (event.key === "/" && !target.closest("input, select, textarea")) {
    byId("search").focus();
    byId("search").select();
    event.preventDefault();
  } else if (target.classList?.contains("unit") && rowKey(target, event.key)) {
    event.preventDefault();
  }
}

function fillFilters() {
  const counts = units.tally();
  const names = { HT: "people (HT)", MT: "machine (MT)", unknown: "not said" };
  for (const [id, values] of Object.entries(counts)) {
    for (const value of [...values.keys()].sort()) {
      const label = `${id === "type" ? names[value] : value} (${number(values.get(value))})`;
      byId(id).append(make("option", { value, title: units.meanings[value] ?? "" }, label));
    }
  }
}

/** Names of pages as suggestions, made when first needed: there may be thousands. */
function fillPages() {
  if (byId("page-names").firstChild) return;
  byId("page-names").append(...units.pages.name.map((value) => make("option", { value })));
}

function theme() {
  const themes = ["", "light", "dark"];
  const names = { "": "as the system", light: "light", dark: "dark" };
  const set = (value) => {
    document.documentElement.dataset.theme = value;
    byId("theme").textContent = `Colours: ${names[value]}`;
  };
  const next = () => themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length];
  set("");
  byId("theme").addEventListener("click", () => set(next()));
}

function listen() {
  for (const id of ["search", "page"]) byId(id).addEventListener("input", ask);
  for (const id of ["locale", "type", "flag", "order", "rows"]) byId(id).addEventListener("change", ask);
  byId("page").addEventListener("focus", fillPages);
  byId("controls").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    byId("controls").reset();
    ask();
  });
  byId("first").addEventListener("click", () => turnAndShow(0));
  byId("previous").addEventListener("click", () => turnAndShow(shown.start - perPage()));
  byId("next").addEventListener("click", () => turnAndShow(shown.start + perPage()));
  byId("last").addEventListener("click", () => turnAndShow(lastStart()));
  byId("list").addEventListener("click", (event) => {
    if (event.target.closest(".copy")) copy(event.target.closest(".unit"));
  });
  document.addEventListener("keydown", onKey);
  window.addEventListener("hashchange", follow);
}

/** Make the texts ready for searching while nobody waits. */
function prepareIdly() {
  const idle = window.requestIdleCallback ?? ((run) => setTimeout(() => run({ timeRemaining: () => 10 }), 1));
  idle((deadline) => units.prepare(deadline) || prepareIdly());
}

for (const part of document.querySelectorAll("#units > [hidden], #theme")) part.hidden = false;
if (units.count && units.pages.locale.every((locale) => units.locales[locale].rtl)) byId("target").dir = "rtl"; // above its texts
fillFilters();
theme();
listen();
update();
follow();
prepareIdly();
