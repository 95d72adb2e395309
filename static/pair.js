// Two languages at once: what app.js puts together from words, it puts together once in each.
const between = ' · ';
const sides = $('.two').cloneNode(true);
const single = make;
const [first, second] = $$('[lang]', sides);
const apart = first.dir != second.dir; // what runs the other way is set apart in one line
const part = (value, n) => {
  const parts = String(value).replace(/[\u2068\u2069]/g, '').split(between);
  return parts[n] || parts[0];
};
const each = (say) =>
  [0, 1].map((n) => (apart ? `\u2068${say(n)}\u2069` : say(n))).join(between);
const beside = (inside) => {
  if (typeof inside != 'string' || !inside.includes(between)) return inside;
  const made = sides.cloneNode(true);
  $$('[lang]', made).forEach((side, n) => (side.textContent = part(inside, n)));
  return made;
};
label = (key, ids) =>
  each((n) => ids.map((id) => part(option(key, id).closest('label,option').textContent, n)).join(', '));
fill = (css, values) => each((n) => part(text(css), n).replace(/{(\w+)}/g, (_, key) => part(values[key], n)));
app.make = make = (tag, ...inside) => single(tag, ...inside.map(beside));
