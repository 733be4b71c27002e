import type { CacheTier } from '../../api/overview.js';
import { bytes, count, percent } from '../../parts/format.js';
import { Meter } from '../../parts/meter.js';

export function CacheTiers({ tiers }: { readonly tiers: readonly CacheTier[] }) {
  if (tiers.length === 0) return <p className="soft">No cache is set up.</p>;
  return (
    <ul className="lines lines-tall">
      {tiers.map((tier) => (
        <Tier key={tier.tier} {...tier} />
      ))}
    </ul>
  );
}

function Tier({ tier, hits, misses, entries, bytes: held }: CacheTier) {
  const asked = hits + misses;
  const share = asked === 0 ? 0 : hits / asked;
  return (
    <li>
      <span className="line-name">
        {tier}
        <span className="line-note">
          {entries !== null && `${count(entries)} entries`}
          {held !== null && ` · ${bytes(held)}`}
        </span>
      </span>
      <span className="line-meter">
        <Meter label={`${tier}: hits`} share={share} />
        <span className="small soft">
          {asked === 0 ? 'not asked yet' : `${percent(share)} of ${count(asked)}`}
        </span>
      </span>
    </li>
  );
}
