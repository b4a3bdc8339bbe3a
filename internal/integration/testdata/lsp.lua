-- Uses triallint in Neovim as people do, in the folder that it is started in. Writes what it
-- sees as lines of JSON to the file that $SEEN names.
local out = io.open(os.getenv('SEEN'), 'w')
local function see(what, value)
  out:write(vim.fn.json_encode({ what = what, value = value }), '\n')
  out:flush()
end

local function open(name)
  vim.cmd('edit ' .. name)
  vim.bo.filetype = name:match('json') and 'json' or 'yaml'
  return vim.api.nvim_get_current_buf()
end

local function diagnostics(buffer)
  local found = {}
  for _, d in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, string.format('%d:%d %s', d.lnum + 1, d.col + 1, d.message))
  end
  table.sort(found)
  return found
end

local function has(buffer, text)
  return vim.wait(20000, function()
    return table.concat(diagnostics(buffer), '\n'):find(text, 1, true) ~= nil
  end, 20)
end

local function at(buffer, text, skip)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local from = line:find(text, 1, true)
    if from then
      vim.api.nvim_win_set_cursor(0, { i, from - 1 + (skip or 0) })
      return
    end
  end
  error('no ' .. text)
end

local function ask(method, extra)
  local params = vim.tbl_extend('force', vim.lsp.util.make_position_params(), extra or {})
  local answers = vim.lsp.buf_request_sync(0, method, params, 20000) or {}
  for _, answer in pairs(answers) do
    if answer.error then
      return { error = answer.error.message }
    end
    return answer.result
  end
end

local ok, why = pcall(function()
  local capabilities = open('capabilities.yml')
  see('said', has(capabilities, 'pageSise'))
  see('capabilities', diagnostics(capabilities))
  at(capabilities, '- query.cond', 4)
  see('hover', ask('textDocument/hover').contents.value)
  at(capabilities, 'openapi.yml#/paths/~1studies/get', 3)
  see('definition', ask('textDocument/definition'))
  at(capabilities, '- pageSise', 4)
  local here = vim.lsp.util.make_range_params()
  here.context = { diagnostics = {} }
  for _, action in ipairs(ask('textDocument/codeAction', here)) do
    if action.title:find('Replace it') then
      see('action', action.title)
      vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
    end
  end
  see('fixed', vim.wait(20000, function()
    return not table.concat(diagnostics(capabilities), '\n'):find('pageSise', 1, true)
  end, 20))
  at(capabilities, '- pageSize', 4)
  vim.api.nvim_buf_set_lines(capabilities, 8, 9, false, { '      - ' })
  vim.api.nvim_win_set_cursor(0, { 9, 7 })
  local labels = {}
  for _, item in ipairs(ask('textDocument/completion', { position = { line = 8, character = 8 } }).items) do
    table.insert(labels, item.label)
  end
  see('completion', labels)

  local description = open('openapi.yml')
  see('described', has(description, 'Info has no contact'))
  at(description, '    Study:', 5)
  local edit = ask('textDocument/rename', { newName = 'Record' })
  vim.lsp.util.apply_workspace_edit(edit, 'utf-16')
  local text = table.concat(vim.api.nvim_buf_get_lines(description, 0, -1, false), '\n')
  see('renamed', { not text:find("schemas/Study'", 1, true), text:find("schemas/Record'", 1, true) ~= nil })
  at(description, 'title: Example', 8)
  see('refused', ask('textDocument/rename', { newName = 'x' }))
  local symbols = {}
  for _, s in ipairs(ask('textDocument/documentSymbol', { textDocument = vim.lsp.util.make_text_document_params() })) do
    table.insert(symbols, s.name)
  end
  see('symbols', symbols)
  -- Type, break it, mend it.
  vim.api.nvim_buf_set_text(description, 0, 0, 0, 0, { 'broken: [' , '' })
  see('broken', has(description, 'did not find'))
  vim.api.nvim_buf_set_lines(description, 0, 1, false, {})
  see('mended', has(description, 'Info has no contact'))
end)
see('end', { ok, tostring(why) })
out:close()
vim.cmd('qall!')
