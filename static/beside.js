// On the pages beside the app: the same ways out as in it.
const leave = document.querySelector('.leave');
const status = document.createElement('p');
status.id = 'status';
status.className = 'mark';
status.setAttribute('role', 'status');
document.body.append(status);
leave.addEventListener('click', (event) => {
  event.preventDefault();
  document.body.hidden = true;
  location.replace(leave.href);
});
watchShift(() => status);

/** A picture takes the place of its link when its part of the page is first opened. */
const draw = (part) => {
  const link = part.querySelector('.map a');
  if (!part.open || !link) return;
  const call = new XMLHttpRequest();
  call.open('GET', link.href);
  call.responseType = 'document';
  call.onload = () => {
    if (call.status !== 200 || !link.isConnected) return; // the link still leads to it
    const picture = document.importNode(call.response.documentElement, true);
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', part.querySelector('summary').textContent);
    link.parentNode.tabIndex = 0; // it may be wider than the screen
    link.replaceWith(picture);
  };
  call.send();
};
for (const part of document.querySelectorAll('[data-map]'))
  part.addEventListener('toggle', () => draw(part));

/** On the paper page: help of one state. The page fetched holds every state, so that no request tells which. */
const pick = document.querySelector('.pick');
if (pick) {
  const local = document.querySelector('#local');
  const blanks = [...local.children];
  const select = pick.querySelector('select');
  let every;
  const show = () => {
    const state = select.value && every.querySelector(`#state-${select.value}`);
    if (!state) return local.replaceChildren(...blanks);
    const [summary, ...found] = document.importNode(state, true).children;
    local.replaceChildren(...summary.children, ...found);
  };
  pick.hidden = false;
  select.addEventListener('change', () => {
    if (every) return show();
    status.textContent = pick.dataset.loading;
    const call = new XMLHttpRequest();
    call.open('GET', pick.dataset.from);
    call.responseType = 'document';
    call.onerror = () => {
      select.value = '';
      status.textContent = pick.dataset.failed;
    };
    call.onload = () => {
      if (call.status !== 200) return call.onerror();
      every = call.response;
      status.textContent = '';
      show();
    };
    call.send();
  });
}
