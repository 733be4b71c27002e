import { SERVICE_NAMES, serviceListens, serviceUrl } from '../services/services.js';

/** Looks for the real services once, and says after the run which of them it used and which it lacked. */
export default async function services(): Promise<() => void> {
  const listens = await Promise.all(SERVICE_NAMES.map(serviceListens));
  const used = SERVICE_NAMES.filter((_, index) => listens[index]);
  const lacking = SERVICE_NAMES.filter((_, index) => !listens[index]);
  return () => {
    console.log(`Real services used:    ${used.join(', ') || 'none'}`);
    console.log(
      `Real services lacking: ${lacking.map((name) => `${name} (${serviceUrl(name)})`).join(', ') || 'none'}`,
    );
    if (lacking.length > 0) console.log('Their tests were skipped. `scripts/services up` starts them.');
  };
}
