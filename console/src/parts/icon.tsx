/** Drawn on a grid of 20, by strokes alone, so that they take the colour of the text. */
const PATHS = {
  overview: 'M3 3h6v6H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 11h6v6H3z',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12zM13.5 13.5 17 17',
  document: 'M5 2.5h6.5L15 6v11.5H5zM11 2.5V6.5h4M7.5 10h5M7.5 13h5',
  table: 'M3 4h14v12H3zM3 8h14M3 12h14M8 4v12',
  activity: 'M2.5 10.5h3.5l2.5-6 3.5 11 2.5-5h3',
  gauge: 'M3.5 15.5a7.5 7.5 0 1 1 13 0M10 12l3.5-4.5',
  chart: 'M3 17h14M5.5 14v-4M10 14V5M14.5 14V8',
  menu: 'M3 6h14M3 10h14M3 14h14',
  close: 'M5 5l10 10M15 5 5 15',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1',
  moon: 'M16 12.2A6.5 6.5 0 0 1 7.8 4 6.5 6.5 0 1 0 16 12.2z',
  screen: 'M3 4h14v9.5H3zM7.5 17h5M10 13.5V17',
  keyboard: 'M2.5 5.5h15v9h-15zM5.5 8.5h.01M8.5 8.5h.01M11.5 8.5h.01M14.5 8.5h.01M6.5 11.5h7',
  'sign-out': 'M11.5 6V3.5h-8v13h8V14M8 10h9M14 7l3 3-3 3',
  warning: 'M10 3 18 16.5H2zM10 8v4M10 14.2h.01',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  check: 'M4 10.5l4 4 8-9',
  upload: 'M10 13V3.5M6.5 7 10 3.5 13.5 7M3.5 12.5v4h13v-4',
  download: 'M10 3.5V13M6.5 9.5 10 13l3.5-3.5M3.5 12.5v4h13v-4',
  trash: 'M3.5 5.5h13M8 5.5V3.5h4v2M5.5 5.5l.7 11.5h7.6l.7-11.5M8.5 8.5v5.5M11.5 8.5v5.5',
  restore: 'M4 8h8.5a4 4 0 0 1 0 8H7M4 8l3.5-3.5M4 8l3.5 3.5',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.2M16.5 3v3.5H13',
  plus: 'M10 4v12M4 10h12',
  branch:
    'M6 5.5v9M6 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM6 17.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM14 7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM14 7.5c0 4-8 2.5-8 7',
  pencil: 'M4 16l.8-3.5L13.5 3.8l2.7 2.7L7.5 15.2z',
  filter: 'M3 5h14M6 10h8M8.5 15h3',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4l2.5 2',
  live: 'M10 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM6.5 13.5a5 5 0 0 1 0-7M13.5 6.5a5 5 0 0 1 0 7M4 16a8.5 8.5 0 0 1 0-12M16 4a8.5 8.5 0 0 1 0 12',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  next: 'M8 4.5 13.5 10 8 15.5',
  up: 'M5 12l5-5 5 5',
  down: 'M5 8l5 5 5-5',
  shield: 'M10 2.5 16.5 5v5c0 4-3 6.5-6.5 7.5C6.5 16.5 3.5 14 3.5 10V5z',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4 15 10l-8.5 6z',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
}

export function Icon({ name }: IconProps) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
