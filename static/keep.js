// Keeps public pages on the phone, or takes them away again; only when asked.
document.documentElement.className = 'js';
const box = document.querySelector('#keep');
const { root, worker, manifest } = box.dataset;
const pages = box.dataset.pages.split(' ');
const name = 'on-file';
const types = self.trustedTypes || { createPolicy: (_, rules) => rules };
const policy = types.createPolicy('keep', { createScriptURL: (url) => url });

const say = (state) => {
  for (const line of box.querySelectorAll('[data-state]')) line.hidden = line.dataset.state !== state;
  for (const button of box.querySelectorAll('button')) button.hidden = !button.dataset.when.split(' ').includes(state);
};

const keep = async () => {
  say('busy');
  await navigator.serviceWorker.register(policy.createScriptURL(worker), { scope: `${root}/` });
  await (await caches.open(name)).addAll(pages);
  const link = document.createElement('link');
  link.rel = 'manifest';
  link.href = manifest;
  document.head.append(link);
  say('kept');
};

const remove = async () => {
  const scope = new URL(`${root}/`, location).href;
  for (const found of await navigator.serviceWorker.getRegistrations())
    if (found.scope === scope) await found.unregister(); // others of this host are not ours
  await caches.delete(name);
  say('removed');
};

const failed = async () => {
  await remove();
  say('failed');
};

if (navigator.serviceWorker && self.caches) {
  box.addEventListener('click', ({ target }) => {
    const act = target.dataset.act;
    if (act === 'keep') keep().catch(failed);
    if (act === 'remove') remove();
  });
  caches.match(pages[0], { cacheName: name }).then((kept) => say(kept ? 'kept' : 'ready'));
} else say('cannot');
