// Shows a page on a projector: one thing a screen, large. Nothing is copied: what is not shown is set aside.
// Needs no network; nothing moves by itself.
const { body } = document;
const every = (css, root = document) => [...root.querySelectorAll(css)];
const main = document.querySelector("main");
const [opener, bar] = document.querySelector("#projector").content.cloneNode(true).children;
const [number, chapters] = bar.querySelectorAll("p,select");
const counted = number.textContent;

/** What is on no screen: ways about, lists of sources, what print leaves out, what is for the trainer alone. */
const ASIDE = "nav,template,.cited,.own,.print,.nojs,.vh,.practice,.practice~section:not(#results,#cards),#aloud,#cover,#map,#urgent,[hidden]";
const INSIDE = "div:not(.mark),section,article,details,ul,ol,dl";
/** These open on their own screen; others when one comes to what they hold. */
const FOLDED = "article *,#states *";
const ALONE = "summary,.steps>li,.asks>li";
/** Other things go together on a screen, up to so many words. */
const MOST = 45;

const level = ({ localName }) => (localName == "summary" ? 3 : +localName[1]);
const words = (part) => part.textContent.trim().split(/\s+/).length;
const leads = (part) =>
  part.matches("p:not(.counts)") &&
  [...part.childNodes].every((node) => (node.matches ? node.matches("a,button,template") : !/\p{L}/u.test(node.data)));

/** Screens in order: the headings `over` one, its `parts`, and how many `words` these have. */
const collect = () => {
  const found = [];
  let over = [];
  const under = (heading) => {
    const higher = over.filter((other) => level(other) > 1 && level(other) < level(heading));
    over = [...higher, heading].slice(-2);
  };
  const add = (part) => {
    const last = found[found.length - 1];
    const length = part.matches(ALONE) ? MOST : words(part);
    if (last && last.over == over && last.words + length <= MOST) {
      last.parts.push(part);
      last.words += length;
    } else found.push({ over, parts: [part], words: length });
  };
  const walk = (box) => {
    const above = over;
    for (const part of box.children) {
      if (part.matches(ASIDE) || leads(part) || !part.textContent.trim()) continue;
      if (part.matches("h1,h2,h3,h4")) under(part);
      else if (part.matches("summary")) {
        under(part.querySelector("h3") || part);
        add(part);
        if (!box.open && box.matches(FOLDED)) break;
      } else if (part.matches(INSIDE)) walk(part);
      else add(part);
    }
    over = above;
  };
  walk(main);
  return found;
};

const chapter = ({ over, parts }) => {
  const box = parts[0].closest("article,details");
  return (box && (box.querySelector("h2,h3") || box.querySelector("summary"))) || over[0] || parts[0];
};

let screens;
let at = -1;
let opened;
let from;

const clear = () => {
  for (const part of every(".off,.thin", main)) part.classList.remove("off", "thin");
};

/** Set aside all that is not `shown`, holds nothing of it and is not in it. */
const leave = (box, shown) => {
  if (box.matches("summary")) {
    box.classList.add("thin"); // only the heading in it: bare words get something to be set aside by
    for (const bare of [...box.childNodes].filter(({ data }) => data && data.trim())) {
      const span = document.createElement("span");
      bare.replaceWith(span);
      span.append(bare);
    }
  }
  for (const part of box.children) {
    if (shown.includes(part) || part.matches(".practice,#cover")) continue;
    if (shown.some((one) => part.contains(one))) leave(part, shown);
    else part.classList.add("off");
  }
};

/** As large as fits. What does not fit at the least size scrolls. */
const fit = () => {
  const least = Math.max(18, Math.min(innerWidth, innerHeight) / 26);
  let size = least * 2.4;
  body.classList.remove("long");
  do body.style.setProperty("--beam", `${(size = Math.max(least, size * 0.95))}px`);
  while (size > least && (main.scrollHeight > main.clientHeight || main.scrollWidth > main.clientWidth));
  body.classList.toggle("long", size <= least);
  main.tabIndex = size <= least ? 0 : -1; // to be scrolled by keys
  main.scrollTop = 0;
};

const show = (n) => {
  const { over, parts } = screens[n];
  const [first] = parts;
  const box = first.closest("details:not([open])");
  at = n;
  clear();
  if (box && !first.matches("summary")) opened.push(box), (box.open = true);
  leave(main, [...over, ...parts]);
  fit();
  number.textContent = counted.replace(/{n}/g, n + 1).replace(/{total}/g, screens.length);
  chapters.value = every("option", chapters).map(({ value }) => +value).filter((start) => start <= n).pop();
  if (!first.matches("summary")) first.tabIndex = -1;
  first.focus({ preventScroll: true });
};

const gather = () => {
  for (const item of every("ol>li", main)) item.value = [...item.parentNode.children].indexOf(item) + 1; // shown alone, too
  screens = collect();
  const starts = screens.map(chapter);
  chapters.replaceChildren(
    ...starts.flatMap((heading, n) => (heading == starts[n - 1] ? [] : [new Option(heading.textContent, n)])),
  );
};

const start = (button) => {
  from = button;
  opened = [];
  gather();
  body.classList.add("beam");
  body.classList.toggle("dark", matchMedia("(prefers-color-scheme:dark)").matches);
  body.append(bar);
  show(0);
};

const close = () => {
  if (at < 0) return;
  at = -1;
  for (const box of opened) box.open = false;
  clear();
  main.tabIndex = -1;
  body.classList.remove("beam", "dark", "black", "long");
  bar.remove();
  from.focus();
};

/** On or back; a long screen is scrolled to its end first. */
const move = (step) => {
  const top = main.scrollTop;
  if (step * step == 1) main.scrollBy(0, step * main.clientHeight * 0.8);
  if (Math.abs(main.scrollTop - top) < 2) show(Math.min(Math.max(at + step, 0), screens.length - 1));
};

const act = {
  start,
  close,
  back: () => move(-1),
  next: () => move(1),
  shade: () => body.classList.toggle("dark"),
};
const ahead = document.documentElement.dir == "rtl" ? -1 : 1;
const steps = { ArrowRight: ahead, ArrowLeft: -ahead, PageDown: 1, PageUp: -1, " ": 1, Home: -1e9, End: 1e9 };

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (at < 0 || key == "Shift" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (key == "Escape") close();
  else if (body.matches(".black") || key == "b" || key == ".") body.classList.toggle("black");
  else if (target == chapters || (key == " " && target.closest("a,button,summary"))) return;
  else if (steps[key]) move(event.shiftKey ? -steps[key] : steps[key]);
  else if (key != "F5") return; // some clickers send it to begin; the page would be loaded anew
  event.preventDefault();
});
addEventListener("click", ({ target }) => {
  const button = target.closest("[data-beam]");
  if (body.matches(".black")) body.classList.remove("black");
  else if (button) act[button.dataset.beam](button);
  else if (at >= 0 && target.closest(".asks a")) target.closest("a").hash = "projector"; // it goes on there
});
addEventListener("resize", () => at < 0 || fit());
chapters.onchange = () => show(+chapters.value);
// Opened by hand: what it holds comes next.
main.addEventListener("toggle", ({ target }) => {
  if (at < 0 || opened.includes(target)) return;
  gather();
  show(at + target.open);
}, true);
// In the edition in one file the view may change under it, or be emptied.
new MutationObserver(close).observe(main, { attributes: true, attributeFilter: ["hidden"], subtree: true });

for (const spot of every("#projector,main>section>p>[data-act=back]")) spot.after(opener.cloneNode(true));
if (location.hash == "#projector") start(document.querySelector("[data-beam]"));
