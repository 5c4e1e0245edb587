// A page of the list. Texts go in as text nodes only: whatever a page holds, it is shown and never run.

/** A new element with properties and children (nodes, or text). */
function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** The text, with what was sought in marks; unmarked where folding changed lengths, so that no wrong letters are marked. */
function marked(text, sought) {
  const folded = sought ? fold(text) : "";
  if (!sought || folded.length !== text.length) return [text];
  const parts = [];
  let at = 0;
  for (let hit = folded.indexOf(sought); hit >= 0; hit = folded.indexOf(sought, at)) {
    parts.push(text.slice(at, hit), make("mark", {}, text.slice(hit, hit + sought.length)));
    at = hit + sought.length;
  }
  return [...parts, text.slice(at)];
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
  const cell = make("div", { className: name, dir: locale.rtl ? "rtl" : "ltr" }, ...marked(text, sought));
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
