// Shift pressed three times, with no other key and within a second and a half, is "Erase and leave".
// Every press is counted on the page and read out. Shift that is held, or that goes with another key, does not count.
const watchShift = (status, first) => {
  let alone = false;
  let presses = first && first.key === 'Shift' ? [first.timeStamp] : []; // it brought this script
  const down = ({ key, repeat }) => {
    alone = key === 'Shift' && !repeat;
    if (!alone) presses = [];
  };
  addEventListener('keydown', down);
  addEventListener('pointerdown', () => (alone = false));
  addEventListener('keyup', ({ key, timeStamp }) => {
    if (key !== 'Shift' || !alone) return;
    presses = [...presses.filter((time) => timeStamp - time < 1500), timeStamp];
    const link = document.querySelector('.leave'); // a language switch brings another
    status().textContent = `${link.textContent}: Shift ${presses.length}/3`;
    if (presses.length > 2) link.click();
  });
};
