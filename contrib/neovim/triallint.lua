-- triallint in Neovim 0.7 or later: put this file into a folder "plugin" of 'runtimepath',
-- such as ~/.config/nvim/plugin. The command triallint must be in PATH.

-- The folder whose documents are judged together: the nearest above a file that has the
-- configuration, an index, or a repository of git.
local function root_of(file)
  local dir = vim.fn.fnamemodify(file, ':p:h')
  local above = vim.fn.escape(dir, ' ,;') .. ';'
  for _, mark in ipairs({ '.triallint.yml', 'apis.yml', 'apis.yaml', 'apis.json' }) do
    local found = vim.fn.findfile(mark, above)
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:h')
    end
  end
  local git = vim.fn.finddir('.git', above)
  if git ~= '' then
    return vim.fn.fnamemodify(git, ':p:h:h')
  end
  return dir
end

local clients = {}

local function attach(args)
  local file = vim.api.nvim_buf_get_name(args.buf)
  if file == '' or vim.bo[args.buf].buftype ~= '' then
    return
  end
  local dir = root_of(file)
  local config = { name = 'triallint', cmd = { 'triallint', 'lsp' }, root_dir = dir }
  if vim.lsp.start then
    vim.lsp.start(config, { bufnr = args.buf })
    return
  end
  if not clients[dir] or not vim.lsp.get_client_by_id(clients[dir]) then
    clients[dir] = vim.lsp.start_client(config)
  end
  vim.lsp.buf_attach_client(args.buf, clients[dir])
end

vim.api.nvim_create_autocmd('FileType', { pattern = { 'yaml', 'json', 'jsonld' }, callback = attach })
