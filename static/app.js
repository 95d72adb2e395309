// The app on the phone: one question at a time, the result worked out here, nothing sent.
const doc = document;
const on = addEventListener;
const $ = (css, root = doc) => root.querySelector(css);
const $$ = (css, root = doc) => [...root.querySelectorAll(css)];
const make = (tag, ...inside) => {
  const made = doc.createElement(tag);
  made.append(...inside);
  return made;
};
const views = { 0: "urgent all", start: "start urgent", all: "errors urgent all", results: "urgent results" };
let fields, at, editing, up, worked, away, whole;

const word = (css) => doc.importNode($(css, $("#words").content), true);
const text = (css) => word(css).textContent;
const fill = (css, values) => text(css).replace(/{(\w+)}/g, (_, key) => values[key]);
const name = (field) => field.id.slice(2);
const short = (key) => $("#q-" + key).dataset.short;
const option = (key, id) => $(`[name=${key}][value=${id}],[name=${key}] [value=${id}]`);
const label = (key, ids) => ids.map((id) => option(key, id).closest("label,option").textContent).join(", ");
const show = (section, shown) => (section.hidden = !shown);

// --- answers ---

const read = () => {
  const answers = {};
  for (const [name, value] of new FormData($("#f")))
    if (value) (answers[name] = answers[name] || []).push(value);
  return answers;
};

const clear = (root) => {
  for (const tick of $$("input,option", root)) tick.checked = tick.selected = false;
};

// --- the result ---

const answer = (key, ids) =>
  fill("#answer", { question: short(key), answer: ids ? label(key, ids) : text("#none") });

const ask = (key, inside) => {
  const button = make("button", inside);
  button.dataset.go = key;
  return button;
};

const line = (key, ids) => make("p", word(ids ? "#said" : "#skipped"), " ", ask(key, ids ? answer(key, ids) : short(key)));

// A row's rule stands on it: "likely car:sometimes plate_cameras:yes".
const rule = (row) => {
  const [level, ...leaves] = row.dataset.when.split(" ");
  return [level, Object.fromEntries(leaves.map((leaf) => leaf.split(/[:,]/)).map(([key, ...ids]) => [key, ids]))];
};

const complete = (card, answers) => {
  const why = $("ul", card);
  const others = [];
  const reasons = $$("li", why);
  const table = reasons.map(rule);
  const { level, rows, depends } = assess(answers, table);
  const of = (css) => word(`[data-level=${level}] ${css}`);
  const used = new Set(table.flatMap(([, when]) => Object.keys(when)));
  card.dataset.level = level;
  card.dataset.depends = depends.join(" ");
  card.firstElementChild.open = level == "likely";
  $("summary", card).prepend(of(".tab"));
  $("h3", card).after(of(".meaning"));
  reasons.forEach((reason, n) => {
    reason.dataset.row = n;
    if (rows.includes(n)) reason.append(...Object.keys(table[n][1]).map((key) => line(key, answers[key])));
    else reason.remove();
  });
  if (!rows.length)
    for (const key of level == "unclear" ? depends : [...used].filter((key) => answers[key]))
      why.append(make("li", line(key, answers[key])));
  for (const field of fields)
    if (used.has(name(field)))
      for (const [other, ids] of changes(answers, table, name(field), $$("input", field).map((tick) => tick.value)))
        others.push(make("li", fill("#would", {
          question: short(name(field)),
          answer: label(name(field), ids),
          level: text(`[data-level=${other}] .tab`),
        })));
  if (others[0])
    card.firstChild.lastChild.before(word(level == "unclear" ? "#depends" : "#change"), make("ul", ...others));
  return level;
};

// Helpers for what came up stand first.
const sort = (root) => {
  for (const group of $$("[data-for]", root).reverse())
    if (group.dataset.for.split(" ").some((id) => up.includes(id))) group.parentNode.prepend(group);
};

// Worked out as one goes, while the cards are hidden, so that the last tap need not wait.
const work = () => {
  if (!$("footer")) return; // the cards are on their way
  const answers = app.read();
  if (worked == (worked = JSON.stringify(answers))) return;
  const notes = [];
  const box = $("#cards");
  const list = $("#answers ul");
  const sections = LEVELS.map((level) => make("section", word(`[data-level=${level}] h2`)));
  let dropped;
  up = [];
  for (const key in answers) {
    const given = answers[key];
    answers[key] = tidy(given);
    dropped |= answers[key].length < given.length;
  }
  for (const whole of $("#every").content.children) {
    const card = doc.importNode(whole, true);
    if (card.dataset.about) notes.unshift(card);
    else {
      const n = LEVELS.indexOf(complete(card, answers));
      sections[n].append(card);
      if (n < 2) up.push(card.id.slice(7));
    }
  }
  box.textContent = list.textContent = "";
  sections.forEach((section, n) => {
    const cards = section.childElementCount - 1;
    section.id = "level-" + LEVELS[n];
    $(`.counts [data-level=${LEVELS[n]}] b`).textContent = cards;
    if (cards) box.append(section);
  });
  for (const note of notes) $(note.dataset.about, box).after(note);
  const empty = Object.values(answers).every((ids) => ids[0] == UNSURE);
  const when = { nothing: empty, none_up: !empty && !up[0], dropped };
  for (const mark of $$("p[data-when]")) show(mark, when[mark.dataset.when]);
  for (const field of fields) list.append(make("li", ask(name(field), answer(name(field), answers[name(field)]))));
  $("#results").after(...(empty ? [$("#help"), $("#rights"), box] : [box, $("#help")]));
  whole = "urgent results cards help unknown" + (empty ? " rights" : "");
  sort(doc);
};

// --- moving about ---

const focus = (spot) => {
  spot.tabIndex = -1;
  spot.focus({ preventScroll: true });
};

const step = (to) => history.pushState(to, "");

const view = (names) => {
  for (const section of $$("main>section")) show(section, names.split(" ").includes(section.id));
};

// What can wait until the counts have been seen: the step of the history, and the cards.
const rest = () => {
  if (at != "results") return;
  if (history.state != at) step(at);
  view(whole);
};

const go = (to, quiet) => {
  if (to == "results") {
    work();
    if (!up) return on("load", () => go(to));
    editing = false;
  } else if (!quiet) step(to);
  const moved = at != null;
  at = to;
  const field = fields[to];
  const total = fields.length - 1;
  const last = !field || editing || to == total;
  const progress = $("#progress");
  view(views[to] || (field ? "all" : to));
  requestAnimationFrame(() => setTimeout(rest, 50));
  for (const part of $$(".topic,fieldset")) show(part, !field || part.contains(field));
  show($("#next"), !last);
  show($("#sides"), field);
  show(progress, field && to < total);
  $("#done").className = last ? "main" : "";
  if (field) {
    progress.firstChild.textContent = fill("#count", { n: to + 1, total });
    let done = to + 1;
    for (const bar of $$("progress")) {
      bar.value = done;
      done -= bar.max;
    }
    $("h2", field.parentNode).after(progress);
  }
  scrollTo(0, 0);
  if (moved) focus($(field ? "legend" : "h1,h2", field || $("#" + to)));
};

// With a cover, only the sheet that says so can be seen.
const cover = (covered) => (doc.documentElement.className = covered ? "js away" : "js");

const begin = () => {
  cover();
  fields = $$("fieldset");
  worked = "";
};

const wipe = () => {
  clear(doc);
  for (const part of $$("#cards,#answers ul,#local,#found,#place")) part.textContent = "";
  worked = "";
  doc.body.hidden = false;
  go("start", true);
};

// --- what needs the network, or is rarely used, is a second script ---

const later = (act, it) => {
  const run = () => app[act](app, it);
  if (app[act]) return run();
  const script = word("script");
  script.onload = run;
  script.onerror = () => act == "keys" || ($("#status").textContent = text("#offline"));
  doc.head.append(script);
};

const acts = {
  next: () => go(at + 1),
  skip: () => (clear(fields[at]), go($("#next").hidden ? "results" : at + 1)),
  back: () => history.back(),
  show: () => cover(),
  leave(link) {
    wipe();
    doc.body.hidden = true;
    location.replace(link.href);
  },
};

const forget = () => Date.now() - away < 6e5 || wipe();

on("click", (event) => {
  const it = event.target.closest("a,button");
  if (!it) return;
  rest();
  const to = it.dataset.go;
  const act = it.dataset.act;
  const anchor = it.getAttribute("href") || "";
  if (to) {
    const field = $("#q-" + to);
    editing = at == "results" && field;
    go(field ? fields.indexOf(field.closest("fieldset")) : to);
  } else if (acts[act]) acts[act](it);
  else if (act) later(act, it);
  else if (anchor[0] == "#") {
    const spot = $(anchor);
    if (spot) {
      step(at);
      spot.scrollIntoView();
      focus(spot);
    }
  } else return;
  event.preventDefault();
});
on("submit", (event) => {
  event.preventDefault();
  go("results");
});
on("change", () => setTimeout(() => at > 0 && work(), 300));
on("popstate", ({ state }) => state === null || go(state, true));
on("pagehide", wipe);
on("visibilitychange", () => {
  if (doc.hidden) cover(at != "start");
  else forget();
  away = doc.hidden ? Date.now() : Infinity;
  setTimeout(forget, 6e5);
});
on("keydown", (event) => later("keys", event), { once: true });

const app = (self.app = { $, $$, make, word, read, option, begin, go, sort, at: () => at });
begin();
go($("#errors") || $("input:checked") ? "all" : "start", true);
history.replaceState(at, "");
