import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'src/api/schema.d.ts'] },
  ...tseslint.configs.recommended,
  { files: ['src/**/*.{ts,tsx}'], ...jsxA11y.flatConfigs.recommended },
  { files: ['src/**/*.{ts,tsx}'], ...reactHooks.configs.flat.recommended },
  {
    rules: {
      eqeqeq: ['error', 'smart'],
      'no-console': 'error',
      // Used only where a page or dialog is nothing but one form.
      'jsx-a11y/no-autofocus': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['scripts/**', 'build/**'], rules: { 'no-console': 'off' } },
);
