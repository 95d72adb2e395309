// Hands out kept pages where there is no network. It takes no form, and keeps what was asked for, nothing else.
const name = 'on-file';

const answer = async (request) => {
  const cache = await caches.open(name);
  const url = request.url.split(/[?#]/)[0];
  const kept = await cache.match(url, { ignoreVary: true });
  try {
    const fresh = await fetch(request);
    if (kept && fresh.ok) await cache.put(url, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(location.origin)) event.respondWith(answer(request));
});
