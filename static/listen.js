// Reads aloud what is seen, a sentence at a time, and marks it. Nothing of it is kept.
// In the app it goes on where counties.js ends; on pages beside the app it stands alone.
{
  const { body, documentElement: root } = document;
  const every = (css, from) => [...from.querySelectorAll(css)];
  const speech = self.speechSynthesis;

  // --- voices ---

  const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];

  /** A voice on the phone for a language. One from the network would get the words of answers: never that. */
  const voice = (tag) => {
    const local = speech ? speech.getVoices().filter(({ localService }) => localService === true) : [];
    const fit = local.filter(({ lang }) => base(lang) == base(tag));
    return fit.find((one) => one.default) || fit[0];
  };

  /** The language of the page, or both of two. */
  const languages = () => [root.lang, ...every(".skip [lang]", body).map(({ lang }) => lang)];

  /** Whether there is a voice. Browsers may list theirs late; a second is waited. */
  const found = () =>
    new Promise((done) => {
      const look = () => languages().some(voice) && done(true);
      if (!speech) return done(false);
      speech.onvoiceschanged = look;
      look();
      setTimeout(done, 1000, false);
    });

  // --- what is read ---

  /** What is seen but not said: other buttons, lists of sources, what a screen reader was told to leave out. */
  const SILENT = "[aria-hidden=true],[data-act],[data-beam],.vh,.print,.cited,.two>i,nav,select,small a";
  const BLOCK = "p,li,label,legend,h1,h2,h3,h4,summary,.tab,.meaning";
  const seen = (part) =>
    part.isConnected && part.getClientRects().length && !part.closest("details:not([open])>:not(summary)");

  /** A text cut into sentences: [where it begins, words]. Without the means to cut, it stays whole. */
  const cuts = (text, lang) => {
    if (!self.Intl || !Intl.Segmenter) return [[0, text]];
    const made = [];
    for (const { index, segment } of new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)) {
      const last = made[made.length - 1];
      if (last && /(^|[\s.])\p{Lu}{1,2}\.\s*$/u.test(last[1])) last[1] += segment; // "EE. UU." ends none
      else made.push([index, segment]);
    }
    return made;
  };

  /** Texts in one block and one language, as sentences: each with its words, its voice and where it stands. */
  const sentences = ({ block, lang, voice, nodes }) => {
    const spot = (offset) => {
      for (const node of nodes) {
        if (offset <= node.length) return [node, offset];
        offset -= node.length;
      }
    };
    return cuts(nodes.map(({ data }) => data).join(""), lang)
      .filter(([, text]) => /[\p{L}\p{N}]/u.test(text))
      .map(([from, text]) => {
        const range = document.createRange();
        range.setStart(...spot(from + text.length - text.trimStart().length));
        range.setEnd(...spot(from + text.trimEnd().length));
        return { block, voice, range, text: text.trim().replace(/\s+/g, " ") };
      });
  };

  const gather = (parts) => {
    const runs = [];
    for (const part of parts) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const node = texts.currentNode;
        const holder = node.parentElement;
        if (holder.closest(SILENT) || !seen(holder)) continue;
        const block = holder.closest(BLOCK) || holder;
        // A name in English is read by the voice that reads around it.
        const { lang } = holder.closest("[lang]:not(bdi):not(cite)");
        const last = runs[runs.length - 1];
        const broken = node.previousSibling && node.previousSibling.nodeName == "BR";
        if (last && !broken && last.block == block && last.lang == lang) last.nodes.push(node);
        else runs.push({ block, lang, voice: voice(lang) || (!holder.closest(".two") && voice(root.lang)), nodes: [node] });
      }
    }
    return runs.filter((run) => run.voice).flatMap(sentences);
  };

  // --- reading ---

  const marks = self.CSS && CSS.highlights;
  const bar = document.createElement("div");
  const [turn, halt] = ["button", "button"].map((tag) => bar.appendChild(document.createElement(tag)));
  turn.type = halt.type = "button";
  bar.id = "speaker";

  let words, queue, at, current, heard, watch;
  const word = (name) => document.importNode(words.querySelector(`[data-word="listen.${name}"]`), true);
  const label = (button, name) => button.replaceChildren(...word(name).childNodes);

  const mark = (now) => {
    for (const old of every(".said", body)) old.classList.remove("said");
    if (marks) marks.delete("said");
    if (!now) return;
    if (marks) marks.set("said", new Highlight(now.range));
    else now.block.classList.add("said");
    const { top, bottom } = now.range.getBoundingClientRect();
    if (top > 80 && bottom < innerHeight - 100) return;
    const behavior = matchMedia("(prefers-reduced-motion:reduce)").matches ? "auto" : "smooth";
    scrollBy({ top: top - innerHeight / 3, behavior });
  };

  const say = () => {
    while (queue[at] && !seen(queue[at].block)) at++; // folded since
    const now = queue[at];
    if (!now) return stop();
    const said = (current = new SpeechSynthesisUtterance(now.text));
    said.voice = now.voice;
    said.lang = now.voice.lang;
    said.onstart = () => label(turn, (heard = true) && "pause");
    said.onend = () => said == current && (at++, say());
    said.onerror = () => said == current && pause(); // such as a browser that wants a tap first
    mark(now);
    speech.speak(said);
  };

  /** Some phones cannot pause a voice: it is stopped, and the sentence begins anew. */
  const pause = () => {
    current = null;
    heard = false;
    speech.cancel();
    label(turn, "go_on");
  };

  const stop = () => {
    if (!queue) return;
    pause();
    queue = null;
    watch.disconnect();
    mark();
    bar.remove();
  };

  turn.onclick = () => {
    const go = !heard;
    pause();
    if (go) say();
  };
  halt.onclick = stop;
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  addEventListener("keydown", ({ key }) => key == "Escape" && stop());

  /** Read parts of the page aloud; `view` tells which view of the app is shown. */
  const read = (parts, view) => {
    const began = view();
    const { lang } = root;
    stop();
    queue = gather(parts);
    at = 0;
    watch = new MutationObserver(
      () => (body.hidden || root.lang != lang || root.matches(".away") || view() !== began) && stop(),
    );
    watch.observe(root, { attributes: true, attributeFilter: ["hidden", "lang", "class"], subtree: true });
    label(turn, "go_on"); // until it is heard
    label(halt, "stop");
    body.append(bar);
    say();
  };

  if (self.app) {
    self.app.listen = async (app, button) => {
      const path = $("[data-act=place]").getAttribute("formaction").replace(/#.*/, "tools");
      const began = app.at();
      const [other, there] = await Promise.all([page(app, path), found()]);
      if (document.hidden || app.at() !== began || !button.isConnected) return; // gone on meanwhile
      if (!words) dressed($("#tools", other).content);
      words = $("#tools", other).content;
      const parts = began == "results" ? [$("#results"), $("#cards")] : [$$("fieldset")[began]];
      if (there) return read(parts, app.at);
      for (const one of $$("[data-act=listen]")) one.remove();
      $("#status").textContent = word("none").textContent;
      addEventListener("click", () => ($("#status").textContent = ""), { once: true });
    };
  } else {
    words = document.querySelector("#tools").content;
    found().then((there) => {
      for (const heading of there ? every("main>h1,.long>h2,main>section>h2", document) : []) {
        const box = heading.parentNode;
        const parts = box.matches("main") ? [...box.children].filter((part) => !part.matches("section,article")) : [box];
        if (box.querySelector(":scope>.cited") || box.id == "map") continue;
        const button = document.createElement("button");
        const line = document.createElement("p");
        button.type = "button";
        button.tabIndex = -1; // screen readers have a voice of their own
        line.setAttribute("aria-hidden", "true");
        button.dataset.act = "listen";
        label(button, "start");
        button.onclick = () => read(parts, () => 0);
        line.append(button);
        heading.after(line);
      }
    });
  }
}
