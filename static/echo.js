// Shows, letter by letter, what the form would send without JavaScript. Nothing is sent from here, nothing is kept.
document.documentElement.className = 'js';
const echo = document.querySelector('#echo');
const said = echo.querySelector('pre');
const { form: address, offline } = echo.dataset;

const tell = (form) => {
  const body = new URLSearchParams(new FormData(form)).toString();
  const { pathname, host } = new URL(form.action);
  said.textContent = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/x-www-form-urlencoded',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\n');
};

const load = (path) =>
  new Promise((done, failed) => {
    const call = new XMLHttpRequest(); // it parses the page itself; Trusted Types forbid a script to
    call.open('GET', path);
    call.responseType = 'document';
    call.onload = () => (call.status === 200 ? done(call.response) : failed());
    call.onerror = failed;
    call.send();
  });

const show = async (button) => {
  const found = (await load(address)).querySelector('#f');
  const form = document.importNode(found, true);
  for (const spare of form.querySelectorAll('.nav, #progress')) spare.remove();
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', () => tell(form));
  addEventListener('pagehide', () => form.reset());
  button.closest('p').replaceWith(form);
  said.hidden = false;
  tell(form);
  form.querySelector('legend').tabIndex = -1;
  form.querySelector('legend').focus();
};

const print = document.querySelector('#print');
const digest = async (button) => {
  const page = await (await fetch(address)).arrayBuffer();
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', page));
  const shown = print.querySelector('pre');
  shown.textContent = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  shown.hidden = false;
  button.closest('p').remove();
};

print.hidden = !(self.crypto && crypto.subtle); // browsers have it on pages over TLS only
const offer = (box, act) =>
  box.querySelector('button').addEventListener('click', ({ target }) =>
    act(target).catch(() => (document.querySelector('#status').textContent = offline)));
offer(echo, show);
offer(print, digest);
