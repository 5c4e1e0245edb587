// The units as columns, and the questions that are asked of them: which match, in which order, where is this one.

/** Text as it is compared: letter case, width, Arabic vowel signs and stretching do not count. */
function fold(text) {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  // By way of upper case, so that "STRASSE" finds "Straße"; the marks are those that case mapping and Arabic writing add.
  const folded = text.normalize("NFKC").toUpperCase().toLowerCase();
  return folded.replace(/[\u0307\u0640\u064b-\u0652]/g, "").replaceAll("ς", "σ");
}

class Units {
  constructor(data) {
    const { pages, texts, locales, meanings, contexts, flags } = data;
    // The columns of the units become ours: this.id[unit], this.line[unit], this.source[unit] ...
    Object.assign(this, { pages, texts, locales, meanings, contextSets: contexts, flagSets: flags }, data.units);
    this.count = this.id.length;
    this.pageOf = new Int32Array(this.count);
    this.firstOf = [];
    let at = 0;
    data.pages.units.forEach((count, page) => {
      this.firstOf.push(at);
      this.pageOf.fill(page, at, at + count);
      at += count;
    });
    this.folded = new Array(data.texts.length);
    this.foldedUpTo = 0;
  }

  /** Fold texts until all are done, or the deadline (of requestIdleCallback) says that somebody waits. */
  prepare(deadline) {
    const texts = this.texts;
    while (this.foldedUpTo < texts.length) {
      const end = Math.min(this.foldedUpTo + 500, texts.length);
      for (let text = this.foldedUpTo; text < end; text++) this.folded[text] = fold(texts[text]);
      this.foldedUpTo = end;
      if (deadline && deadline.timeRemaining() < 4) return false;
    }
    return true;
  }

  locale(unit) {
    return this.locales[this.pages.locale[this.pageOf[unit]]];
  }

  sourceLocale(unit) {
    return this.locales[this.pages.source_locale[this.pageOf[unit]]];
  }

  type(unit) {
    return this.pages.type[this.pageOf[unit]] ?? "unknown";
  }

  pageName(unit) {
    return this.pages.name[this.pageOf[unit]];
  }

  /** Which pages the filters leave: one byte a page. */
  #pagesLeft({ locale, type, page }) {
    const wanted = fold(page);
    return Uint8Array.from(this.pages.name, (name, number) => {
      const tag = this.locales[this.pages.locale[number]].tag;
      const kind = this.pages.type[number] ?? "unknown";
      return (!locale || tag === locale) && (!type || kind === type) && fold(name).includes(wanted);
    });
  }

  /** Whether a unit holds what is sought (folded) in its source, target, page or id; each distinct text is searched once. */
  #matcher(sought) {
    if (!sought) return () => true;
    this.prepare();
    this.foldedIds ??= this.id.map(fold);
    const inText = Uint8Array.from(this.folded, (text) => text.includes(sought));
    const inPage = Uint8Array.from(this.pages.name, (name) => fold(name).includes(sought));
    return (unit) =>
      inText[this.source[unit]] ||
      inText[this.target[unit]] ||
      inPage[this.pageOf[unit]] ||
      this.foldedIds[unit].includes(sought);
  }

  /** Numbers of the units that match all that is asked, in page order. */
  find(asked) {
    const matches = this.#matcher(fold(asked.search.trim()));
    const pages = this.#pagesLeft(asked);
    const flags = Uint8Array.from(this.flagSets, (words) => !asked.flag || words.includes(asked.flag));
    const found = [];
    for (let unit = 0; unit < this.count; unit++) {
      if (pages[this.pageOf[unit]] && flags[this.flags[unit]] && matches(unit)) found.push(unit);
    }
    return found;
  }

  /** For each text its place in the alphabet of the source language; found once. */
  #ranks() {
    if (!this.ranks) {
      const compare = new Intl.Collator(this.sourceLocale(0).tag, { numeric: true }).compare;
      const used = [...new Set(this.source)].sort((one, other) => compare(this.texts[one], this.texts[other]));
      this.ranks = new Int32Array(this.texts.length);
      used.forEach((text, rank) => (this.ranks[text] = rank));
    }
    return this.ranks;
  }

  /** The units in another order; those that are equal in it keep the order of the pages. */
  sort(units, order) {
    if (order === "page" || !units.length) return units;
    const alphabetical = order === "az" || order === "za";
    const key = alphabetical ? this.#ranks() : this.texts.map((text) => text.length);
    const sign = order === "longest" || order === "za" ? -1 : 1;
    return units.sort((one, other) => sign * (key[this.source[one]] - key[this.source[other]]));
  }

  /** How often each value of a filter occurs, by value. */
  tally() {
    const counts = { locale: new Map(), type: new Map(), flag: new Map() };
    const add = (map, key, count) => map.set(key, (map.get(key) ?? 0) + count);
    this.pages.units.forEach((count, page) => {
      add(counts.locale, this.locale(this.firstOf[page]).tag, count);
      add(counts.type, this.type(this.firstOf[page]), count);
    });
    for (const set of this.flags) for (const word of this.flagSets[set]) add(counts.flag, word, 1);
    return counts;
  }

  /** The hash that names a unit: its page and its id, which holds no slash. */
  hash(unit) {
    const page = this.pageName(unit).split("/").map(encodeURIComponent).join("/");
    return `#u=${page}/${encodeURIComponent(this.id[unit])}`;
  }

  /** The unit that a hash names, -1 when there is none; of units with one id on a page the first. */
  named(hash) {
    const slash = hash.lastIndexOf("/");
    if (!hash.startsWith("#u=") || slash < 0) return -1;
    try {
      const page = this.pages.name.indexOf(decodeURIComponent(hash.slice(3, slash)));
      if (page < 0) return -1;
      const first = this.firstOf[page];
      const found = this.id.slice(first, first + this.pages.units[page]).indexOf(decodeURIComponent(hash.slice(slash + 1)));
      return found < 0 ? -1 : first + found;
    } catch (error) {
      if (error instanceof URIError) return -1; // a percent sign that encodes nothing
      throw error;
    }
  }
}
