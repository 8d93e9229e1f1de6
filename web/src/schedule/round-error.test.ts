import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import { zhCN } from '@/i18n/zh-CN';
import { roundErrorText } from './round-error';

describe('the error of a round', () => {
  const i18n = createInstance({ lng: 'zh-CN', resources: { 'zh-CN': { translation: zhCN } } });
  void i18n.init();

  it('is told in the reader’s language', () => {
    expect(roundErrorText('1 of 6 monitors down', i18n.t)).toBe('6 个监控中有 1 个故障');
    expect(roundErrorText('the results of this round could not be recorded', i18n.t)).toBe('本轮结果无法保存');
  });

  it('stays as it stands when somebody else wrote it', () => {
    expect(roundErrorText('ECONNREFUSED 127.0.0.1:3306', i18n.t)).toBe('ECONNREFUSED 127.0.0.1:3306');
  });
});
