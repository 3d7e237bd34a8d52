import type { JsonObject } from '@isthmus/json';
import { rowWithoutPersonal } from '../topology/forget-personal.js';
import { bindingOf } from '../topology/topology.js';
import type { Topology } from '../topology/topology.js';

/** A stored row without personal fields, as text; undefined = its stream is mapped no more or refuses it, so nobody can tell which they are. */
export function textWithoutPersonal(
  topology: Topology,
  place: { readonly connectionId: string; readonly stream: string },
  text: string,
): string | undefined {
  const binding = bindingOf(topology, place.connectionId, place.stream);
  const environment = topology.connections.get(place.connectionId)?.environment;
  const row = binding && environment && rowWithoutPersonal(binding, environment, JSON.parse(text) as JsonObject);
  return row && JSON.stringify(row);
}

/** Why a row was let go that a mapping refuses: its system has it still, and it comes without personal fields when it is read again. */
export const ROW_DROPPED = {
  code: 'change.erased-row',
  message: {
    en: 'The row carried data of a person who was erased, and the mapping refuses it; it was not kept. Correct the mapping, then read it again.',
    zh: '该行含有已被删除的个人信息，且被映射拒绝，未予保留。请修正映射后重新读取。',
  },
};
