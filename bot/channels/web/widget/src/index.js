// One script on any page: reads its own data attributes and puts the chat into a shadow root, apart from the page.
import { Chat } from './chat.js';
import { h, icon } from './dom.js';
import { Wording } from './languages.js';
import { readSettings } from './settings.js';
import { tab } from './storage.js';
import styles from './style.css';

const NARROW = '(max-width: 40em), (max-height: 30em)';

function adopt(root) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Browsers before 2023; a page with a strict style policy shows the chat unstyled there.
    root.append(h('style', {}, styles));
  }
}

// The keyboard of a phone covers the place to write unless the panel shrinks with what is visible.
function followKeyboard(element) {
  const view = window.visualViewport;
  if (!view) return;
  view.addEventListener('resize', () => {
    const zoomed = view.scale > 1.05;
    element.style.setProperty('--visible', zoomed ? '100%' : `${Math.round(view.height)}px`);
  });
}

function floating(chat, root, settings, wording) {
  const { panel } = chat;
  const badge = h('span', { class: 'badge', hidden: true }, wording.label(h('span', { class: 'unseen' }), 'new_message'));
  const launcher = h('button', { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', onclick: () => open(true) },
    icon('chat'), wording.label(h('span'), 'open'), badge,
  );
  const frame = h('div', { class: `floating-frame at-${settings.position}` }, launcher, panel.root);
  root.append(frame);
  const narrow = window.matchMedia(NARROW);

  function open(byPerson) {
    // On a small screen the chat covers the page, so the page behind must not take the keyboard.
    if (narrow.matches) panel.root.showModal();
    else panel.root.show();
    launcher.hidden = true;
    badge.hidden = true;
    chat.rememberOpen(true);
    chat.start();
    chat.scroll(true);
    // Focusing the field on a phone would throw the keyboard over the greeting.
    if (byPerson) (window.matchMedia('(pointer: coarse)').matches ? panel.log : panel.field).focus();
  }

  function close() {
    if (panel.root.open) panel.root.close();
    launcher.hidden = false;
    chat.rememberOpen(false);
    launcher.focus();
  }

  chat.close = close;
  chat.isOpen = () => panel.root.open;
  chat.unread = () => {
    badge.hidden = false;
  };
  // A browser may close a dialog by itself (Android's back gesture). The event comes late: the dialog may be open again.
  panel.root.addEventListener('close', (event) => {
    if (event.target === panel.root && panel.root.isConnected && !panel.root.open && launcher.hidden) close();
  });
  panel.root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing && panel.root.open && !panel.root.querySelector('.confirm').open) {
      event.preventDefault();
      close();
    }
  });
  narrow.addEventListener('change', () => {
    if (!panel.root.open || panel.root.querySelector('.confirm').open) return;
    const focused = root.activeElement;
    panel.root.close();
    if (narrow.matches) panel.root.showModal();
    else panel.root.show();
    if (focused) focused.focus();
  });
  const direct = () => {
    frame.dir = wording.direction;
    frame.lang = wording.language;
  };
  direct();
  panel.select.addEventListener('change', direct);
  if (tab.read('open')) open(false);
}

function mount(script) {
  const settings = readSettings(script);
  const wording = new Wording(settings.language || (settings.page ? null : document.documentElement.lang));
  const chat = new Chat(settings, wording);
  const host = h('div', { id: 'waymark-chat' });
  const root = host.attachShadow({ mode: 'open' });
  adopt(root);
  followKeyboard(host);
  if (settings.page) root.append(chat.panel.root);
  else floating(chat, root, settings, wording);
  document.body.append(host);
  if (settings.page) chat.start();
  chat.scroll(true);
}

// Known only while the script first runs.
const script = document.currentScript || document.querySelector('script[src*="waymark-widget"]');
if (!document.getElementById('waymark-chat')) {
  if (document.body && document.readyState !== 'loading') mount(script);
  else document.addEventListener('DOMContentLoaded', () => mount(script), { once: true });
}
