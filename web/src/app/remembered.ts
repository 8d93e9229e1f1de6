/** Small things that this browser remembers between visits. Nothing here is secret or needed. */

const SIGNED_IN = 'watchbill.signedIn';
const SHORTCUTS = 'watchbill.shortcuts';

export function isSignedInBefore(): boolean {
  return localStorage.getItem(SIGNED_IN) === 'yes';
}

export function rememberSignedIn(signedIn: boolean): void {
  if (signedIn) localStorage.setItem(SIGNED_IN, 'yes');
  else localStorage.removeItem(SIGNED_IN);
}

/** Single-key shortcuts can be switched off (WCAG 2.1.4). */
export function areShortcutsOn(): boolean {
  return localStorage.getItem(SHORTCUTS) !== 'off';
}

export function switchShortcuts(on: boolean): void {
  if (on) localStorage.removeItem(SHORTCUTS);
  else localStorage.setItem(SHORTCUTS, 'off');
}
