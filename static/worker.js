// Hands out kept pages where there is no network. It takes no form, and keeps what was asked for, nothing else.
const name = 'on-file';

const answer = async (request) => {
  const url = request.url.split(/[?#]/)[0];
  const kept = await caches.match(url, { cacheName: name, ignoreVary: true });
  try {
    const fresh = await fetch(request);
    if (kept && fresh.ok && (await caches.has(name))) await (await caches.open(name)).put(url, fresh.clone());
    return fresh;
  } catch (error) {
    if (kept) return kept;
    if (!url.endsWith('/bye')) throw error;
    await caches.delete(name); // "Erase and leave" without a network: the copy goes, a blank page comes
    await self.registration.unregister();
    return new Response('<link rel="icon" href="data:,">', { headers: { 'Content-Type': 'text/html' } });
  }
};

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(location.origin)) event.respondWith(answer(request));
});
