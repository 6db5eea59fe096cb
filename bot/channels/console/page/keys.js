// Single keys for who works here all day. They rest while something is being written, and can be switched off.
import { choices } from './alerts.js';
import { openKeys } from './settings.js';

export const KEYS = [
  ['J', 'next'], ['K', 'before'], ['T', 'take'], ['R', 'reply'], ['D', 'directory'], ['P', 'phrases'], ['N', 'note'], ['A', 'actions'], ['Q', 'queue'],
  ['?', 'help'], ['Ctrl + Enter', 'send'], ['Esc', 'close'],
];

const writes = (element) => element && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

/** Listens until the returned function is called. */
export function watchKeys(desk) {
  const acts = {
    j: () => desk.queue.move(1), k: () => desk.queue.move(-1), t: () => desk.view.take(), r: () => desk.view.composer?.focus(),
    d: () => desk.showHelps('directory'), p: () => desk.showHelps('phrases'), n: () => desk.showHelps('notes'),
    a: () => document.querySelector('.case-more')?.click(),
    q: () => desk.queue.focus(), '?': () => openKeys(),
  };
  const listen = (event) => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
      if (desk.root.dataset.helps) desk.hideHelps();
      else if (writes(document.activeElement)) document.activeElement.blur();
      return;
    }
    if (!choices().keys || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (writes(event.target) || document.querySelector('dialog[open]')) return;
    const act = acts[event.key.toLowerCase()];
    if (act) {
      event.preventDefault();
      act();
    }
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}
