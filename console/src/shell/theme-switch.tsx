import { useId } from 'react';
import { Icon, type IconName } from '../parts/icon.js';
import { THEMES, type Theme, useTheme } from './theme.js';

const ICONS: Readonly<Record<Theme, IconName>> = { system: 'screen', light: 'sun', dark: 'moon' };
const NAMES: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  const [theme, setTheme] = useTheme();
  const group = useId();
  return (
    <fieldset className="theme-switch">
      <legend className="unseen">Colours</legend>
      {THEMES.map((one) => (
        <label key={one} title={NAMES[one]}>
          <input type="radio" name={group} checked={one === theme} onChange={() => setTheme(one)} />
          <Icon name={ICONS[one]} />
          <span className="unseen">{NAMES[one]}</span>
        </label>
      ))}
    </fieldset>
  );
}
