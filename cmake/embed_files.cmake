# Writes OUTPUT: FILES below FOLDER as C++ raw strings. Run by EmbedWarehouse.cmake.
set(body "")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" text)
  string(APPEND body "    {\"${file}\", R\"__embed__(${text})__embed__\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new" "#include \"project/builtin.h\"\n\nnamespace starlift {\n\n"
  "std::span<const DefinitionFile> builtin_files() {\n  static const DefinitionFile files[] = {\n${body}  };\n"
  "  return files;\n}\n\n}  // namespace starlift\n")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
