// The edition in one file: every page is a section of this one, and one list holds the sources of all claims.
// Goes on where later.js ends.
const { go } = self.app;

/** "12, 13" under a claim becomes links to the numbers of the list. */
const cite = (numbers) => {
  const links = numbers.textContent.split(", ").map((number) => {
    const link = make("a", number);
    link.href = `#s${number}`;
    return link;
  });
  numbers.replaceChildren(...links.flatMap((link, n) => (n ? [", ", link] : [link])));
};

/** Open a card's claims with their own sources below, as the page of every record shows them. */
self.app.more = async (app, link) => {
  await more(app, link);
  const claims = link.parentNode.nextElementSibling;
  if (!claims) return;
  const card = link.closest("article").id;
  const cited = new Set($$("i a", claims).map((number) => number.text));
  const list = make("ol");
  list.className = "cited";
  for (const number of [...cited].sort((a, b) => a - b)) {
    const source = $(`#s${number}`).cloneNode(true);
    source.value = number;
    list.append(source);
  }
  claims.append($("#list h3").cloneNode(true), list);
  for (const part of $$("[id]", claims)) part.id = `${card}-${part.id}`;
  for (const number of $$("i a", claims)) number.href = `#${card}-s${number.text}`;
};

/** A link into a section that is not shown shows it first. */
document.addEventListener("click", ({ target }) => {
  const link = target.closest("a[href^='#']:not([data-go],[data-act])");
  const spot = link && $(link.hash);
  const section = spot && spot.closest("main>section");
  if (section && section.hidden) go(section.id, true);
}, true);

self.app.keys = (_, first) => watchShift(() => $("#status"), first);
$$(".claims i").forEach(cite);
const [call] = $(".call").childNodes; // said once in the file, and before each number
for (const number of $$("#states details [href^=tel]")) number.prepend(call.cloneNode());
// What a group fits stands once, on their section.
for (const group of $$("#states details [data-for]"))
  group.dataset.for = group.closest("#states").getAttribute(`data-${group.dataset.for}`);
for (const link of $$("[rel]")) link.target = "_blank"; // so that the answers stay
