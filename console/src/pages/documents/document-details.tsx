import type { Json } from '../../api/audit.js';
import { Time } from '../../parts/time.js';
import { Value } from '../../parts/value.js';
import type { DocumentViewProps } from './document-page.js';

export function DocumentDetails({ document }: DocumentViewProps) {
  const metadata = Object.entries(document.metadata);
  return (
    <div className="details">
      <dl className="facts">
        <dt>Id</dt>
        <dd>
          <code>{document.id}</code>
        </dd>
        <dt>Source</dt>
        <dd>{document.source}</dd>
        <dt>Created</dt>
        <dd>
          <Time at={document.createdAt} /> <By actor={document.createdBy} />
        </dd>
        <dt>Changed</dt>
        <dd>
          <Time at={document.updatedAt} /> <By actor={document.updatedBy} />
        </dd>
      </dl>
      <h2>Metadata</h2>
      {metadata.length === 0 ? (
        <p className="soft">None.</p>
      ) : (
        <dl className="facts">
          {metadata.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>
                <Value of={value as Json} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function By({ actor }: { readonly actor: string | null }) {
  return actor === null ? null : <span className="soft">by {actor}</span>;
}
