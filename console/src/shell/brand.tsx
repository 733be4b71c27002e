import { Link } from '../parts/link.js';

export function Brand() {
  return (
    <Link to="/" className="brand">
      <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 5c4.7 5.7 7.5 9.6 7.5 13.2a7.5 7.5 0 0 1-15 0C8.5 14.6 11.3 10.7 16 5z" />
        <path d="M11 18.8c1.7-1.3 3.3-1.3 5 0s3.3 1.3 5 0" />
      </svg>
      Aquifer
    </Link>
  );
}
