// Included before every file: no symbol is looked up through a table, since the image links itself.
#pragma GCC visibility push(hidden)
