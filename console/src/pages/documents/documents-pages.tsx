import { usePlace } from '../../shell/place.js';
import { DocumentPage } from './document-page.js';
import { DocumentsPage } from './documents-page.js';

/** `/documents`, and `/documents/<id>` */
export function DocumentsPages() {
  const [, id] = usePlace().parts;
  return id === undefined ? <DocumentsPage /> : <DocumentPage id={id} />;
}
