// A page of the list. Texts go in as text nodes only: whatever a page holds, it is shown and never run.

/** A new element with properties and children (nodes, or text). */
function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Tags, character references, code spans and where links lead: each keeps its own order, left to right, in every script.
 * Found by their looks: they decide how a text is set, and never what it is.
 */
const MARKUP = new RegExp(
  [
    /<[a-z/!?][^<>]*>/, // <b>, </b>, <!-- comment -->, <https://fernhaven.example>
    /&(?:[a-z][a-z0-9]*|#x?[0-9a-f]+);/, // &lt;
    /(?<!`)(`+)[^`]+\1(?!`)/, // `code`
    /(?<=\])\((?:[^()\n]|\([^()\n]*\))*\)/, // [words](settings.md)
  ]
    .map((one) => one.source)
    .join("|"),
  "gi",
);

/** Where what was sought begins and ends; nowhere where folding changed lengths, so that no wrong letters are marked. */
function hits(text, sought) {
  const folded = sought ? fold(text) : "";
  const found = [];
  if (!sought || folded.length !== text.length) return found;
  for (let at = folded.indexOf(sought); at >= 0; at = folded.indexOf(sought, at + sought.length)) {
    found.push([at, at + sought.length]);
  }
  return found;
}

/** A part of the text, its hits in marks. */
function cut(text, start, end, found) {
  const parts = [];
  let at = start;
  for (const [from, to] of found) {
    if (to <= at || from >= end) continue;
    const [first, last] = [Math.max(from, at), Math.min(to, end)];
    parts.push(text.slice(at, first), make("mark", {}, text.slice(first, last)));
    at = last;
  }
  return [...parts, text.slice(at, end)].filter((part) => part !== "");
}

function marked(text, sought) {
  return cut(text, 0, text.length, hits(text, sought));
}

/** A segment: its markup set apart, so that an Arabic sentence does not turn a tag around. */
function segment(text, sought) {
  const found = hits(text, sought);
  const parts = [];
  let at = 0;
  for (const { 0: code, index } of text.matchAll(MARKUP)) {
    const end = index + code.length;
    parts.push(...cut(text, at, index, found), make("bdi", { className: "code", dir: "ltr" }, ...cut(text, index, end, found)));
    at = end;
  }
  return [...parts, ...cut(text, at, text.length, found)];
}

function badges(units, unit) {
  const type = units.type(unit);
  const shown = [make("span", { className: `badge ${type}` }, type === "unknown" ? "HT or MT" : type)];
  for (const word of units.contextSets[units.context[unit]]) shown.push(make("span", { className: "badge" }, word));
  for (const word of units.flagSets[units.flags[unit]]) {
    shown.push(make("span", { className: "badge flag", title: units.meanings[word] }, word));
  }
  return make("div", { className: "badges" }, ...shown);
}

function placeCell(units, unit, sought) {
  const id = units.id[unit];
  const link = make("a", { href: units.hash(unit), title: "Link to this unit" }, ...marked(id, sought));
  const page = make("bdi", { className: "page" }, ...marked(units.pageName(unit), sought), `:${units.line[unit]}`);
  const copy = make("button", { type: "button", className: "copy" }, "Copy");
  copy.setAttribute("aria-label", `Copy source and target of ${id}`);
  const cell = make("div", { className: "place" }, page, link, badges(units, unit), copy);
  const heading = units.heading[unit];
  if (heading >= 0 && heading !== units.source[unit]) {
    cell.insertBefore(make("bdi", { className: "heading", title: "Heading above" }, units.texts[heading]), link);
  }
  cell.setAttribute("role", "cell");
  return cell;
}

function textCell(name, text, locale, sought) {
  const cell = make("div", { className: name, dir: locale.rtl ? "rtl" : "ltr" }, ...segment(text, sought));
  if (locale.tag !== "und") cell.lang = locale.tag;
  cell.setAttribute("role", "cell");
  return cell;
}

function rowOf(units, unit, sought) {
  const row = make(
    "div",
    { className: "unit", tabIndex: -1 },
    placeCell(units, unit, sought),
    textCell("source", units.texts[units.source[unit]], units.sourceLocale(unit), sought),
    textCell("target", units.texts[units.target[unit]], units.locale(unit), sought),
  );
  row.setAttribute("role", "row");
  row.dataset.unit = unit;
  return row;
}

/** Put text on the clipboard; where the modern way is closed, by way of a selected field. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { value: text, className: "unseen" });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return done;
  }
}
