// The picture of one's own cards. Goes on where later.js ends; the edition in one file has no picture.

/** Put the rows of a drawing one below the other again, once some are gone. */
const stack = (node) => {
  let tall = 0;
  for (const row of node.children) {
    if (!row.dataset.tall) continue;
    row.setAttribute("transform", `translate(0 ${tall})`);
    tall += $("[data-tall]", row) ? stack(row) : +row.dataset.tall;
  }
  return tall;
};

/** Leave of a system only what its card says: the level, and the rows that gave it. */
const prune = (strip, { level }, rows) => {
  for (const act of $$("[data-rows]", strip))
    if (!act.dataset.rows.split(" ").some((row) => rows.includes(row))) act.remove();
  for (const line of $$(".likely,.possible", strip)) if (!line.classList.contains(level)) line.remove();
};

/** The whole picture comes with the page of all systems; what of it is shown is chosen here. */
const picture = async (app, link) => {
  const found = $("#picture", await page(app, link.getAttribute("href")));
  const drawn = doc.importNode($("svg", found), true);
  const up = {};
  for (const card of $$("#cards [data-level=likely],#cards [data-level=possible]")) up[card.id.slice(7)] = card;
  if (!Object.keys(up)[0]) return $("#cards").scrollIntoView(); // nothing to draw, or erased meanwhile
  for (const strip of $$("[data-system]", drawn)) {
    const { system, about } = strip.dataset;
    const card = up[system];
    const [first, ...others] = about ? about.split(" ") : [];
    const other = others.find((id) => up[id]);
    if (card) prune(strip, card.dataset, $$("[data-row]", card).map((row) => row.dataset.row));
    else if (!up[first] && !other) strip.remove();
    else if (!up[first]) {
      $(`[data-system="${other}"]`, drawn).after(strip); // a note hangs on the first it is about that came up
      if ((strip.nextElementSibling || strip).dataset.about) $("[display]", strip).removeAttribute("display");
    }
  }
  for (const topic of $$("[data-topic]", drawn)) if (!$("[data-system]", topic)) topic.remove();
  const { x, width } = drawn.viewBox.baseVal;
  drawn.dataset.picture = "mine";
  drawn.setAttribute("aria-label", $("h2", found).textContent);
  drawn.setAttribute("viewBox", `${x} 0 ${width} ${stack(drawn)}`);
  drawn.style.cssText = "display:block;width:100%;margin:16px 0;stroke:currentColor;color:var(--act);outline:0";
  for (const text of $$("text", drawn)) text.style.cssText = "font-family:inherit;font-weight:inherit";
  if (matchMedia("(forced-colors:active)").matches)
    for (const name of ["act", "focus", "line", "ink", "card"])
      drawn.style.setProperty(`--${name}`, name == "card" ? "Canvas" : "CanvasText");
  drawn.setAttribute("tabindex", -1);
  if ($("#cards>svg")) $("#cards>svg").remove();
  $("#cards").prepend(drawn); // it goes when the answers change, or are erased
  drawn.focus();
  drawn.scrollIntoView();
};

Object.assign(self.app, { picture });
