// Writes format_intl.tsv, what Intl says to the calls in it: node format_intl.js > format_intl.tsv, with a Node that has
// all of ICU (process.versions.cldr is 48.0 in the one that wrote it). Run by hand; the tests only read the file.
const locales = `en en-GB en-IN de de-AT de-CH da sv it tr fr fr-CA es es-MX nl no nn pl pt pt-PT fi ar ar-EG hi he is ja
  ko zh zh-Hant cs ru uk hu el`.split(/\s+/);
const home = { en: 'USD', 'en-GB': 'GBP', 'en-IN': 'INR', 'de-CH': 'CHF', da: 'DKK', sv: 'SEK', tr: 'TRY', no: 'NOK',
  nn: 'NOK', pl: 'PLN', ja: 'JPY', ko: 'KRW', hi: 'INR', he: 'ILS', cs: 'CZK', 'ar-EG': 'EGP' };
const numbers = [0, 7, -1, 0.5, 1234, 1234.5, 12345.678, -1234567.891, 0.000001, 1e15, 123456789012345];
const amounts = [0, 1, 2, 5, 1.5, 21, -3, 1234.5, 1000000];
const short = { kg: 'kilogram', g: 'gram', cm: 'centimeter', '[in_i]': 'inch', Cel: 'celsius', L: 'liter', mL: 'milliliter',
  min: 'minute', s: 'second', By: 'byte', GBy: 'gigabyte', '[lb_av]': 'pound', '%': 'percent', 'km/h': 'kilometer-per-hour' };
const long = { h: 'hour', d: 'day', wk: 'week', mo: 'month', a: 'year' };
const lists = [['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], ['padres', 'hijos'], ['agua', 'hielo'], ['א', 'ב']];

const row = (...fields) => console.log(fields.join('\t'));
for (const l of locales) {
  const number = (n, o) => new Intl.NumberFormat(l, { maximumFractionDigits: 20, ...o }).format(n);
  for (const n of numbers) row(l, 'Number', n, '', number(n));
  for (const [code, unit] of Object.entries(short))
    for (const n of amounts.slice(code === 'kg' || code === 'By' ? 0 : 6)) row(l, 'Quantity', n, code, number(n, { style: 'unit', unit }));
  for (const [code, unit] of Object.entries(long))
    for (const n of amounts) row(l, 'Quantity', n, code, number(n, { style: 'unit', unit, unitDisplay: 'long' }));
  row(l, 'Quantity', 30, 'deg', number(30, { style: 'unit', unit: 'degree', unitDisplay: 'narrow' }));
  for (const currency of new Set(['EUR', home[l] ?? 'EUR']))
    for (const amount of ['0', '1234.5', '-1234567.89']) {
      const { minimumFractionDigits } = new Intl.NumberFormat(l, { style: 'currency', currency }).resolvedOptions();
      row(l, 'Money', amount, currency, new Intl.NumberFormat(l, { style: 'currency', currency, minimumFractionDigits,
        maximumFractionDigits: 6 }).format(amount));
    }
  const date = (text, o) => new Intl.DateTimeFormat(l + '-u-ca-gregory', o).format(new Date(text));
  for (const day of ['2026-01-31', '2026-03-01', '2026-05-09', '2026-09-30', '2026-12-24'])
    row(l, 'Date', day, '', date(day, { dateStyle: 'medium', timeZone: 'UTC' }));
  for (const [text, zone, timeStyle] of [['2026-03-01T15:04:00+01:00', 'Etc/GMT-1', 'short'], ['2026-03-01T00:04:05-03:00', 'Etc/GMT+3', 'medium']]) {
    const offset = new Intl.DateTimeFormat(l, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(0)
      .find((part) => part.type === 'timeZoneName').value;
    row(l, 'Date', text, '', date(text, { dateStyle: 'medium', timeStyle, timeZone: zone }) + ' ' + offset);
  }
  for (const items of lists) row(l, 'List', items.join(' '), '', new Intl.ListFormat(l).format(items));
}
