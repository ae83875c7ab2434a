/** RFC 4514 section 3, and other attributes that certification authorities use. */
const attributes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** Decodes a name from DER, as `O=Example, CN=Example Root`; in hexadecimal if it is not a name. */
export async function nameFromDer(der: Uint8Array): Promise<string> {
  const [{ AsnConvert }, { Name }] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
  ]);
  try {
    return AsnConvert.parse(der, Name)
      .flatMap((each) => [...each])
      .map(({ type, value }) => `${attributes[type] ?? type}=${value.toString()}`)
      .join(', ');
  } catch {
    return Buffer.from(der).toString('hex');
  }
}
