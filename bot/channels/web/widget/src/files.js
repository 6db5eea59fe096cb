// Files: choosing and sending one, and showing those of a message. Only while a mediator has the conversation.
import { h, icon, link } from './dom.js';

// The server decides by content; this only spares a long wait.
const LARGEST = 20 * 1024 * 1024;
const ACCEPT = 'image/*,audio/*,video/mp4,video/webm,video/quicktime,application/pdf,text/plain,.odt,.ods,.docx,.xlsx,.pptx';
const PICTURE = /^image\/(jpeg|png|gif|webp)$/;
const SOUND = /^audio\/(ogg|mpeg|mp4|wav)$/;

const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** The button, hidden until `show(true)`. `chosen(file)` is called for each file. */
export function attachButton(wording, chosen) {
  const input = h('input', { type: 'file', accept: ACCEPT, multiple: true, hidden: true, tabindex: -1 });
  input.addEventListener('change', () => {
    [...input.files].forEach(chosen);
    input.value = '';
  });
  const button = h('button', { type: 'button', class: 'attach', hidden: true, onclick: () => input.click() }, icon('clip'));
  wording.label(button, 'attach', 'aria-label');
  wording.label(button, 'attach', 'title');
  return { button, input, show: (on) => { button.hidden = !on; } };
}

/** Sends one file. Resolves to null when it was taken, else to what to say: { key } of ours or { text } of the server's. */
export async function sendFile(server, session, id, file, language) {
  if (file.size > LARGEST) return { key: 'file_large' };
  try {
    const answer = await fetch(`${server}/files`, {
      method: 'POST',
      body: file,
      headers: {
        'Content-Type': file.type || 'application/octet-stream',
        'X-Waymark-Session': session || '',
        'X-Waymark-Message': id,
        'X-Waymark-Name': encodeURIComponent(file.name || ''),
        'X-Waymark-Language': language,
      },
    });
    if (answer.ok) return null;
    const { message } = await answer.json();
    return message ? { text: message } : { key: 'late', again: true };
  } catch {
    return { key: 'late', again: true };
  }
}

/** The files of a mediator's message. They come from our own server, so that looking at them tells nobody else. */
export function fileList(files, server) {
  const usable = (Array.isArray(files) ? files : []).filter((one) => one && /^\/files\/\w+\/\w+$/.test(one.href || ''));
  if (!usable.length) return null;
  return h('ul', { class: 'files' }, ...usable.map(({ name, mime, size: bytes, href }) => {
    const address = server + href;
    const label = [icon('clip'), h('bdi', {}, String(name)), h('span', { class: 'size', dir: 'ltr' }, size(Number(bytes) || 0))];
    return h('li', {},
      PICTURE.test(mime) ? link(address, {}, h('img', { src: address, alt: String(name), loading: 'lazy' })) : null,
      SOUND.test(mime) ? h('audio', { src: address, controls: true, preload: 'none', 'aria-label': String(name) }) : null,
      link(address, { class: 'action', download: PICTURE.test(mime) ? null : String(name) }, ...label),
    );
  }));
}
