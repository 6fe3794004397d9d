// The features of the Jena climate series, in the order of its file: known before any data are here.

export const JENA_COLUMNS = [
  'p (mbar)',
  'T (degC)',
  'Tpot (K)',
  'Tdew (degC)',
  'rh (%)',
  'VPmax (mbar)',
  'VPact (mbar)',
  'VPdef (mbar)',
  'sh (g/kg)',
  'H2OC (mmol/mol)',
  'rho (g/m**3)',
  'wv (m/s)',
  'max. wv (m/s)',
  'wd (deg)',
] as const;

/** What is forecast unless a sweep file says otherwise. */
export const JENA_TARGET: (typeof JENA_COLUMNS)[number] = 'T (degC)';
