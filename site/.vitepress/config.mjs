import { defineConfig } from 'vitepress';

const page = (text, link) => ({ text, link });

export default defineConfig({
  title: 'mailspec',
  description: 'Declarative scenario tests for mail servers',
  lang: 'en-US',
  // The page of a project is at https://OWNER.github.io/mailspec/.
  base: process.env.SITE_BASE ?? '/',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: false,
  ignoreDeadLinks: [/^\/files\//],
  // Pages are plain Markdown, in which "<" is text.
  markdown: { html: false, config: withoutTemplates },
  vite: { build: { chunkSizeWarningLimit: 4096 } },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      page('Tutorial', '/tutorial'),
      page('Packs', '/packs'),
      page('Language', '/language'),
      page('Changes', '/changelog'),
    ],
    sidebar: [
      {
        text: 'First steps',
        items: [
          page('What it is', '/'),
          page('Audit a server', '/audit'),
          page('Tutorial', '/tutorial'),
          page('In CI', '/ci'),
          page('Debugging by hand', '/guides'),
          page('Troubleshooting', '/troubleshooting'),
        ],
      },
      {
        text: 'Checking a server',
        items: [
          page('Packs', '/packs'),
          page('Recipes', '/recipes'),
          page('Manual commands', '/by-hand'),
          page('Snapshots', '/snapshot'),
          page('Testing clients', '/serve'),
          page('Monitoring', '/monitoring'),
          page('What is checked', '/coverage'),
          page('Misconfigurations caught', '/mutants'),
          page('Good servers', '/good-servers'),
          page('Results by server', '/servers-table'),
        ],
      },
      {
        text: 'Writing scenarios',
        items: [
          page('Language', '/language'),
          page('Keys', '/reference'),
          page('Violations', '/violations'),
          page('Writing packs', '/writing-packs'),
          page('From other tools', '/from-other-tools'),
        ],
      },
      {
        text: 'Running',
        items: [
          page('Command line', '/cli'),
          page('Configuration', '/configuration'),
          page('Reports', '/reports'),
          page('Load', '/load'),
          page('Security', '/security'),
          page('Library', '/library'),
          page('mocha', '/mocha'),
        ],
      },
      {
        text: 'Working on mailspec',
        items: [
          page('Contributing', '/contributing'),
          page('Architecture', '/architecture'),
          page('Servers', '/servers'),
          page('Performance', '/performance'),
        ],
      },
    ],
  },
});

/** Pages become Vue templates, in which "{{" has a meaning; in a page it is text, as in CI variables. */
function withoutTemplates(md) {
  for (const rule of ['text', 'code_inline', 'fence', 'code_block']) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (...args) => render(...args).replaceAll('{{', '&#123;&#123;');
  }
}
