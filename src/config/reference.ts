import { SETTINGS, type Setting, variablesOf } from './settings.js';

/** Every setting as a Markdown table; docs/configuration.md carries it and a test keeps the two equal. */
export function configReference(): string {
  const rows = SETTINGS.map((setting) => `| ${cellsOf(setting).map(escapeCell).join(' | ')} |`);
  return [
    '| setting | default | allowed | variables | what it does |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function cellsOf(setting: Setting): string[] {
  const { path, preset, allowed, description } = setting;
  return [
    `\`${path}\``,
    preset === undefined ? 'not set' : `\`${String(preset)}\``,
    allowed,
    variablesOf(setting)
      .map((name) => `\`${name}\``)
      .join(', '),
    description,
  ];
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
