// What the app does over the network: other languages, dates and sources, help by state; and sharing.
// Loaded when first used. Every page is fetched whole, once, and never by what was answered.
if (self.app.share) return; // it was asked for twice while it was on its way

const doc = document;
const pages = {};
/** What stands between two languages in one line. */
const between = " · ";
const { $, $$, make, option, read: ticks } = self.app;

const page = ({ word }, path) => {
  if (path[0] == "#") return $(path); // the one-file edition has every page inside
  const say = (css) => ($("#status").textContent = css && word(css).textContent);
  say("#loading");
  pages[path] = pages[path] || new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open("GET", path);
    call.responseType = path.endsWith("json") ? "json" : "document";
    call.onload = () => (call.status == 200 ? done(call.response) : failed());
    call.onerror = failed;
    call.send();
  });
  return pages[path].then(
    (found) => {
      say("");
      return found;
    },
    () => {
      delete pages[path];
      say("#offline");
      return new Promise(() => {});
    },
  );
};

/** Swap the words of the page for another language's, in place; answers and view stay. */
const language = async (app, button) => {
  const { begin, go, at } = app;
  const path = button.getAttribute("formaction");
  const other = await page(app, path);
  const { county, ...given } = ticks();
  const view = at();
  const open = $$("#cards details[open]").map((card) => card.parentNode.id);
  const helped = $("#local>*");
  const finding = $("#found");
  for (const css of ["body>.vh", ".skip", "header", "main", "#every", "footer"])
    $(css).replaceWith(doc.importNode($(css, other), true));
  for (const key of ["lang", "dir"]) doc.documentElement[key] = other.documentElement[key];
  doc.title = other.title;
  begin();
  for (const name in given)
    for (const id of given[name]) option(name, id).checked = option(name, id).selected = true;
  if (finding) await app.findAgain(county);
  go(view, true);
  history.replaceState(view, "", path);
  for (const card of $$("#cards article")) $("details", card).open = open.includes(card.id);
  $("header button").focus();
  if (helped) near(app, $("#near a"));
};

/** Show the help of one state. The page holds every state, so that the request does not tell which. */
const near = async (app, link) => {
  const { sort } = app;
  let pick = $("#near select");
  if (!pick) {
    const label = $("label[for=state]").cloneNode(true);
    pick = $("#state").cloneNode(true);
    pick.id = "near-state";
    pick.removeAttribute("name");
    pick.value = $("#state").value;
    pick.onchange = () => near(app, link);
    label.htmlFor = pick.id;
    label.removeAttribute("id");
    link.before(label, pick);
  }
  const code = ($("#state").value = pick.value);
  if (!code) return pick.focus();
  const state = doc.importNode($(`#state-${code}`, await page(app, link.getAttribute("href"))), true);
  const head = make("h3", $("summary", state).textContent);
  $("summary", state).remove();
  head.tabIndex = -1;
  const local = $("#local") || make("div");
  local.id = "local";
  local.textContent = "";
  local.append(head, ...state.children);
  $("#near").after(local);
  sort(local);
  head.focus();
};

/** Open or close a card's dates and sources in place. */
const more = async (app, link) => {
  const shown = () => link.parentNode.nextElementSibling;
  link.setAttribute("aria-expanded", !shown());
  if (shown()) return shown().remove();
  const id = link.closest("article").id;
  const claims = app.$(`[id$=${id}] .claims`, await page(app, link.getAttribute("href")));
  if (!shown()) link.parentNode.after(doc.importNode(claims, true));
};

/** Copy the plain address of the page, never a result; show it where copying is not allowed. */
const share = async (app, button) => {
  const address = app.$(".home").href;
  const copied = navigator.clipboard
    ? await navigator.clipboard.writeText(address).then(() => true, () => false)
    : false;
  const shown = button.nextElementSibling || make("output");
  shown.textContent = (copied ? ` ${button.dataset.done} ` : " ") + address;
  button.after(shown);
};

/** Rules that only this script needs; what the browser does not know is left out. */
const styled = (rules) => {
  const { sheet } = $("style");
  for (const rule of rules)
    try {
      sheet.insertRule(rule, sheet.cssRules.length);
    } catch {}
};

/** The same, from the words of a page: one rule a line. */
const dressed = (words) => styled($("[data-rules]", words).textContent.trim().split("\n"));

/** Words and parts for whoever asks others: they stand in a page that tells of them. */
const told = async (app) => {
  const words = $("#intake", await page(app, `${$(".home").getAttribute("href")}tools`)).content;
  if (!told.once) dressed(words);
  told.once = true;
  return words;
};

Object.assign(self.app, { language, near, more, share });
