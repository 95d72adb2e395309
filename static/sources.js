// Filters the sources page in place. Nothing is sent, nothing is kept.
document.documentElement.className = 'js';
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const field = (id) => document.getElementById(id);
const claims = [...document.querySelectorAll('[data-strength]')].map((at) => ({ at, text: plain(at.textContent) }));
const filter = () => {
  const words = plain(field('find').value).split(/\s+/);
  let shown = 0;
  for (const { at, text } of claims) {
    const fits = ['part', 'strength', 'verdict'].every((name) => {
      const wanted = field('by-' + name).value;
      return !wanted || at.dataset[name] === wanted;
    });
    at.hidden = !(fits && words.every((word) => text.includes(word)));
    if (!at.hidden) shown++;
  }
  for (const section of document.querySelectorAll('.all')) section.hidden = !section.querySelector('article:not([hidden])');
  const status = field('shown');
  status.textContent = status.dataset.count.replace('{n}', shown).replace('{total}', claims.length);
};
document.querySelector('.filter').addEventListener('input', filter);
filter();
