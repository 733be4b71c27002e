interface UploadProblemProps {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Why a file is no document, and what to do about it. */
export function UploadProblem({ code, message, hint }: UploadProblemProps) {
  return (
    <p className="upload-problem">
      <span className="upload-reason">{message}</span> {hint} <code>{code}</code>
    </p>
  );
}
