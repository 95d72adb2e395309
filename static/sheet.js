// The sheet for a case file: what came up, said once more for a lawyer, and saved or printed on this device.
// Nothing of it is sent: it is put together from the result and from public pages, fetched whole.

/** Questions whose answers no reason tells: on paper they would stand as facts about a person. */
const WITHHELD = ["pay_form", "ssn"];
const CROSSINGS = ["border", "ice"];
const SAVED = { text: ["txt", "text/plain"], json: ["json", "application/json"], csv: ["csv", "text/csv"] };

/** The languages of the page: one, or two side by side. */
const tongues = () => {
  const two = $$(".skip [lang]").map((side) => side.lang);
  return two[0] ? two : [document.documentElement.lang];
};

/** What an element says, by language; parts of it may be left out. A language in which it says nothing is not there. */
const saidIn = (node, without) =>
  Object.fromEntries(tongues().map((lang) => {
    const copy = node.cloneNode(true);
    for (const part of without ? $$(without, copy) : []) part.remove();
    for (const side of $$(`.two>:not([lang="${lang}"])`, copy)) side.remove();
    return [lang, copy.textContent.replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim()];
  }).filter(([, text]) => text));

const inLine = (words) => [...new Set(Object.values(words))].join(between);

/** Whether a row's answers are those that stay out of reasons. */
const telling = (when) =>
  when.split(" ").slice(1).some((leaf) => {
    const [key, ...ids] = leaf.split(/[:,]/);
    return WITHHELD.includes(key) || ids.every((id) => CROSSINGS.includes(id));
  });

/** One system of the result as data: words by language, ids beside them. */
const finding = (card, records, word) => {
  const { level } = card.dataset;
  const long = $(`[id$="${card.id}"]`, records);
  const rows = $$("[data-row]", card);
  return {
    system: card.id.slice(7),
    level,
    name: saidIn($("h3", card)),
    level_name: saidIn($(".tab", card)),
    reasons: (rows[0] ? rows : [$(".meaning", card)]).map((row) =>
      row.dataset.when && telling(row.dataset.when) ? saidIn(word("withheld")) : saidIn(row, "p")),
    reach: saidIn($("summary~p", card)),
    follow_ups: $$(".asked li", long).map((question) => saidIn(question)),
    sources: [...new Set($$("[data-section=reach] a[href^='#s-']", long).map(({ hash }) => hash))].map((hash) => {
      const source = $(hash, long);
      const link = $("a", source);
      return { title: $("cite", source).textContent, url: link && link.href, about: saidIn(source) };
    }),
  };
};

/** Everything the sheet tells. The answers are in it only if they were asked for. */
const sheet = async (app) => {
  const box = $("#extras");
  const records = await page(app, box.dataset.records);
  const word = (name) => $(`[data-word=${name}]`, box);
  const cards = $$("#cards article:not([data-about])");
  return {
    format: "on-file-sheet-1",
    version: box.dataset.version,
    facts_of: box.dataset.date,
    languages: tongues(),
    notice: $$("footer>p").map((line) => saidIn(line)),
    findings: cards.map((card) => finding(card, records, word)),
    ...($("#with-answers").checked && {
      answers: $$("#answers li").map((answer) => {
        const question = $("[data-go]", answer).dataset.go;
        return { question, options: ticks()[question] || [], text: saidIn(answer) };
      }),
    }),
    words: Object.fromEntries($$("[data-word]", box).map((text) => [text.dataset.word, saidIn(text)])),
  };
};

/** Its lines, as [kind, words, label]; plain text and paper are made of the same. */
const linesOf = (made) => {
  const { words } = made;
  const lines = [["h1", words.title], ["blank", words.person], ["blank", words.number]];
  for (const line of [...made.notice, words.keep]) lines.push(["p", line]);
  const detailed = made.findings.filter(({ level }) => level != "unlikely");
  const rest = made.findings.filter(({ level }) => level == "unlikely");
  const cited = new Map();
  for (const { name, level_name, reasons, reach, follow_ups, sources } of detailed) {
    lines.push(["h2", name], ["p", level_name]);
    for (const reason of reasons) lines.push(["p", reason, words.why]);
    lines.push(["p", reach, words.reach], ["h3", words.asked], ...follow_ups.map((question) => ["li", question]));
    for (const { about } of sources) cited.set(inLine(about), about);
  }
  if (rest[0]) lines.push(["h2", words.unlikely], ...rest.map(({ name }) => ["li", name]));
  if (made.answers) lines.push(["h2", words.answers], ["p", words.taken], ...made.answers.map(({ text }) => ["li", text]));
  lines.push(["h2", words.sources], ...[...cited.values()].map((about) => ["li", about]));
  return lines;
};

const BLANK = ": ____________________";
const plain = (made) => {
  const marks = { h1: ["", "\n"], h2: ["\n## ", ""], h3: ["", ":"], li: ["- ", ""], blank: ["", BLANK], p: ["", ""] };
  const texts = linesOf(made).map(([kind, words, label]) =>
    (label ? `${inLine(label)}: ` : "") + marks[kind].join(inLine(words)));
  return `${texts.join("\n")}\n`;
};

/** A row each finding; lists within a field are parted by " | ", languages by " · ". */
const table = (made) => {
  const rows = made.findings.map(({ system, level, name, level_name, reasons, reach, follow_ups, sources }) => [
    system, level, inLine(name), inLine(level_name), reasons.map(inLine).join(" | "), inLine(reach),
    follow_ups.map(inLine).join(" | "), sources.map(({ url, title }) => url || title).join(" | "), made.version, made.facts_of,
  ]);
  const head = ["system", "level", "name", "level_name", "reasons", "reach", "follow_ups", "sources", "version", "facts_of"];
  return `\ufeff${[head, ...rows].map((row) => row.map((field) => `"${field.replace(/"/g, '""')}"`).join(",")).join("\r\n")}\r\n`;
};

/** The sheet as it is printed; on the screen it is not shown. It goes when the result goes. */
const paper = (made) => {
  const part = make("div");
  part.id = "sheet";
  let list;
  for (const [kind, words, label] of linesOf(made)) {
    const line = make(kind == "blank" ? "p" : kind);
    for (const [lang, text] of Object.entries(words)) {
      const side = make("span");
      if (label) side.append(make("b", `${label[lang]}: `));
      side.append(kind == "blank" ? text + BLANK : text);
      Object.assign(side, { lang, dir: "auto" });
      line.append(side);
    }
    if (kind != "li") list = null;
    else if (!list) part.append((list = make("ul")));
    (list || part).append(line);
  }
  return part;
};

const save = (kind, text) => {
  const [end, type] = SAVED[kind];
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `on-file.${end}`; // says nothing of whom it is about
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
};

const report = (name) => ($("#extras [role=status]").textContent = name && $(`#extras [data-word=${name}]`).textContent);

/** What the buttons of the sheet do, by their kind. */
const file = async (app, button) => {
  const { kind } = button.dataset;
  const made = await sheet(app);
  report("");
  if (kind == "print") {
    for (const old of $$("#sheet")) old.remove();
    $("#cards").append(paper(made));
    document.body.className = "sheet";
    addEventListener("afterprint", () => (document.body.className = ""), { once: true });
    return print();
  }
  const { words, ...data } = made;
  const text = kind == "csv" ? table(made) : kind == "json" ? `${JSON.stringify(data, null, 1)}\n` : plain(made);
  if (kind == "copy")
    return navigator.clipboard.writeText(text).then(() => report("copied"), () => report("uncopied"));
  save(kind, text);
  report("saved");
};

/** What more one can do with a result: opened in its place, its words come with a page that is fetched whole. */
const extras = async (app, link) => {
  const old = $("#extras");
  if (old) return old.focus();
  const words = await told(app);
  link.parentNode.after(document.importNode($("#extras", words), true));
  $("#extras").focus();
};

Object.assign(self.app, { extras, file });
