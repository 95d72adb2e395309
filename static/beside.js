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
