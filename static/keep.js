// Keeps public pages on the phone, or takes them away again; only when asked.
document.documentElement.className = 'js';
const box = document.querySelector('#keep');
const { root, pages, worker, manifest } = box.dataset;
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
  await (await caches.open(name)).addAll(pages.split(' '));
  const link = document.createElement('link');
  link.rel = 'manifest';
  link.href = manifest;
  document.head.append(link);
  say('kept');
};

const remove = async () => {
  for (const found of await navigator.serviceWorker.getRegistrations()) await found.unregister();
  for (const found of await caches.keys()) await caches.delete(found);
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
  caches.has(name).then((kept) => say(kept ? 'kept' : 'ready'));
} else say('cannot');
