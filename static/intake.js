// A whole interview by keys. They count only while nothing is typed into, and can be turned off.
// A digit or a first letter picks an answer, Enter goes on, Backspace goes back, 0 twice empties it for the next person.
const AGAIN = 3000;
let keyed, off, asked;

const named = (text) => text.normalize("NFD").replace(/[^\p{L}]/gu, "").slice(0, 1).toLowerCase();

/** The first letters of an option, one in each language. */
const letters = (label) => {
  const sides = $$("[lang]", label);
  return (sides[0] ? sides : [label]).map((side) => named(side.textContent));
};

/** The question that keys are for: the one in focus, or the first that is shown. */
const current = () => {
  const shown = $$("fieldset").filter((field) => field.offsetParent);
  const focused = document.activeElement.closest("fieldset");
  return [shown, Math.max(0, shown.indexOf(focused))];
};

const reach = (field) => {
  const spot = $("select", field) || $("legend", field);
  if (spot.localName == "legend") spot.tabIndex = -1;
  spot.focus();
  field.scrollIntoView({ block: "nearest" });
};

const pick = (field, key) => {
  const ticks = $$("input", field);
  const at = ticks.findIndex((tick) => tick == document.activeElement);
  const fit = ticks.filter((tick) => letters(tick.parentNode).includes(key));
  const tick = ticks[key - 1] || fit.find((one) => ticks.indexOf(one) > at) || fit[0];
  if (!tick) return false;
  tick.focus(); // it is read out
  tick.click();
  return true;
};

const goOn = ([shown, n]) => {
  if (shown[n + 1]) return reach(shown[n + 1]);
  const next = $("#next").hidden ? $("#done") : $("#next");
  next.click();
  const [{ 0: field }] = current();
  if (field && $("select", field)) reach(field);
};

const goBack = ([shown, n]) => (n ? reach(shown[n - 1]) : history.back());

/** The first press asks, a second within three seconds empties everything and leads to the choice of a language. */
const nextPerson = async (app) => {
  if (Date.now() - asked < AGAIN) return location.replace(`${$(".home").getAttribute("href")}languages#emptied`);
  asked = Date.now();
  $("#status").textContent = $("[data-word=again]", await told(app)).textContent;
  setTimeout(() => ($("#status").textContent = ""), AGAIN);
};

const keysShown = async (app) => {
  let box = $("#keys");
  if (!box) {
    box = document.importNode($("#keys", await told(app)), true);
    document.body.append(box);
  }
  $("[data-act=keysOff]", box).setAttribute("aria-pressed", Boolean(off));
  if (!box.open) box.showModal();
};

const keysOff = (app, button) => {
  off = !off;
  button.setAttribute("aria-pressed", off);
  mark();
};

/** On a wide screen all questions fit beside each other, if they are asked at once. */
const ALL = ":has(.topic:not([hidden])~.topic:not([hidden]))";
const ROOM = "(min-width:72rem)";
const WIDE = `@media ${ROOM}`;
const SHOWN = [
  ".keyed fieldset{counter-reset:key}",
  ".keyed label:has(input){counter-increment:key}",
  ".keyed label:has(input)::after{content:counter(key);margin-inline-start:auto;color:var(--soft);font-weight:400}",
  `${WIDE}{body${ALL} :is(header,main){max-width:none}}`,
  `${WIDE}{body${ALL} #urgent{display:flex;gap:24px;align-items:center;margin:8px 0;padding:0 16px}}`,
  `${WIDE}{body${ALL} #urgent p{max-width:none;margin:0}}`,
  `${WIDE}{.keyed${ALL}{columns:4;column-gap:24px;font-size:14px;line-height:1.3}}`,
  `${WIDE}{.keyed${ALL} fieldset{break-inside:avoid;margin:0 0 10px}}`,
  `${WIDE}{.keyed${ALL} .topic h2{break-after:avoid;margin:0 0 2px;font-size:14px}}`,
  `${WIDE}{.keyed${ALL} .topic svg{width:18px;height:18px}}`,
  `${WIDE}{.keyed${ALL} legend{margin:0 0 2px;font-size:16px;line-height:1.2}}`,
  `${WIDE}{.keyed${ALL} :is(fieldset,.nav) p{margin:0 0 4px}}`,
  `${WIDE}{.keyed${ALL} label:has(input){display:inline-flex;width:auto;min-height:28px;margin:0 4px 4px 0;padding:2px 8px;border-radius:10px}}`,
  `${WIDE}{.keyed${ALL} :is(input){width:18px;height:18px}}`,
  `${WIDE}{.keyed${ALL} :is(select,.main){min-height:40px;padding:4px 12px;font-size:16px}}`,
];
const mark = () => {
  if (!keyed) styled(SHOWN);
  keyed = true;
  $("#f").className = off ? "" : "keyed";
};

const pressed = (app, event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || $("dialog[open]") || document.documentElement.className != "js") return;
  if (target.matches && target.matches("input:not([type=radio],[type=checkbox]),textarea")) return;
  if (key == "?") return keysShown(app);
  if (off || event.repeat) return;
  const asking = typeof app.at() == "number" || app.at() == "all";
  const place = current();
  const field = place[0][place[1]];
  const select = target.localName == "select";
  const enter = key == "Enter" && !/^(a|button|summary)$/i.test(target.localName);
  let used = true;
  if (enter && app.at() == "start") {
    app.go(matchMedia(ROOM).matches ? "all" : 0);
    reach(current()[0][0]);
  }
  else if (key == "0" && !select) nextPerson(app);
  else if (key == "Backspace") asking ? goBack(place) : history.back();
  else if (!asking || !field) return;
  else if (enter) goOn(place);
  else if (select || key.length > 1 || key == " ") return;
  else used = pick(field, key.toLowerCase());
  if (!used) return;
  event.preventDefault();
};

const keys = (app, first) => {
  watchShift(() => $("#status"), first);
  mark();
  pressed(app, first);
  addEventListener("keydown", (event) => pressed(app, event));
};

Object.assign(self.app, { keys, keysOff, nextPerson });
