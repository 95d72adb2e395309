// Two languages at once: a screen reader hears both, or one by choice.
const doc = document;
const box = doc.querySelector('#aloud');
const both = box.querySelector('button');
let heard = '';
const hush = () => {
  for (const side of doc.querySelectorAll('.two>*')) {
    const silent = heard && side.lang !== heard;
    if (silent) side.setAttribute('aria-hidden', 'true');
    else side.removeAttribute('aria-hidden');
    for (const link of side.querySelectorAll('a')) link.tabIndex = silent ? -1 : 0;
  }
};
const choose = (button) => {
  heard = button.lang;
  hush();
  for (const one of box.querySelectorAll('button')) one.setAttribute('aria-pressed', one === button);
};
for (const { lang, dir } of [...doc.querySelectorAll('.skip [lang]')]) {
  const button = doc.createElement('button');
  Object.assign(button, { type: 'button', lang, dir, textContent: doc.querySelector(`header div [lang="${lang}"]`).textContent });
  button.setAttribute('aria-pressed', 'false');
  both.before(button);
}
box.hidden = false;
box.addEventListener('click', ({ target }) => {
  const button = target.closest('button');
  if (button) choose(button);
});
// Cards come later.
new MutationObserver(() => heard && hush()).observe(doc.querySelector('main'), { childList: true, subtree: true });
