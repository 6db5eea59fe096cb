// Small helps for browsers with JavaScript; everything works without. Nothing is sent from here, nothing is stored.
// It runs before the page is shown: the sum is hidden from the first moment, and never disappears from under somebody's eyes.
'use strict';

const SUM = 'works';
document.documentElement.classList.add(SUM);
// Whatever fails here: the sum is there again, and the form is sent as without JavaScript.
addEventListener('error', () => document.documentElement.classList.remove(SUM));
addEventListener('DOMContentLoaded', () => {

// By form: the work that its task wants.
const tasks = new Map();

for (const tools of document.querySelectorAll('.tools')) tools.hidden = false;
for (const button of document.querySelectorAll('[data-print]')) {
  button.addEventListener('click', () => {
    for (const details of document.querySelectorAll('main details')) details.open = true;
    window.print();
  });
}
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent.replace(/\s+/g, ' ').trim();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = button.dataset.done;
    } catch {
      // Clipboards are closed to pages over plain http: the number is marked instead, ready to copy by hand.
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    }
  });
}
const said = document.querySelector('[autofocus]') || document.getElementById('trouble') || document.getElementById('told');
if (said) said.focus();

// Files that are too large are refused here, before a long way for nothing.
for (const files of document.querySelectorAll('input[data-limit]')) {
  files.addEventListener('change', () => {
    const size = [...files.files].reduce((sum, file) => sum + file.size, 0);
    files.setCustomValidity(size > Number(files.dataset.limit) ? files.dataset.text : '');
    files.reportValidity();
  });
}

// A form is sent once; a second tap while it is on its way does nothing. Who is faster than the work is told to wait, and the
// form goes when the work is done.
for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '1';
    const task = tasks.get(form);
    const elsewhere = event.submitter && event.submitter.hasAttribute('formaction');
    if (!task || task.done || elsewhere) return;
    event.preventDefault();
    task.wait(true);
    task.work.then(() => form.submit()).catch(() => {
      delete form.dataset.sent;
      task.wait(false);
      form.querySelector('[name=sum]').focus();
    });
  });
}
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent;
  for (const task of tasks.values()) task.wait(false);
});

// Work instead of a sum: a number that makes SHA-256 of "token:number" begin with 16 zero bits. Written out, because
// browsers give their own SHA-256 only to pages over https, and onion services are plain http.
const K = new Uint32Array(64);
const START = new Uint32Array(8);
for (let candidate = 2, found = 0; found < 64; candidate++) {
  let prime = true;
  for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) prime = false;
  if (!prime) continue;
  const part = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  if (found < 8) START[found] = part(Math.sqrt(candidate));
  K[found++] = part(Math.cbrt(candidate));
}

function firstWord(bytes) {
  const blocks = ((bytes.length + 8) >> 6) + 1;
  const words = new Uint32Array(blocks * 16);
  for (let i = 0; i < bytes.length; i++) words[i >> 2] |= bytes[i] << (24 - (i % 4) * 8);
  words[bytes.length >> 2] |= 0x80 << (24 - (bytes.length % 4) * 8);
  words[words.length - 1] = bytes.length * 8;
  const hash = START.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < blocks; block++) {
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        w[i] = words[block * 16 + i];
      } else {
        const x = w[i - 15], y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
      }
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    hash[0] += a; hash[1] += b; hash[2] += c; hash[3] += d; hash[4] += e; hash[5] += f; hash[6] += g; hash[7] += h;
  }
  return hash[0];
}

/** Finds the number, a little at a time so that the page stays alive, and writes it into the form. */
function work(field) {
  const encoder = new TextEncoder();
  let number = 0;
  return new Promise((resolve, reject) => {
    const some = () => {
      try {
        for (const end = number + 2000; number < end; number++) {
          if (firstWord(encoder.encode(`${field.dataset.token}:${number}`)) >>> 16 === 0) {
            field.querySelector('[name=work]').value = String(number);
            resolve();
            return;
          }
        }
        setTimeout(some, 0);
      } catch (error) {
        reject(error);
      }
    };
    some();
  });
}

for (const field of document.querySelectorAll('.task')) {
  const form = field.closest('form');
  const button = form.querySelector('button.main');
  const says = button.textContent;
  const status = form.querySelector('.wait');
  const task = { done: false, work: work(field) };
  task.wait = (waiting) => {
    button.textContent = waiting ? button.dataset.wait : says;
    status.textContent = waiting ? status.dataset.text : '';
  };
  task.work.then(() => {
    task.done = true;
  }, () => {
    // The sum instead, where the work cannot be done.
    document.documentElement.classList.remove(SUM);
    task.done = true;
  });
  tasks.set(form, task);
}

});
