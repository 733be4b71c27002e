/** An answer of the service that is an error, as its model names it. */
export class ServiceFault extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** What the database refused: the service puts the report of its driver into the message, SQLSTATE last. */
export function databaseFault(error: unknown): ServiceFault {
  const { message, code, detail, hint, position } = error as Record<string, string | undefined>;
  if (message?.includes('multiple commands into a prepared statement')) {
    return new ServiceFault('ValidationException', "Multistatements aren't supported.");
  }
  const fields = Object.entries({ Detail: detail, Hint: hint, Position: position });
  const report = fields.map(([name, value]) => (value === undefined ? '' : `\n  ${name}: ${value}`));
  return new ServiceFault('DatabaseErrorException', `ERROR: ${message}${report.join('')}; SQLState: ${code}`);
}
