import { createContext, use } from 'react';
import type { Me } from '@/api/types';

export const MeContext = createContext<Me | null>(null);

/** Who is signed in. Only below SignedInOnly. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error('useMe outside of SignedInOnly');
  return me;
}
