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
