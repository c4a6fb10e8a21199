/* lurectl config: the options in force. */
#include <config.h>

#include <stdio.h>

#include "tools/command.h"

int command_config(int argc, char **argv)
{
	bool changed = false;
	const struct tool_option own[] = { { "--changed", NULL, &changed, NULL }, { 0 } };
	struct tool t;
	struct buf out = BUF_HEAP;
	int n = tool_begin(&t, command_find("config"), own, argc, argv);

	if (n < 0)
		return n == TOOL_HELP ? EX_OK : -n;
	if (n > 0) {
		tool_error("config: takes no argument; another file is named by --config FILE");
		tool_end(&t);
		return EX_USAGE;
	}
	config_write(t.config, !changed, &out);
	fputs(buf_cstr(&out), stdout);
	buf_free(&out);
	tool_end(&t);
	return EX_OK;
}
