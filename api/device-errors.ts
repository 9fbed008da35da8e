/** What the routes of devices refuse alike. */
import { HttpError } from '../service/http-errors';

export function unknownDevice(id: number): HttpError {
  return new HttpError(404, 'unknown_device', `there is no device ${id}`);
}
