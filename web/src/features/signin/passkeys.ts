/** Whether this browser, at this address, can use passkeys: they belong to a name, not a number. */
export function passkeysHere(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    "parseCreationOptionsFromJSON" in PublicKeyCredential &&
    /[a-z]/.test(location.hostname)
  );
}

/** Make a passkey; return what the authenticator says, as JSON. */
export async function makePasskey(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(JSON.parse(options));
  return told(await navigator.credentials.create({ publicKey }));
}

/** Prove that a passkey is here; return what the authenticator says, as JSON. */
export async function provePasskey(options: string): Promise<string> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
  return told(await navigator.credentials.get({ publicKey }));
}

function told(credential: Credential | null): string {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was given");
  return JSON.stringify(credential.toJSON());
}
