// Two languages at once: a screen reader hears both, or one by choice.
{
  const box = document.querySelector('#aloud');
  const both = box.querySelector('button');
  let heard = '';
  const hush = () => {
    for (const side of document.querySelectorAll('.two>*')) {
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
  for (const { lang, dir } of document.querySelectorAll('.skip [lang]')) {
    const { textContent } = document.querySelector(`header div [lang="${lang}"]`);
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', lang, dir, textContent });
    button.setAttribute('aria-pressed', 'false');
    both.before(button);
  }
  box.hidden = false;
  box.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (button) choose(button);
  });
  const later = new MutationObserver(() => heard && hush()); // cards
  later.observe(document.querySelector('main'), { childList: true, subtree: true });
}
