// Finding one's county. All of them come in one file; the choice stands in the form, which nobody sends.
// Goes on where later.js ends; the edition in one file has no counties.

/** Once a county was looked for: the page that tells of places, its words, and every county there is. */
let places;

const gather = async (app) => {
  const path = $("[data-act=place]").getAttribute("formaction").replace(/#.*/, "place");
  const found = await page(app, path);
  const finder = $("#finder", found);
  places = { found, words: finder.content, list: await page(app, finder.dataset.places) };
};

const said = (name) => $(`[data-word="${name}"]`, places.words).textContent;
const day = (date) => $(`[data-date="${date}"]`, places.words).textContent;
const named = (answer) => option("plate_cameras", answer).closest("label").textContent;
const picked = () => $("#state").selectedOptions[0];

/** A sentence about a county, its gaps filled; where a page is in two languages, each with its own date. */
const fact = (name, values) => {
  const made = doc.importNode($(`[data-fact="${name}"]`, places.words), true);
  const texts = doc.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  const { lang } = doc.documentElement;
  while (texts.nextNode()) {
    const side = texts.currentNode.parentNode.closest("[lang]");
    texts.currentNode.data = texts.currentNode.data.replace(/{(\w+)}/g, (_, key) => {
      const [first, second = first] = values[key].toLocaleString(lang).split(between);
      return side && side.lang != lang ? second : first;
    });
  }
  return made;
};

/** What the lists say of a county of the chosen state. */
const known = (fips) => {
  const { states, answers, models, offices, dates, plate_cameras: mapped } = places.list;
  const state = states[picked().value];
  const n = state ? state.findIndex(([code]) => code == fips) : -1;
  if (n < 0) return null; // the state was changed since
  const [, name, means, own, others, agencies, office, listed] = state[n];
  const cameras = mapped.mapped[picked().value][n];
  return {
    where: picked().text.split(between).map((state) => `${name}, ${state}`).join(between), answers: answers[means], own: models[own], others: models[others],
    agencies, office: offices[office], listed: day(dates[listed]), cameras,
    mapped: cameras == null ? "" : day(mapped.dates[fips] || mapped.as_of), many: cameras >= mapped.known,
  };
};

/** The form's answers, with what the chosen county says. */
self.app.read = () => {
  const given = ticks();
  const here = places && given.county && known(given.county[0]);
  const counted = here && here.many && given.plate_cameras == "not_sure";
  if (here) given.county_287g = here.answers[0] ? here.answers : ["not_sure"];
  if (counted) given.plate_cameras = ["yes"];
  Promise.resolve().then(() => tell(here, counted)); // once the cards stand
  return given;
};

/** Put what the place tells into the result: on cards, and in a part of its own. */
const tell = (here, counted) => {
  const cards = $("#cards").firstChild;
  if (!cards || cards.told) return;
  cards.told = true;
  if ($("#place")) $("#place").remove();
  if (!places || !picked().value) return;
  const panel = doc.importNode($("#place", places.words), true);
  const laws = doc.importNode($(`#place-${picked().value}`, places.found), true);
  const title = $("h3", panel);
  laws.firstElementChild.remove();
  title.textContent = here ? here.where : picked().text;
  title.after(...(here ? facts(here) : []), ...laws.childNodes);
  $("#answers").after(panel);
  if (!here) return;
  for (const line of $$("#cards [data-go=county_287g]")) {
    line.replaceChildren(fact("answer", { question: $("#q-county_287g").dataset.short, answer: here.where }));
    line.parentNode.after(fact("county_list", { date: here.listed }));
  }
  if (counted)
    for (const line of $$("#cards li>p>[data-go=plate_cameras]")) {
      line.textContent = line.textContent.replace(named("yes"), named("not_sure"));
      line.parentNode.after(fact("county_cameras", { date: here.mapped, number: here.cameras }));
    }
};

const facts = ({ own, others, agencies, cameras, listed, mapped, office }) => [
  ...(own[0] || others[0]
    ? [fact("agencies", { date: listed, number: agencies })]
    : [fact("unlisted", { date: listed })]),
  ...own.map((model) => fact(`own.${model}`)),
  ...others.map((model) => fact(`others.${model}`)),
  fact("check"),
  fact(cameras == null ? "uncounted" : cameras ? "cameras" : "unmapped", { date: mapped, number: cameras }),
  fact("office", { name: office }),
  fact("credit"),
];

/** So many names are offered; more would not fit a screen. */
const MOST = 8;
const count = () => self.app.word("#count").textContent;
const folded = (text) => text.normalize("NFD").replace(/[^\p{L} ]/gu, "").toLowerCase();

const press = (text, act) => {
  const button = make("button", text);
  button.type = "button";
  button.onclick = act;
  return button;
};

/** Show a part of the picker in place of the one before. */
const put = (...parts) => {
  const box = make("div", ...parts);
  box.id = "found";
  if ($("#found")) $("#found").remove();
  $("[data-act=place]").parentNode.after(box);
};

/** A field to type into, and the names that fit. Enter takes the first. */
const offer = (word, names, pick) => {
  const label = make("label", said(word));
  const input = make("input");
  const status = make("p");
  const list = make("ul");
  input.id = label.htmlFor = "find";
  input.type = "search";
  input.autocomplete = "off";
  input.style.cssText = "width:100%;height:54px;padding:8px 16px;border:1px solid var(--line);border-radius:14px;font:inherit;margin:4px 0 12px";
  status.setAttribute("role", "status");
  input.oninput = () => {
    const wanted = ` ${folded(input.value)}`;
    const place = ([, name]) => ` ${folded(name)}`.indexOf(wanted);
    const fit = names.filter((entry) => place(entry) >= 0).sort((one, two) => place(one) - place(two));
    const shown = { n: Math.min(fit.length, MOST), total: names.length };
    status.textContent = fit[0] ? count().replace(/{(\w+)}/g, (_, key) => shown[key]) : said("none");
    list.replaceChildren(...fit.slice(0, MOST).map(([id, name]) => make("li", press(name, () => pick(id)))));
  };
  input.onkeydown = (event) => {
    if (event.key != "Enter") return;
    event.preventDefault(); // it would send the form
    const first = $("button", list);
    if (first) first.click();
  };
  input.oninput();
  put(label, input, make("p", said("loaded")), status, list);
  return input;
};

/** Let people find their state, then their county. */
const find = () => {
  const state = $("#state");
  state.onchange = find;
  if (state.value) return offer("county", places.list.states[state.value] || [], (fips) => choose(fips).focus());
  const names = [...state.options].slice(1).map(({ value, text }) => [value, text]);
  return offer("state", names, (code) => {
    state.value = code;
    find().focus();
  });
};

/** Take a county: a choice in the form, and its name to be seen. */
const choose = (fips) => {
  const name = known(fips).where;
  const held = make("select", make("option"), new Option(name, fips, true, true));
  const again = press(said("again"), () => find().focus());
  const codes = ["jail", "street", "barred", "not_sure"].map((value) => {
    const tick = Object.assign(make("input"), { type: "checkbox", name: "county_287g", value });
    return Object.assign(make("label", tick), { hidden: true });
  });
  held.name = "county";
  held.hidden = true;
  put(make("p", make("b", name)), make("p", again), held, ...codes);
  held.dispatchEvent(new Event("change", { bubbles: true }));
  return again;
};

const place = async (app) => {
  await gather(app);
  find().focus();
};

/** The same in another language's page. */
const findAgain = async (county) => {
  await gather(self.app);
  find();
  if (county) choose(county[0]);
};

Object.assign(self.app, { place, findAgain });
