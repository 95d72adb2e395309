// Answers in, findings out: the same logic as app/assess.py, compared with it in the tests.
const LEVELS = ["likely", "possible", "unclear", "unlikely"];
const UNSURE = "not_sure";

const leaf = (answers, key, options) => {
  const chosen = (answers[key] || []).filter((id) => id != UNSURE);
  return chosen.length ? chosen.some((id) => options.includes(id)) : null;
};

const row = (answers, when) => {
  const leaves = Object.keys(when).map((key) => leaf(answers, key, when[key]));
  return leaves.includes(false) ? false : leaves.includes(null) ? null : true;
};

const assess = (answers, rules) => {
  const values = rules.map(([, when]) => row(answers, when));
  const first = values.indexOf(true);
  const level = first < 0 ? (values.includes(null) ? "unclear" : "unlikely") : rules[first][0];
  const rows = [];
  const depends = [];
  rules.forEach(([of, when], n) => {
    if (values[n] && of == level) rows.push(n);
    if (values[n] === null && LEVELS.indexOf(of) < LEVELS.indexOf(level))
      for (const key in when)
        if (leaf(answers, key, when[key]) === null && !depends.includes(key)) depends.push(key);
  });
  return { level, rows, depends };
};

// What another answer to one question would do: [level it would give, options that give it].
const changes = (answers, rules, key, options) => {
  const { level } = assess(answers, rules);
  const given = {};
  for (const id of options) {
    const other = assess({ ...answers, [key]: [id] }, rules).level;
    if (id != UNSURE && other != level) (given[other] = given[other] || []).push(id);
  }
  return Object.entries(given);
};

// "None" or "I don't know" beside another tick is dropped; of these two, "I don't know" stays.
const tidy = (chosen) => {
  const firm = chosen.filter((id) => id != "none" && id != UNSURE);
  return firm.length ? firm : chosen.includes(UNSURE) ? [UNSURE] : chosen;
};
