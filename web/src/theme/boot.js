// Runs before the first paint: sets theme and language on <html> from what this browser remembers.
// The same keys are read and written by theme.ts and i18n/language.ts.
(function () {
  var root = document.documentElement;
  function read(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
  var theme = read('watchbill.theme');
  if (theme !== 'light' && theme !== 'dark')
    theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.theme = theme;
  var language = read('watchbill.language') || navigator.language || 'en';
  root.lang = /^zh/i.test(language) ? 'zh-CN' : 'en';
})();
