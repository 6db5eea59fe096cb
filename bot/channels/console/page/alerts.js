// Sound and the browser's notification for a new case, and for leads for one without an answer: only for who switched them on. Neither says anything of the case.
import { t } from './words.js';

const CHOICES = 'waymark.desk.choices';

export function choices() {
  const found = { sound: false, notify: false, keys: true };
  try {
    return { ...found, ...JSON.parse(localStorage.getItem(CHOICES)) };
  } catch {
    return found;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(CHOICES, JSON.stringify({ ...choices(), [name]: value }));
  } catch {
    // Holds until the page is loaded again.
  }
}

let audio = null;

/** Two soft tones. Browsers allow sound only after a click, such as the one that switched it on. */
export function chime() {
  audio = audio || new AudioContext();
  audio.resume();
  [[660, 0], [880, 0.18]].forEach(([pitch, delay]) => {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    const from = audio.currentTime + delay;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, from);
    loud.gain.exponentialRampToValueAtTime(0.18, from + 0.03);
    loud.gain.exponentialRampToValueAtTime(0.0001, from + 0.5);
    tone.connect(loud).connect(audio.destination);
    tone.start(from);
    tone.stop(from + 0.55);
  });
}

/** Switches one of "sound", "notify", "keys"; gives what holds now. */
export async function choose(name, value) {
  if (name === 'sound' && value) chime();
  let now = value;
  if (name === 'notify' && value) now = 'Notification' in window && (await Notification.requestPermission()) === 'granted';
  keep(name, now);
  return now;
}

/** Calls the mediator: a new case waits, or an old one too long; `text` says which. */
export function call(text) {
  const { sound, notify } = choices();
  if (sound) chime();
  if (notify && document.hidden && 'Notification' in window && Notification.permission === 'granted') {
    const shown = new Notification(t('notification_title'), { body: text, tag: 'waymark-desk', icon: '/desk/page/icon.svg' });
    shown.onclick = () => {
      window.focus();
      shown.close();
    };
  }
}
