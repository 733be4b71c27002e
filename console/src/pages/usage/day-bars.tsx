import type { UsageDay } from '../../api/usage.js';
import { count, shortCount } from '../../parts/format.js';
import { sumOf } from './days.js';

interface DayBarsProps {
  readonly days: readonly string[];
  readonly used: readonly UsageDay[];
}

const HIGH = 100;
const STEP = 10;
const WIDE = 7;

/** Tokens of each day, a bar each. */
export function DayBars({ days, used }: DayBarsProps) {
  const tokens = days.map((day) =>
    sumOf(
      used.filter((one) => one.day.slice(0, 10) === day),
      'tokens',
    ),
  );
  const most = Math.max(1, ...tokens);
  const total = tokens.reduce((sum, value) => sum + value, 0);
  return (
    <figure className="bars">
      <svg
        viewBox={`0 0 ${days.length * STEP} ${HIGH}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Tokens a day, ${count(total)} in all`}
      >
        {tokens.map((value, at) => {
          const high = value === 0 ? 0.5 : Math.max(1.5, (value / most) * HIGH);
          return (
            <rect key={days[at]} x={at * STEP + 1.5} y={HIGH - high} width={WIDE} height={high}>
              <title>{`${days[at]}: ${count(value)} tokens`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption>
        <span>{days[0]}</span>
        <span>{total === 0 ? 'none in this time' : `at most ${shortCount(most)} a day`}</span>
        <span>{days.at(-1)}</span>
      </figcaption>
    </figure>
  );
}
