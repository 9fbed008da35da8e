/** `POST /hooks/sms/<app>`: the doors of the phone apps. */
import { PHONE_APPS, type PhoneApp } from '../../domain/phone-apps';
import { phoneHookRoute, type PhoneHookDeps } from '../hooks/door';
import { createHttpsmsDoor } from '../hooks/httpsms';
import type { PhoneAppDoor } from '../hooks/phone-app';
import { createSmsforwarderDoor } from '../hooks/smsforwarder';
import { createSmsgateDoor } from '../hooks/smsgate';
import { createTextbeeDoor } from '../hooks/textbee';
import type { HookRoute } from '../route';

const DOORS: Readonly<Record<PhoneApp, () => PhoneAppDoor>> = {
  smsgate: createSmsgateDoor,
  smsforwarder: createSmsforwarderDoor,
  textbee: createTextbeeDoor,
  httpsms: createHttpsmsDoor,
};

export interface PhoneHooksDeps extends PhoneHookDeps {
  /** HOOK_SECRETS_<APP>, by the app's name. */
  readonly hookSecrets: ReadonlyMap<string, readonly string[]>;
}

/** @throws ConfigError where a hook's secret is malformed */
export function phoneHookRoutes(deps: PhoneHooksDeps): HookRoute[] {
  return PHONE_APPS.map((app) => phoneHookRoute(deps, DOORS[app](), deps.hookSecrets.get(app) ?? []));
}
